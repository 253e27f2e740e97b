import { within } from "./within.ts";

/** Does a thing once for all who ask for it at the same moment. */
export type SingleFlight = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Lets those who ask for the same thing at the same moment share one run of it. A run has a deadline: it fails for those
 * who wait for it, and whoever asks next begins anew.
 */
export function singleFlight(longestMs: number): SingleFlight {
  const running = new Map<string, Promise<unknown>>();
  return <Result>(key: string, work: () => Promise<Result>): Promise<Result> => {
    const known = running.get(key) as Promise<Result> | undefined;
    if (known) return known;
    const mine = within(longestMs, work()).finally(() => running.delete(key));
    running.set(key, mine);
    return mine;
  };
}
