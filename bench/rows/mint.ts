import { onEachEngine } from "../support/engines.ts";
import type { Script } from "../support/load.ts";
import { seedPartner } from "../support/partner.ts";
import { startPeer } from "../support/program.ts";
import type { Row } from "../support/row.ts";
import { startServer } from "../support/server.ts";
import { compareThroughput, steadyLoad } from "../support/throughput.ts";

const CONNECTIONS = 32;
/** Each may mint 120 times a minute. */
const FAMILIES = { full: 2_000, quick: 100 };

export const row: Row = {
  name: "mint",
  work: "mint an installation token: access token checked, grant read, durable, audit row",
  against:
    "bare node:http that reads the body and answers the same JSON; on Postgres after one transaction of the same rows",
  must: "≥ 0.25 of bare on SQLite, ≥ 0.50 on Postgres",
  run: (options) =>
    onEachEngine(options, async (engine, database, keep) => {
      const partner = await seedPartner(database, FAMILIES[options.quick ? "quick" : "full"]);
      const server = keep(await startServer({ databaseUrl: database.url }));
      const scripts = partner.families.map(
        ({ accessToken }): Script => ({
          method: "POST",
          path: `/api/oauth-client/installations/${partner.grantId}/tokens`,
          headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
          body: "{}",
        }),
      );
      const { path, method, headers, body } = scripts.at(-1) as Script;
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        method,
        ...(headers && { headers }),
        ...(body && { body }),
      });
      const settings = { STATUS: "201", ANSWER: await answer.text() };
      const bare =
        engine === "sqlite"
          ? await startPeer("bare", { KIND: "json", ...settings })
          : await startPeer("postgres", {
              KIND: "mint",
              DATABASE_URL: database.url ?? "",
              CONNECTIONS: "16",
              ...settings,
            });
      keep(bare);
      const work = { scripts, connections: CONNECTIONS, status: 201 };
      return compareThroughput(options, { name: `mint, ${engine}`, run: steadyLoad(server, work) }, [
        { name: "bare", run: steadyLoad(bare, work), atLeast: engine === "sqlite" ? 0.25 : 0.5 },
      ]);
    }),
};
