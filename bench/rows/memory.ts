import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../../server/src/database/open.ts";
import { type Installation, seedInstallation } from "../support/installation.ts";
import { load } from "../support/load.ts";
import { residentMb } from "../support/process-facts.ts";
import type { Program } from "../support/program.ts";
import { compare, type Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";
import { freshDatabase, startServer } from "../support/server.ts";

const CONNECTIONS = 32;
const REQUESTS = { full: 100_000, quick: 300 };
/** Memory is compared with what it was after this part of the requests, when everything has been compiled once. */
const FIRST_PART = 0.2;
const MOST_MB = 250;
const MOST_GROWTH = 1.15;
const SETTLE_MS = 1000;
const PATIENCE_SECONDS = 300;

export const row: Row = {
  name: "memory",
  work: "memory at rest and after 100,000 requests: reads, files, strangers; rows in all tables",
  against: "the limit of 250 MB; the same process after its first 20,000 requests; the tables before",
  must: "≤ 250 MB at rest, flat after 100,000 requests, no row more",
  run: ({ quick }) =>
    scoped(async (keep) => {
      const database = keep(await freshDatabase("sqlite"));
      const seeded = await seedInstallation(database);
      const server = keep(await startServer({ databaseUrl: database.url }));
      await sleep(SETTLE_MS);
      const atRest = residentMb(server.pid);
      const most = REQUESTS[quick ? "quick" : "full"];
      await ask(server, seeded, most * FIRST_PART);
      const rowsBefore = await countRows(database.db);
      const early = residentMb(server.pid);
      await ask(server, seeded, most * (1 - FIRST_PART));
      await sleep(SETTLE_MS);
      const shared = { unit: "MB", better: "less" } as const;
      return [
        compare({ ...shared, name: "at rest", ours: [atRest], peer: [MOST_MB], must: { atMost: 1 } }),
        compare({
          ...shared,
          name: `after ${most} requests`,
          ours: [residentMb(server.pid)],
          peer: [early],
          must: { atMost: MOST_GROWTH },
        }),
        compare({
          name: "rows in all tables",
          ours: [await countRows(database.db)],
          peer: [rowsBefore],
          unit: "rows",
          better: "less",
          must: { atMost: 1 },
        }),
      ];
    }),
};

/** A third reads with a token, a third asks for a file that is not there, a third has a token that nobody issued. */
async function ask({ port }: Program, { read, partner }: Installation, most: number): Promise<void> {
  const { organization } = partner.world.reach;
  const kinds = [
    { path: read.path, headers: read.headers, status: 200 },
    { path: `/cdn/${organization.slug}/website/de/translations.json`, headers: {}, status: 404 },
    { path: read.path, headers: { authorization: "Bearer bi_oat_stranger" }, status: 401 },
  ];
  for (const { status, ...request } of kinds) {
    const scripts = Array.from({ length: CONNECTIONS }, () => ({ method: "GET", ...request }));
    await load({ port, scripts, status, seconds: PATIENCE_SECONDS, most: most / kinds.length });
  }
}

async function countRows({ read }: Database): Promise<number> {
  const tables = await read.introspection.getTables();
  let count = 0;
  for (const { name } of tables) {
    const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(
      read,
    );
    count += Number(rows[0]?.count);
  }
  return count;
}
