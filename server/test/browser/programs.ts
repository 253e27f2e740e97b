import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Mail } from "../../src/platform/mail.ts";
import { bareEnvironment } from "../support/bare-environment.ts";

const ROOT = join(import.meta.dirname, "../../..");
const SERVER = join(ROOT, "server/src/main.ts");
const PARTNER = join(ROOT, "examples/web-partner/src/main.ts");
/** A busy machine may need this long until a program answers. */
const START_MS = 30_000;

export interface Program {
  url: string;
  /** Everything it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

export interface Parlance extends Program {
  /** What was sent so far, oldest first. */
  mails(): Mail[];
}

export interface Partner extends Program {
  /** Its database, which holds one row per connection. */
  dataFile: string;
}

/** The server as an operator starts it, with an empty database of its own. */
export async function startParlance(environment: Record<string, string> = {}): Promise<Parlance> {
  const folder = mkdtempSync(join(tmpdir(), "parlance-browser-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const program = await start(
    SERVER,
    {
      NODE_ENV: "test",
      HOST: "127.0.0.1",
      PORT: String(port),
      PUBLIC_URL: url,
      DATA_DIR: folder,
      ...environment,
    },
    url,
    folder,
  );
  const mail = join(folder, "mail");
  return {
    ...program,
    mails: () =>
      existsSync(mail)
        ? readdirSync(mail)
            .sort()
            .map((name) => JSON.parse(readFileSync(join(mail, name), "utf8")) as Mail)
        : [],
  };
}

/** A free address for the example partner: its redirect URI has to be registered before it starts. */
export async function reservePartnerUrl(): Promise<string> {
  return `http://localhost:${await freePort()}`;
}

/** The example partner as its README starts it. */
export async function startPartner(
  url: string,
  parlanceUrl: string,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
): Promise<Partner> {
  const folder = mkdtempSync(join(tmpdir(), "parlance-partner-"));
  const dataFile = join(folder, "connections.db");
  const environment = {
    PARLANCE_URL: parlanceUrl,
    PARLANCE_CLIENT_ID: clientId,
    PARLANCE_CLIENT_SECRET: clientSecret,
    PORT: new URL(url).port,
    DATA_FILE: dataFile,
  };
  return { ...(await start(PARTNER, environment, url, folder)), dataFile };
}

/** Starts a program and waits until it answers; throws with its output when it ends before that. */
async function start(
  main: string,
  environment: Record<string, string>,
  url: string,
  folder: string,
): Promise<Program> {
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { ...bareEnvironment(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const endWithUs = () => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  const stop = async () => {
    process.off("exit", endWithUs);
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilAnswering(url, child);
  } catch (error) {
    await stop();
    throw new Error(`${main} did not start: ${(error as Error).message}\n${output}`);
  }
  return { url, output: () => output, stop };
}

async function waitUntilAnswering(url: string, child: ChildProcess): Promise<void> {
  for (const until = Date.now() + START_MS; Date.now() < until; ) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(url, { redirect: "manual" }).catch(() => undefined);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no answer within ${START_MS} ms`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const forced = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(forced);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
