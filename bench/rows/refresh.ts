import { join } from "node:path";
import { chainedLoad } from "../support/chain.ts";
import { onEachEngine } from "../support/engines.ts";
import type { Script } from "../support/load.ts";
import { seedPartner } from "../support/partner.ts";
import { type Program, startPeer } from "../support/program.ts";
import type { Row } from "../support/row.ts";
import { freshDatabase, startServer, temporaryFolder } from "../support/server.ts";
import { compareThroughput } from "../support/throughput.ts";

const CONNECTIONS = 32;

export const row: Row = {
  name: "refresh",
  work: "refresh-token grant: client authentication, rotation, JWT, audit row, durable",
  against:
    "bare node:http with jose's EdDSA signature, on Postgres after one transaction of the same rows; oidc-provider on the same engine",
  must: "≥ 0.30 of bare on SQLite, ≥ 0.50 on Postgres; ≥ 2 × oidc-provider",
  run: (options) =>
    onEachEngine(options, async (engine, database, keep) => {
      const { families, headers } = await seedPartner(database, 2 * CONNECTIONS);
      const server = keep(await startServer({ databaseUrl: database.url }));
      const scripts = families.map((family) => refresh("/api/auth/mcp/token", headers, family.refreshToken));
      const ours = scripts.slice(0, CONNECTIONS);
      // Of its own, because a token is used by one of both.
      const theirs = scripts.slice(CONNECTIONS);
      const bare = keep(
        engine === "sqlite"
          ? await startPeer("bare", { KIND: "sign" })
          : await startPeer("postgres", {
              KIND: "refresh",
              DATABASE_URL: database.url ?? "",
              CONNECTIONS: "16",
            }),
      );
      const peerDatabase = engine === "postgres" ? keep(await freshDatabase("postgres")).url : undefined;
      const oidc = keep(
        await startPeer(
          "oidc",
          oidcSettings(headers, peerDatabase ?? join(keep(temporaryFolder()).path, "oidc.db")),
        ),
      );
      const tokens = (await (await fetch(`http://127.0.0.1:${oidc.port}/tokens`)).json()) as string[];
      return compareThroughput(options, { name: `refresh, ${engine}`, run: answered(server, ours) }, [
        {
          name: "bare",
          run: answered(bare, engine === "sqlite" ? ours.map(({ next: _, ...same }) => same) : theirs),
          atLeast: engine === "sqlite" ? 0.3 : 0.5,
        },
        {
          name: "oidc-provider",
          run: answered(
            oidc,
            tokens.map((token) => refresh("/token", headers, token)),
          ),
          atLeast: 2,
        },
      ]);
    }),
};

function answered(program: Program, scripts: Script[]) {
  return chainedLoad(program, { scripts, status: 200 });
}

function refresh(path: string, headers: Record<string, string>, value: string): Script {
  return {
    method: "POST",
    path,
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=refresh_token&refresh_token={next}",
    next: { field: "refresh_token", value },
  };
}

function oidcSettings({ authorization = "" }: Record<string, string>, DATABASE: string) {
  const pair = Buffer.from(authorization.slice("Basic ".length), "base64").toString();
  const [CLIENT_ID = "", CLIENT_SECRET = ""] = pair.split(":");
  return { DATABASE, CONNECTIONS: String(CONNECTIONS), CLIENT_ID, CLIENT_SECRET };
}
