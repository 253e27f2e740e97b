import { join } from "node:path";
import { chainedLoad } from "../support/chain.ts";
import type { Script } from "../support/load.ts";
import { seedPartner } from "../support/partner.ts";
import { type Program, startPeer } from "../support/program.ts";
import type { Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";
import { freshDatabase, startServer, temporaryFolder } from "../support/server.ts";
import { compareThroughput } from "../support/throughput.ts";

const CONNECTIONS = 32;

export const row: Row = {
  name: "refresh",
  work: "refresh-token grant: client authentication, rotation, JWT, audit row, durable on SQLite",
  against: "bare node:http with jose's EdDSA signature; oidc-provider on the same SQLite",
  must: "≥ 0.30 of bare, ≥ 2 × oidc-provider",
  run: (options) =>
    scoped(async (keep) => {
      const database = keep(await freshDatabase("sqlite"));
      const { families, headers } = await seedPartner(database, CONNECTIONS);
      const server = keep(await startServer({ databaseUrl: database.url }));
      const bare = keep(await startPeer("bare", { KIND: "sign" }));
      const oidc = keep(await startPeer("oidc", oidcSettings(headers, keep(temporaryFolder()).path)));
      const tokens = (await (await fetch(`http://127.0.0.1:${oidc.port}/tokens`)).json()) as string[];
      const ours = families.map((family) => refresh("/api/auth/mcp/token", headers, family.refreshToken));
      return compareThroughput(options, { name: "refresh", run: answered(server, ours) }, [
        {
          name: "bare",
          run: answered(
            bare,
            ours.map(({ next: _, ...same }) => same),
          ),
          atLeast: 0.3,
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

function oidcSettings({ authorization = "" }: Record<string, string>, folder: string) {
  const pair = Buffer.from(authorization.slice("Basic ".length), "base64").toString();
  const [CLIENT_ID = "", CLIENT_SECRET = ""] = pair.split(":");
  return { DATABASE: join(folder, "oidc.db"), CONNECTIONS: String(CONNECTIONS), CLIENT_ID, CLIENT_SECRET };
}
