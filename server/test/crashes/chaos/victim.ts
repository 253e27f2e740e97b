import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ended, startProcess } from "../spawned.ts";

/** A server that is killed and started again, on one port, while its callers wait for it. */
export interface Victim {
  base: string;
  /** Resolves at once while it runs, otherwise when it is back. */
  back(): Promise<void>;
  /** Answers how long the new start took, in milliseconds; whoever waits goes on after `check`. */
  killAndStart(check: () => Promise<void>): Promise<number>;
  end(signal: "SIGKILL" | "SIGTERM"): Promise<Ended>;
  /** What it has logged as an error since the last start. */
  complaints(): string[];
}

const LOUD = { LOG_LEVEL: "error", RATE_LIMIT_PER_MINUTE: "1000000" };

export async function startVictim(
  environment: Record<string, string> & { DATA_DIR: string },
): Promise<Victim> {
  const TEST_CLOCK_FILE = join(environment.DATA_DIR, "clock");
  let kills = 0;
  const start = () => {
    // Nobody is to be told that they come too often: limits by the minute begin anew.
    writeFileSync(TEST_CLOCK_FILE, String(kills * 61_000));
    return startProcess({ ...environment, TEST_CLOCK_FILE, ...LOUD });
  };
  let server = await start();
  let restarted: Promise<void> | undefined;
  return {
    base: server.base,
    back: async () => restarted,
    async killAndStart(check) {
      let startedMs = 0;
      restarted = (async () => {
        const { code, signal, stderr } = await server.kill("SIGKILL");
        if (signal !== "SIGKILL") throw new Error(`the server had ended by itself with ${code}: ${stderr}`);
        kills++;
        const begun = performance.now();
        server = await start();
        startedMs = performance.now() - begun;
        await check();
      })();
      await restarted;
      restarted = undefined;
      return startedMs;
    },
    end: (signal) => server.kill(signal),
    complaints: () =>
      server
        .said()
        .split("\n")
        .filter((line) => line.startsWith("{")),
  };
}
