import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chainedLoad } from "../support/chain.ts";
import type { Script } from "../support/load.ts";
import { seedPartner } from "../support/partner.ts";
import { type Program, startPeer } from "../support/program.ts";
import type { Measured, Options, Row } from "../support/row.ts";
import { freshDatabase, startServer } from "../support/server.ts";
import { compareThroughput } from "../support/throughput.ts";

const CONNECTIONS = 32;

export const row: Row = {
  name: "refresh",
  work: "refresh-token grant: client authentication, rotation, JWT, audit row, durable on SQLite",
  against: "bare node:http with jose's EdDSA signature; oidc-provider on the same SQLite",
  must: "≥ 0.30 of bare, ≥ 2 × oidc-provider",
  run,
};

async function run(options: Options): Promise<Measured[]> {
  const database = await freshDatabase("sqlite");
  const folder = mkdtempSync(join(tmpdir(), "parlance-bench-"));
  const running: Program[] = [];
  try {
    const partner = await seedPartner(database, CONNECTIONS);
    const [clientId = "", clientSecret = ""] = clientOf(partner.headers);
    const server = await startServer({ databaseUrl: database.url });
    running.push(server);
    const bare = await startPeer("bare", { KIND: "sign" });
    running.push(bare);
    const oidc = await startPeer("oidc", {
      DATABASE: join(folder, "oidc.db"),
      CONNECTIONS: String(CONNECTIONS),
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
    });
    running.push(oidc);
    const tokens = (await (await fetch(`http://127.0.0.1:${oidc.port}/tokens`)).json()) as string[];
    const script = (path: string) => (value: string) => refreshScript(path, partner.headers, value);
    const ours = partner.refreshTokens.map(script("/api/auth/mcp/token"));
    const load = (program: Program, scripts: Script[]) =>
      chainedLoad(program, { scripts, status: 200, seconds: 0 });
    return await compareThroughput(options, { name: "refresh", run: load(server, ours) }, [
      {
        name: "bare",
        run: load(
          bare,
          ours.map(({ next: _, ...fixed }) => fixed),
        ),
        atLeast: 0.3,
      },
      { name: "oidc-provider", run: load(oidc, tokens.map(script("/token"))), atLeast: 2 },
    ]);
  } finally {
    for (const program of running) await program.stop();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function refreshScript(path: string, headers: Record<string, string>, value: string): Script {
  return {
    method: "POST",
    path,
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=refresh_token&refresh_token={next}",
    next: { field: "refresh_token", value },
  };
}

function clientOf({ authorization = "" }: Record<string, string>): string[] {
  return Buffer.from(authorization.slice("Basic ".length), "base64").toString().split(":");
}
