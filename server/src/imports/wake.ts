import type { Database } from "../database/open.ts";

const listeners = new WeakMap<Database, Set<() => void>>();

/** Lets the workers of this process know when an import waits, or its bytes may go; those of others look by themselves. */
export function onImportWaiting(db: Database, listener: () => void): void {
  const known = listeners.get(db) ?? new Set();
  listeners.set(db, known.add(listener));
}

/** To be called after the commit. */
export function wakeWorkers(db: Database): void {
  for (const listener of listeners.get(db) ?? []) listener();
}
