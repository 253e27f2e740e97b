import { type Load, type Loaded, loadProgram } from "./load.ts";
import type { Program } from "./program.ts";
import { compare, interleave, type Measured, type Options } from "./row.ts";

const SECONDS = { full: 2, quick: 0.2 };
/** Counted in answers, because it is they that get code compiled; on a busy machine at most this long. */
const WARM_UP = { full: { most: 30_000, seconds: 12 }, quick: { most: 100, seconds: 0.2 } };

export type Runner = (extent: { seconds: number; most?: number }) => Promise<Loaded>;

/** The same requests in every round. */
export function steadyLoad(program: Program, work: Omit<Load, "port" | "seconds">): Runner {
  return (extent) => loadProgram(program, { ...work, ...extent });
}

export interface Peer {
  name: string;
  run: Runner;
  atLeast: number;
  notes?: string[];
}

/** Answers per second of ours beside each peer's, warmed up, in rounds; what one answer costs stands in the notes. */
export async function compareThroughput(
  { quick, rounds }: Options,
  ours: { name: string; run: Runner },
  peers: readonly Peer[],
): Promise<Measured[]> {
  const size = quick ? "quick" : "full";
  const programs = { ours: ours.run, ...Object.fromEntries(peers.map(({ name, run }) => [name, run])) };
  for (const run of Object.values(programs)) await run(WARM_UP[size]);
  const results = await interleave(
    rounds,
    Object.fromEntries(
      Object.entries(programs).map(([name, run]) => [name, () => run({ seconds: SECONDS[size] })]),
    ) as Record<string, () => Promise<Loaded>>,
  );
  const mine = results.ours ?? [];
  return peers.map(({ name, atLeast, notes = [] }) => {
    const theirs = results[name] ?? [];
    return compare({
      name: `${ours.name} by ${name}`,
      ours: mine.map(perSecond),
      peer: theirs.map(perSecond),
      unit: "answers/s",
      better: "more",
      must: { atLeast },
      notes: [`ours: ${describe(mine)}`, `${name}: ${describe(theirs)}`, ...notes],
    });
  });
}

function perSecond(result: Loaded): number {
  return result.perSecond;
}

function describe(results: readonly Loaded[]): string {
  const mean = (of: (result: Loaded) => number) =>
    results.reduce((sum, result) => sum + of(result), 0) / results.length;
  return [
    `${mean((result) => result.processorMicros).toFixed(0)} µs of processor time per answer`,
    `p95 ${mean((result) => result.p95Ms).toFixed(1)} ms`,
    `sender ${Math.round(100 * mean((result) => result.senderShare))} % busy`,
  ].join(", ");
}
