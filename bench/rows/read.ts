import { seedInstallation } from "../support/installation.ts";
import type { Script } from "../support/load.ts";
import { startPeer } from "../support/program.ts";
import type { Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";
import { freshDatabase, startServer } from "../support/server.ts";
import { compareThroughput, steadyLoad } from "../support/throughput.ts";

const CONNECTIONS = 32;

export const row: Row = {
  name: "read",
  work: "GET /v1/projects/:id with an installation token, rate limit on, grant checked, on SQLite",
  against: "bare node:http that answers the same JSON",
  must: "≥ 0.40 of bare",
  run: (options) =>
    scoped(async (keep) => {
      const database = keep(await freshDatabase("sqlite"));
      const seeded = await seedInstallation(database);
      const server = keep(await startServer({ databaseUrl: database.url }));
      const { path, headers } = seeded.read;
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
      const bare = keep(await startPeer("bare", { KIND: "json", ANSWER: await answer.text() }));
      const script: Script = { method: "GET", path, headers };
      const work = { scripts: Array.from({ length: CONNECTIONS }, () => script), status: 200 };
      return compareThroughput(options, { name: "read", run: steadyLoad(server, work) }, [
        { name: "bare", run: steadyLoad(bare, work), atLeast: 0.4 },
      ]);
    }),
};
