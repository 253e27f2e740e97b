interface Entry<Value> {
  value: Value;
  weight: number;
  /** Whether it was looked up since it was last passed over. */
  used: boolean;
}

/**
 * A cache of recently used entries, within a total weight. An entry that was used is passed over once before it is dropped
 * (the CLOCK algorithm), so that a look-up does not move anything.
 */
export class Lru<Value> {
  readonly #limit: number;
  /** In the order in which they are dropped. */
  readonly #entries = new Map<string, Entry<Value>>();
  #weight = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.used = true;
    return entry.value;
  }

  /** Adds an entry and drops those unused for longest; a value heavier than the whole cache is not cached. */
  set(key: string, value: Value, weight = 1): void {
    this.delete(key);
    if (weight > this.#limit) return;
    this.#entries.set(key, { value, weight, used: false });
    this.#weight += weight;
    // An entry that is passed over comes again at the end, unmarked, so the loop ends; the new entry stays.
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= this.#limit) break;
      if (entry.used || oldest === key) this.#passOver(oldest, entry);
      else this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }

  #passOver(key: string, entry: Entry<Value>): void {
    entry.used = false;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }
}
