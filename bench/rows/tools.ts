import { sql } from "kysely";
import { type BigProject, KEYS, startBigProject } from "../support/big-project.ts";
import { type Engine, enginesFor } from "../support/engines.ts";
import { loadProgram } from "../support/load.ts";
import { compare, interleave, type Measured, type Options, percentile, type Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";

/** As one agent would: the time of an answer, not how many fit into a second. */
const CONNECTIONS = 1;
const SECONDS = { full: 2, quick: 0.1 };
const MOST = 3;
const PAGE = 100;

export const row: Row = {
  name: "tools",
  work: `mcp.listKeys over /api/trpc, ${PAGE} keys with their source texts, a project of 1,000,000 values`,
  against: "the same SQL, run directly in process",
  must: "p50 ≤ 3×",
  async run(options) {
    const measured: Measured[] = [];
    for (const engine of enginesFor(options)) measured.push(await compareList(engine, options));
    return measured;
  },
};

function compareList(engine: Engine, { quick, rounds }: Options): Promise<Measured> {
  const size = quick ? "quick" : "full";
  return scoped(async (keep) => {
    const project = await startBigProject(keep, engine, KEYS.large[size]);
    const ours = () => overTrpc(project, SECONDS[size]);
    const peer = () => inProcess(project, SECONDS[size]);
    await ours();
    await peer();
    const times = await interleave(rounds, { ours, peer });
    return compare({
      ...{ name: `listKeys, tRPC, ${engine}`, ours: times.ours, peer: times.peer },
      ...{ unit: "ms (p50)", better: "less", must: { atMost: MOST } },
    });
  });
}

async function overTrpc({ server, script, names }: BigProject, seconds: number): Promise<number> {
  const input = encodeURIComponent(JSON.stringify({ ...names, limit: PAGE }));
  const scripts = [{ ...script("GET", ""), path: `/api/trpc/mcp.listKeys?input=${input}` }];
  return (await loadProgram(server, { scripts, connections: CONNECTIONS, status: 200, seconds })).p50Ms;
}

/** What a page needs: its keys, their source texts, how many keys there are. Nobody is identified, nothing is sent. */
async function inProcess({ database, projectId }: BigProject, seconds: number): Promise<number> {
  const { read } = database.db;
  const times: number[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const begun = performance.now();
    await sql`select "code" from "languages" where "projectId" = ${projectId} order by "code"`.execute(read);
    await sql`select "name", "keyCount" from "namespaces" where "projectId" = ${projectId} order by "name"`.execute(
      read,
    );
    const { rows } = await sql<{ id: string }>`
      select "id", "namespace", "name" from "keys" where "projectId" = ${projectId} and "deletedAt" is null
      order by "namespace", "name" limit ${PAGE}`.execute(read);
    await sql`
      select "keyId", "text" from "translations"
      where "keyId" in (${sql.join(rows.map(({ id }) => id))}) and "language" = 'en'`.execute(read);
    times.push(performance.now() - begun);
  }
  return percentile(times, 0.5);
}
