/** One row of the table of speed: what is measured, against what, and what it must reach. */
export interface Row {
  /** Also its file's name and what the command line calls it. */
  readonly name: string;
  readonly work: string;
  readonly against: string;
  /** The requirement as a sentence; each `Measured` has it as a number. */
  readonly must: string;
  run(options: Options): Promise<Measured[]>;
}

export interface Options {
  /** Tiny sizes that only show that the row runs. */
  readonly quick: boolean;
  readonly rounds: number;
}

/** One comparison: a value of ours and one of the peer's for every round. */
export interface Measured {
  name: string;
  ours: number[];
  peer: number[];
  unit: string;
  better: "more" | "less";
  /** Ours by the peer's, round by round; or ours less the peer's where `compared` says so. */
  ratio: { median: number; min: number; max: number };
  compared?: "difference";
  must: { atLeast?: number; atMost?: number };
  /** By the median. */
  met: boolean;
  notes?: string[];
}

type Comparison = Omit<Measured, "ratio" | "met">;

/** Sets two series beside each other, pair by pair, so that what slows a whole round down falls out. */
export function compare(comparison: Comparison): Measured {
  const { ours, peer, must, compared } = comparison;
  const pairs = ours.map((value, round) => {
    const other = peer[round] ?? Number.NaN;
    return compared === "difference" ? value - other : value / other;
  });
  const ratio = { median: median(pairs), min: Math.min(...pairs), max: Math.max(...pairs) };
  const met =
    ratio.median >= (must.atLeast ?? Number.NEGATIVE_INFINITY) &&
    ratio.median <= (must.atMost ?? Number.POSITIVE_INFINITY);
  return { ...comparison, ratio, met };
}

/** Runs every program once per round, each round beginning with another one; answers each one's values. */
export async function interleave<Name extends string, Value>(
  rounds: number,
  programs: Record<Name, () => Promise<Value>>,
): Promise<Record<Name, Value[]>> {
  const names = Object.keys(programs) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Value[]>;
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      values[name].push(await programs[name]());
    }
  }
  return values;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

/** The value that `share` of all values do not exceed: 0.95 for p95. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
