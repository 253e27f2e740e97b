import { onEachEngine } from "../support/engines.ts";
import { seedInstallation } from "../support/installation.ts";
import type { Script } from "../support/load.ts";
import { startPeer } from "../support/program.ts";
import type { Measured, Row } from "../support/row.ts";
import { startServer } from "../support/server.ts";
import { compareThroughput, steadyLoad } from "../support/throughput.ts";

const CONNECTIONS = 32;

export const row: Row = {
  name: "read",
  work: "GET /v1/projects/:id with an installation token, rate limit on, grant checked; 32 callers on one token and on 32",
  against:
    "bare node:http that answers the same JSON; on Postgres after one named, pipelined query of the same rows",
  must: "≥ 0.35 of bare on SQLite, ≥ 0.60 on Postgres",
  run: (options) =>
    onEachEngine(options, async (engine, database, keep) => {
      const { reads } = await seedInstallation(database, CONNECTIONS);
      const server = keep(await startServer({ databaseUrl: database.url }));
      const scripts = reads.map((read): Script => ({ method: "GET", ...read }));
      const [first = { method: "GET", path: "/" }] = scripts;
      const answer = await fetch(`http://127.0.0.1:${server.port}${first.path}`, {
        headers: first.headers ?? {},
      });
      const ANSWER = await answer.text();
      const bare =
        engine === "sqlite"
          ? await startPeer("bare", { KIND: "json", ANSWER })
          : await startPeer("postgres", { KIND: "read", ANSWER, DATABASE_URL: database.url ?? "" });
      keep(bare);
      const measured: Measured[] = [];
      for (const [tokens, used] of [
        ["one token", scripts.map(() => first)],
        ["32 tokens", scripts],
      ] as const) {
        const work = { scripts: used, status: 200 };
        const ours = { name: `read, ${engine}, ${tokens}`, run: steadyLoad(server, work) };
        const atLeast = engine === "sqlite" ? 0.35 : 0.6;
        measured.push(
          ...(await compareThroughput(options, ours, [
            { name: "bare", run: steadyLoad(bare, work), atLeast },
          ])),
        );
      }
      return measured;
    }),
};
