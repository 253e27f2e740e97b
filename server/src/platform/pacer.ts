import { setImmediate } from "node:timers/promises";

/** Long enough that waiting costs little, short enough that nobody notices. */
const SLICE_MILLISECONDS = 10;

/** For long work on the one thread there is: awaited between its steps, it lets others in whenever a slice is over. */
export function pacer(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MILLISECONDS) return;
    await setImmediate();
    since = performance.now();
  };
}
