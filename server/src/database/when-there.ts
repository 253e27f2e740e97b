import { setTimeout as sleep } from "node:timers/promises";
import { isDiskFull } from "./disk-full.ts";
import { isUnavailable } from "./unavailable.ts";

/** A machine that starts, or a failover: whoever takes longer has to be looked at. */
const PATIENCE_MS = 60_000;
const TRY_EVERY_MS = 500;

/**
 * Opens a database as soon as it is there: one that is started together with the server comes a little later. Throws what
 * the last attempt threw, and at once where trying again cannot help.
 *
 * @param sayWaiting called once, with why
 */
export async function whenThere<Opened>(
  open: () => Promise<Opened>,
  sayWaiting: (reason: string) => void,
  patienceMs = PATIENCE_MS,
): Promise<Opened> {
  const begun = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      const isOver = performance.now() - begun > patienceMs;
      if (isOver || !isUnavailable(error) || isDiskFull(error)) throw error;
      if (attempt === 1) sayWaiting(reasonOf(error));
      await sleep(TRY_EVERY_MS);
    }
  }
}

/** A code where there is one. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
