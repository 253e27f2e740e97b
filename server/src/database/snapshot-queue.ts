import { Queue } from "../platform/queue.ts";

/** How many may wait for a snapshot, and how long. */
const PATIENCE = { most: 100, milliseconds: 2_000 };

/** Lets at most `slots` snapshots be open at once: each holds a connection for as long as somebody reads from it. */
export function snapshotQueue(slots: number): <Result>(read: () => Promise<Result>) => Promise<Result> {
  const queue = new Queue(slots, PATIENCE);
  return (read) => queue.run("snapshot", read);
}
