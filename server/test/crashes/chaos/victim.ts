import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ended, startProcess } from "../spawned.ts";

/**
 * Where every other process dies by itself: between what a publish stores and its answer, which a kill at random nearly
 * never meets. A caller that does the same again there, under its key, must not do it twice.
 */
const POINTS = ["publish.committed", "call.committed", "publish.audited", "publish.files-written"];

/** A server that is killed and started again, on one port, while its callers wait for it. */
export interface Victim {
  base: string;
  /** Whether the process that runs now dies by itself, at a point that only publishes come to. */
  isDoomed(): boolean;
  /** Resolves when the process that runs now is over. */
  over(): Promise<unknown>;
  /** Resolves at once while it runs, otherwise when it is back. */
  back(): Promise<void>;
  /**
   * Answers how long the new start took, in milliseconds; whoever waits goes on after `check`.
   *
   * @param isLast nobody starts another one when it is over, so that it must not die by itself
   */
  killAndStart(check: () => Promise<void>, isLast: boolean): Promise<number>;
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
  let isLastOne = false;
  const start = () => {
    // Nobody is to be told that they come too often: limits by the minute begin anew.
    writeFileSync(TEST_CLOCK_FILE, String(kills * 61_000));
    const point = doom();
    return startProcess({
      ...environment,
      ...(point !== undefined && { TEST_CRASH_AT: point }),
      TEST_CLOCK_FILE,
      ...LOUD,
    });
  };
  const doom = () => (!isLastOne && kills % 2 === 1 ? POINTS[((kills - 1) / 2) % POINTS.length] : undefined);
  let server = await start();
  let restarted: Promise<void> | undefined;
  return {
    base: server.base,
    isDoomed: () => doom() !== undefined,
    over: () => server.ended,
    back: async () => restarted,
    async killAndStart(check, isLast) {
      let startedMs = 0;
      restarted = (async () => {
        const { code, signal, stderr } = await server.kill("SIGKILL");
        if (signal !== "SIGKILL") throw new Error(`the server had ended by itself with ${code}: ${stderr}`);
        kills++;
        isLastOne = isLast;
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
