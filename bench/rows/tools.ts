import { sql } from "kysely";
import { type BigProject, KEYS, startBigProject } from "../support/big-project.ts";
import { type Engine, enginesFor } from "../support/engines.ts";
import { loadProgram, type Script } from "../support/load.ts";
import { mcpMessage } from "../support/mcp.ts";
import { compare, interleave, type Measured, type Options, percentile, type Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";

/** As one agent would: the time of an answer, not how many fit into a second. */
const CONNECTIONS = 1;
const SECONDS = { full: 2, quick: 0.1 };
const MOST = 3;
const PAGE = 100;

export const row: Row = {
  name: "tools",
  work: `listKeys over tRPC and MCP, ${PAGE} keys with their source texts, a project of 1,000,000 values`,
  against: "the same SQL, run directly in process",
  must: "p50 ≤ 3×",
  async run(options) {
    const measured: Measured[] = [];
    for (const engine of enginesFor(options)) measured.push(...(await compareLists(engine, options)));
    return measured;
  },
};

function compareLists(engine: Engine, { quick, rounds }: Options): Promise<Measured[]> {
  const size = quick ? "quick" : "full";
  return scoped(async (keep) => {
    const project = await startBigProject(keep, engine, KEYS.large[size]);
    const doors = {
      trpc: () => p50(project, overTrpc(project), SECONDS[size]),
      mcp: () => p50(project, overMcp(project), SECONDS[size]),
      peer: () => inProcess(project, SECONDS[size]),
    };
    for (const ask of Object.values(doors)) await ask();
    const times = await interleave(rounds, doors);
    return (["trpc", "mcp"] as const).map((door) =>
      compare({
        ...{ name: `listKeys, ${door}, ${engine}`, ours: times[door], peer: times.peer },
        ...{ unit: "ms (p50)", better: "less", must: { atMost: MOST } },
      }),
    );
  });
}

async function p50({ server }: BigProject, script: Script, seconds: number): Promise<number> {
  const load = { scripts: [script], connections: CONNECTIONS, status: 200, seconds };
  return (await loadProgram(server, load)).p50Ms;
}

function overTrpc({ script, names }: BigProject): Script {
  const input = encodeURIComponent(JSON.stringify({ ...names, limit: PAGE }));
  return { ...script("GET", ""), path: `/api/trpc/mcp.listKeys?input=${input}` };
}

function overMcp({ script, names }: BigProject): Script {
  const { headers = {} } = script("GET", "");
  const project = `${names.orgSlug}/${names.projectSlug}`;
  return mcpMessage(headers, "tools/call", { name: "listKeys", arguments: { project, limit: PAGE } });
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
