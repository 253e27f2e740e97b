import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type App, buildApp, createHttpServer } from "./app.ts";
import type { Context, Database } from "./context.ts";
import { isDiskFull } from "./database/disk-full.ts";
import { databaseUrl, openDatabase } from "./database/open.ts";
import { openRateLimiter } from "./database/rate-limit.ts";
import { isUnavailable } from "./database/unavailable.ts";
import { reasonOf, whenThere } from "./database/when-there.ts";
import { parseRange } from "./platform/client-address.ts";
import { fileClock, systemClock } from "./platform/clock.ts";
import { type Config, ConfigError, readConfig } from "./platform/config.ts";
import { crashPoints } from "./platform/crash-point.ts";
import { Keyring } from "./platform/crypto.ts";
import { openLog } from "./platform/log.ts";
import { openMailer } from "./platform/mail.ts";
import { nodeIdentity } from "./platform/node-identity.ts";
import { secretKey } from "./platform/secret-key.ts";
import { Strangers } from "./platform/strangers.ts";
import { runWorkers } from "./work/run-workers.ts";
import { beginToStop } from "./work/stopping.ts";
import { WORKERS } from "./workers.ts";

const BUILT_DASHBOARD = join(import.meta.dirname, "../../dashboard/dist");
/** Requests and background work under way get this long to finish when the server is told to stop. */
const DRAIN_MS = 10_000;
const IDLE_CHECK_MS = 50;
/** After that the database gets this long to say good-bye: one that is silent would hold the process for ever. */
const CLOSE_MS = 2_000;
/** The exit code of a process that was told to stop and had to leave something in the middle. */
const LEFT_IN_THE_MIDDLE = 2;
/** Of the file system and network, and what Postgres answers to whom it does not let in (classes 08, 28, 3D). */
const NO_WAY_IN = /^(E[A-Z]+|08\w{3}|28\w{3}|3D000)$/;

try {
  await start(readConfig(process.env));
} catch (error) {
  if (isDiskFull(error)) console.error("The disk is full: make room for the database, and start again.");
  else if (error instanceof ConfigError) console.error(error.message);
  else throw error;
  process.exit(1);
}

async function start(config: Config): Promise<void> {
  checkProxies(config);
  const log = openLog(config.LOG_LEVEL, undefined, config.NODE_ENV === "development" ? "readable" : "json");
  const db = await open(config);
  const ctx: Context = {
    config,
    db,
    clock: config.TEST_CLOCK_FILE ? fileClock(config.TEST_CLOCK_FILE) : systemClock,
    log,
    keyring: new Keyring(secretKey(config), config.SECRET_KEY_PREVIOUS),
    mail: openMailer(config),
    limiter: openRateLimiter(db),
    node: nodeIdentity(config.DATA_DIR, log),
    strangers: new Strangers(),
    crash: crashPoints(config.TEST_CRASH_AT),
  };
  const app = buildApp(ctx, BUILT_DASHBOARD);
  const server = createHttpServer(app.listener);
  await listen(server, config);
  const stopWorkers = runWorkers(ctx, WORKERS);
  if (config.NODE_ENV === "development") {
    const { createSample } = await import("./sample/sample.ts");
    await createSample(ctx, app.accounts);
  }
  console.log(`\n  Parlance is ready: ${config.PUBLIC_URL}\n`);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void stop(server, app, ctx, stopWorkers));
  }
}

async function open(config: Config): Promise<Database> {
  const open = () => openDatabase(databaseUrl(config), config.DATABASE_CONNECTIONS);
  try {
    return await whenThere(open, (reason) => console.log(`\n  Waiting for the database (${reason}).`));
  } catch (error) {
    const reason = reasonOf(error);
    if (isDiskFull(error) || !(NO_WAY_IN.test(reason) || isUnavailable(error))) throw error;
    const name = config.DATABASE_URL ? "DATABASE_URL" : "DATA_DIR";
    throw new ConfigError(`The setting ${name} is wrong: the database there cannot be opened (${reason}).`);
  }
}

function listen(server: Server, config: Config): Promise<void> {
  const { PORT, HOST } = config;
  const sentences: Record<string, string> = {
    EADDRINUSE: `The setting PORT is wrong: port ${PORT} is taken by another program.`,
    EACCES: `The setting PORT is wrong: port ${PORT} is not open to this user.`,
    EADDRNOTAVAIL: `The setting HOST is wrong: ${HOST} is no address of this machine.`,
    ENOTFOUND: `The setting HOST is wrong: ${HOST} is no address of this machine.`,
  };
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const sentence = sentences[error.code ?? ""];
      reject(sentence ? new ConfigError(sentence) : error);
    });
    server.listen(config.PORT, config.HOST, () => {
      const { port } = server.address() as AddressInfo;
      if (config.PORT === 0) console.log(`Listening on port ${port}.`);
      resolve();
    });
  });
}

/** Takes no new connections, lets requests under way finish, then closes the database; and ends in time, whatever hangs. */
async function stop(
  server: Server,
  app: App,
  ctx: Context,
  stopWorkers: (withinMs: number) => Promise<void>,
): Promise<void> {
  setTimeout(() => {
    ctx.log.error("stopped in the middle: requests or the database did not come to an end");
    process.exit(LEFT_IN_THE_MIDDLE);
  }, DRAIN_MS + CLOSE_MS);
  beginToStop(ctx.db);
  const resting = stopWorkers(DRAIN_MS);
  const drained = new Promise((resolve) => server.close(resolve));
  // A proxy that keeps its connections would go on asking here until they are cut: each gets one last answer.
  server.prependListener("request", (_request, response) => response.setHeader("Connection", "close"));
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await drained;
  clearInterval(idle);
  clearTimeout(timer);
  // What a sender that was cut off had sent is still being stored.
  await Promise.all([resting, app.atRest()]);
  await ctx.db.close();
  process.exit(0);
}

function checkProxies(config: Config): void {
  for (const range of config.TRUSTED_PROXIES.split(",")
    .map((text) => text.trim())
    .filter(Boolean)) {
    try {
      parseRange(range);
    } catch {
      throw new ConfigError(
        `The setting TRUSTED_PROXIES is wrong: ${range} is neither an address nor a CIDR range.`,
      );
    }
  }
}
