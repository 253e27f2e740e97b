import type { StagedRow } from "./stage-rows.ts";

/** On SQLite nobody else is served while a batch is written. */
const TARGET_MS = 60;
/** In UTF-16 code units of texts, with something for each row and value. */
const SMALLEST = 20_000;
const LARGEST = 400_000;
const PER_ROW = 100;

/** How many rows to write in one transaction, learnt from how long the last one took. */
export class BatchSize {
  #budget = 10_000;
  #used = 0;

  /** At least one. */
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
    const fitting = (this.#used * TARGET_MS) / Math.max(tookMs, 1);
    // Half of the way, so that one slow commit is not taken for the rule.
    const next = (this.#budget + Math.min(fitting, this.#budget * 2)) / 2;
    this.#budget = Math.min(LARGEST, Math.max(SMALLEST, next));
  }
}

function weightOf({ write }: StagedRow): number {
  const values = write?.values ?? [];
  return values.reduce((sum, { text }) => sum + PER_ROW + text.length, PER_ROW);
}
