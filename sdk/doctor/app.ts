import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { UsageError } from "./options.ts";

/** The app, started by the doctor or by somebody else. */
export interface App {
  /** What it printed, as far as the doctor can know. */
  output(): string;
  stop(): Promise<void>;
}

export const CLIENT_ID = "app_doctor";
const START_MS = 60_000;
const PROBE_MS = 5000;
const STOP_MS = 5000;
const MOST_LETTERS = 1_000_000;

/** Starts the command with the settings that the examples and the starter read. Throws `UsageError` when it does not come up. */
export async function startApp(
  command: readonly string[],
  settings: Readonly<Record<string, string>>,
  address: string,
): Promise<App> {
  const [program, ...args] = command;
  if (program === undefined) {
    await answering(address, () => undefined);
    return { output: () => "", stop: async () => undefined };
  }
  // The doctor would examine whatever is there, and not what it starts.
  if (await answers(address)) {
    throw new UsageError(
      `Something answers at ${new URL(address).origin} already: stop it, or take another port.`,
    );
  }
  const child = spawn(program, args, {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that what it starts ends with it (`npm start` starts the app as a child).
    detached: process.platform !== "win32",
  });
  let output = "";
  let failure: Error | undefined;
  child.on("error", (error) => (failure = error));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => (output = (output + text).slice(-MOST_LETTERS)));
  }
  const endWithUs = () => signal(child, "SIGKILL");
  process.once("exit", endWithUs);
  const stop = async () => {
    process.off("exit", endWithUs);
    await end(child);
  };
  try {
    await answering(address, () => {
      if (failure) return failure.message;
      const ended = child.exitCode ?? child.signalCode;
      return ended === null ? undefined : `it ended with ${ended}`;
    });
  } catch (error) {
    await stop();
    throw new UsageError(`${(error as Error).message}\n${output.trimEnd()}`);
  }
  return { output: () => output, stop };
}

/** Waits until something answers. */
async function answering(address: string, trouble: () => string | undefined): Promise<void> {
  for (const until = Date.now() + START_MS; Date.now() < until; ) {
    const why = trouble();
    if (why) throw new UsageError(`The app did not start: ${why}.`);
    if (await answers(address)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new UsageError(`Nothing answers at ${new URL(address).origin}.`);
}

/** Whether something does. A request for an icon does nothing, wherever it comes to. */
async function answers(address: string): Promise<boolean> {
  const url = new URL("/favicon.ico", address);
  const limit = { redirect: "manual", signal: AbortSignal.timeout(PROBE_MS) } as const;
  const answer = await fetch(url, limit).catch(() => undefined);
  await answer?.body?.cancel();
  return answer !== undefined;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  signal(child, "SIGTERM");
  const forced = setTimeout(() => signal(child, "SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(forced);
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, name);
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
