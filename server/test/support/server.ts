import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Writable } from "node:stream";
import { type App, buildApp } from "../../src/app.ts";
import { openRateLimiter } from "../../src/database/rate-limit.ts";
import { readConfig } from "../../src/platform/config.ts";
import { crashPoints } from "../../src/platform/crash-point.ts";
import { openLog } from "../../src/platform/log.ts";
import { type TestContext, testContext } from "./context.ts";
import { openTestSqlite, type TestDatabase } from "./databases.ts";

const BUILT_DASHBOARD = join(import.meta.dirname, "../../../dashboard/dist");

export interface TestServer {
  /** PUBLIC_URL, API_URL and the origin of everything else. */
  base: string;
  ctx: TestContext;
  app: App;
  database: TestDatabase;
  /** Everything that was logged, as text. */
  log(): string;
  close(): Promise<void>;
}

/** The whole server in this process, on a free port, over a database of its own. Time stands still until a test moves it. */
export async function startServer({
  open = openTestSqlite,
  environment = {},
}: {
  open?: () => Promise<TestDatabase>;
  environment?: Record<string, string>;
} = {}): Promise<TestServer> {
  const database = await open();
  // The port has to be known before the configuration, because the issuer contains it.
  let listener: RequestListener = (_request, response) => response.end();
  const server = createServer((request, response) => listener(request, response));
  const port = await listen(server);
  const base = `http://localhost:${port}`;
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const config = readConfig({ NODE_ENV: "test", PUBLIC_URL: base, ...environment });
  const ctx = testContext(database.db, {
    config,
    log: openLog("debug", destination),
    limiter: openRateLimiter(database.db),
    crash: crashPoints(undefined),
  });
  const app = buildApp(ctx, BUILT_DASHBOARD);
  listener = app.listener;
  return {
    base,
    ctx,
    app,
    database,
    log: () => lines.join(""),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await database.close();
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return (server.address() as AddressInfo).port;
}
