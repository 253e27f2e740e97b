import type { Database } from "../database/open.ts";

const listeners = new WeakMap<Database, Set<() => void>>();

/** Lets whoever keeps channel pointers in memory know, within this process, that one moved. */
export function onChannelMoved(db: Database, listener: () => void): void {
  const known = listeners.get(db) ?? new Set();
  listeners.set(db, known.add(listener));
}

/** To be called after the commit. */
export function channelMoved(db: Database): void {
  for (const listener of listeners.get(db) ?? []) listener();
}
