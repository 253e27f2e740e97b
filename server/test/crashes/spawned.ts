import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { bareEnvironment } from "../support/bare-environment.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const READY = "Parlance is ready";
/** A busy machine may take long to start a process. */
const PATIENCE_MS = 60_000;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

/** A server in a process of its own, started as an operator starts it. */
export interface Spawned {
  base: string;
  /** What it has printed so far, besides errors. */
  said(): string;
  /** Resolves when the process is over. */
  ended: Promise<Ended>;
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<Ended>;
}

/** Answers once the server says that it is ready. Throws when it ends before, with what it said. */
export async function startProcess(environment: Record<string, string>): Promise<Spawned> {
  const { child, ended } = launch(environment);
  const base = environment.PUBLIC_URL ?? `http://localhost:${environment.PORT}`;
  let said = "";
  const ready = new Promise<"ready">((resolve) => {
    child.stdout?.on("data", (chunk) => {
      said += chunk;
      if (said.includes(READY)) resolve("ready");
    });
  });
  const first = await Promise.race([ready, ended, tooLong()]);
  if (first !== "ready") {
    child.kill("SIGKILL");
    throw new Error(`the server did not start: ${JSON.stringify(first)}`);
  }
  return {
    base,
    said: () => said,
    ended,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** For a server that is expected to give up by itself. */
export async function runToEnd(environment: Record<string, string>): Promise<Ended> {
  const { child, ended } = launch(environment);
  const first = await Promise.race([ended, tooLong()]);
  if (first === "too long") child.kill("SIGKILL");
  return ended;
}

/** A port that nobody listens on; the issuer contains it, so that it has to be known before the start. */
export async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

function launch(environment: Record<string, string>): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...bareEnvironment(), NODE_ENV: "test", LOG_LEVEL: "silent", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, ended };
}

function tooLong(): Promise<"too long"> {
  return new Promise((resolve) => {
    setTimeout(() => resolve("too long"), PATIENCE_MS).unref();
  });
}
