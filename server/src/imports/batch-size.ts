import type { Database } from "../context.ts";
import type { StagedRow } from "./stage-rows.ts";

/**
 * How long a batch should take, and how small it may become in UTF-16 code units of texts with something for each row and
 * value. On SQLite nobody else is served meanwhile. On Postgres only writers of the same project wait, and every
 * batch runs a score of statements whatever its size.
 */
const BOUNDS = {
  sqlite: { targetMs: 100, smallest: 60_000 },
  postgres: { targetMs: 150, smallest: 100_000 },
} as const;
const LARGEST = 400_000;
const PER_ROW = 100;

/** Decides how many rows to write in one transaction, by how long the last one took. */
export class BatchSize {
  readonly #bounds: { targetMs: number; smallest: number };
  #budget: number;
  #used = 0;

  constructor(engine: Database["engine"]) {
    this.#bounds = BOUNDS[engine];
    this.#budget = this.#bounds.smallest;
  }

  /** How many rows to write next, beginning at `from`: at least one. */
  next(rows: readonly StagedRow[], from: number): number {
    this.#used = 0;
    let count = 0;
    for (let index = from; index < rows.length; index++) {
      const weight = weightOf(rows[index] as StagedRow);
      if (count > 0 && this.#used + weight > this.#budget) break;
      this.#used += weight;
      count++;
    }
    return count;
  }

  learn(tookMs: number): void {
    const { targetMs, smallest } = this.#bounds;
    const fitting = (this.#used * targetMs) / Math.max(tookMs, 1);
    // Half of the way, so that one slow commit is not taken for the rule.
    const next = (this.#budget + Math.min(fitting, this.#budget * 2)) / 2;
    this.#budget = Math.min(LARGEST, Math.max(smallest, next));
  }
}

function weightOf({ write }: StagedRow): number {
  const values = write?.values ?? [];
  return values.reduce((sum, { text }) => sum + PER_ROW + text.length, PER_ROW);
}
