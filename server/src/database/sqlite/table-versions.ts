/**
 * What a statement reads and writes, as SQLite says when it is compiled, so through triggers and foreign keys too: names of
 * tables, whose rows come and go, and of columns (`table.column`), whose values change.
 */
export interface Touches {
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
}

/**
 * How often each table and column was written, by any process. Two equal versions mean that the rows are the same: our own
 * commits are counted by what they wrote, and SQLite counts those of other connections (`pragma data_version`) on the one
 * that writes here, whose own commits it leaves out.
 */
export class TableVersions {
  readonly #foreignVersion: () => number;
  readonly #counts = new Map<string, number>();
  /** Written in a transaction that is open. */
  readonly #uncommitted = new Set<string>();
  #foreign = 0;
  #epoch = 0;
  /** Whether commits of others were looked for since somebody began something. */
  #isCaughtUp = false;

  /** @param foreignVersion another number after each commit of another connection */
  constructor(foreignVersion: () => number) {
    this.#foreignVersion = foreignVersion;
  }

  /**
   * The version of all that a statement reads: now as far as our own commits go, and at the last `catchUp` or later as far as
   * those of others do. To look for those costs more than a statement, so that it is done once for whatever is read together.
   */
  of({ reads }: Touches): number {
    if (!this.#isCaughtUp) this.#lookForOthers();
    // All only ever grow, so that the sum is the same when each is.
    let version = this.#epoch;
    for (const name of reads) version += this.#counts.get(name) ?? 0;
    return version;
  }

  /** From here on, nothing is taken for unchanged that another process has committed before. */
  catchUp(): void {
    this.#isCaughtUp = false;
  }

  #lookForOthers(): void {
    const foreign = this.#foreignVersion();
    if (foreign !== this.#foreign) {
      this.#foreign = foreign;
      this.#epoch++;
    }
    this.#isCaughtUp = true;
    // Whoever goes on after waiting looks again.
    setImmediate(() => this.catchUp());
  }

  /** A statement has run on the connection that writes. */
  ran({ writes }: Touches, isInTransaction: boolean): void {
    for (const name of writes) this.#uncommitted.add(name);
    if (isInTransaction || this.#uncommitted.size === 0) return;
    for (const name of this.#uncommitted) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    this.#uncommitted.clear();
  }
}
