import { setImmediate } from "node:timers/promises";

/** Long enough that pausing costs little, short enough that no caller notices. */
const SLICE_MILLISECONDS = 10;

/** A function for long work on the only thread: awaited between two steps, it lets others in when a slice is over. */
export function pacer(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MILLISECONDS) return;
    await setImmediate();
    since = performance.now();
  };
}
