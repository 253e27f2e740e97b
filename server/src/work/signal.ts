import type { Database } from "../database/open.ts";

/** Says that work waits. It is heard in this process; the workers of other nodes look by themselves. */
export class Signal {
  readonly #listeners = new WeakMap<Database, Set<() => void>>();

  /** Wakes the workers of this database. To be called after the commit. */
  raise(db: Database): void {
    for (const listener of this.#listeners.get(db) ?? []) listener();
  }

  /** Answers a function that stops listening. */
  listen(db: Database, listener: () => void): () => void {
    const listeners = this.#listeners.get(db) ?? new Set();
    this.#listeners.set(db, listeners.add(listener));
    return () => listeners.delete(listener);
  }
}
