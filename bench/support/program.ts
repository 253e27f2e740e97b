import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A server in a process of its own. */
export interface Program {
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startedInMs: number;
  stop(): Promise<void>;
}

interface Start {
  command?: string;
  args: readonly string[];
  port: number;
  environment?: Record<string, string>;
  /** What answers once the program is ready, with any status. */
  path?: string;
}

const PATIENCE_MS = 30_000;
const ASK_EVERY_MS = 2;

/** Starts a program and waits until it answers on its port. Throws when it ends or stays silent. */
export async function startProgram({
  command = process.execPath,
  args,
  port,
  environment = {},
  path = "/",
}: Start): Promise<Program> {
  const begun = performance.now();
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "inherit"],
    // Nothing of the caller's settings, so that a run is the same everywhere.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  });
  // A measurement that ends early leaves no server behind.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  const failed = once(child, "error").then(([error]) => Promise.reject(error));
  await Promise.race([failed, answers(child, port, path)]);
  const startedInMs = performance.now() - begun;
  return { port, pid: child.pid as number, startedInMs, stop: () => stop(child) };
}

const PEERS = join(import.meta.dirname, "../peers");

/** One of the programs in `peers/`; it is given its port in PORT. */
export async function startPeer(
  name: "bare" | "mcp" | "oidc" | "postgres",
  environment: Record<string, string> = {},
): Promise<Program> {
  const port = await freePort();
  return startProgram({
    args: [join(PEERS, `${name}.ts`)],
    port,
    environment: { PORT: String(port), ...environment },
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answers(child: ChildProcess, port: number, path: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(" ")} ended with ${child.exitCode}`);
    try {
      await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer();
      return;
    } catch {
      // Not listening yet: asked again until it does or the time is over.
      await sleep(ASK_EVERY_MS);
    }
  }
  child.kill("SIGKILL");
  throw new Error(`${child.spawnargs.join(" ")} did not answer within ${PATIENCE_MS} ms`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const last = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(last);
}
