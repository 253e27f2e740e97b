import { setTimeout as sleep } from "node:timers/promises";
import type { TestDatabase } from "../../server/test/support/databases.ts";
import { onEachEngine } from "../support/engines.ts";
import { seedInstallation } from "../support/installation.ts";
import { type LoadResult, load, type Script } from "../support/load.ts";
import { residentMb } from "../support/process-facts.ts";
import { compare, type Measured, type Options, type Row } from "../support/row.ts";
import type { Keep } from "../support/scoped.ts";
import { startServer } from "../support/server.ts";
import { from, REFUSED, strangers } from "../support/strangers.ts";

const HONEST = 50;
const CONNECTIONS = 32;
/** In all rounds together. */
const REQUESTS = { full: 100_000, quick: 400 };
const SECONDS = { full: 2, quick: 0.2 };
const PATIENCE_SECONDS = 300;
const SETTLE_MS = 1_000;

/** Where strangers and honest callers come from. */
const PLACES: { place: string; spread: boolean; environment: Record<string, string> }[] = [
  { place: "one network", spread: false, environment: {} },
  { place: "networks of their own", spread: true, environment: { TRUSTED_PROXIES: "127.0.0.0/8,::1" } },
];

export const row: Row = {
  name: "strangers",
  work: "50 honest callers who read, beside 100,000 requests with made-up tokens, forged signatures, made-up apps, cold addresses",
  against: "the same callers without strangers; memory after the first round",
  must: "p95 of the honest ≤ 2× that without; memory ≤ 1.15×",
  run: (options) =>
    onEachEngine(options, async (engine, database, keep) => {
      const { reads, partner } = await seedInstallation(database, HONEST);
      const measured: Measured[] = [];
      for (const { place, spread, environment } of PLACES) {
        const honest = reads.map((read, at): Script => {
          const script = { method: "GET", ...read };
          return spread ? from(script, `203.0.113.${at + 1}`) : script;
        });
        const makeUp = (count: number) => strangers(partner, count, spread);
        const where = { name: `${engine}, ${place}`, environment };
        measured.push(...(await measure(options, database, keep, where, honest, makeUp)));
      }
      return measured;
    }),
};

async function measure(
  { quick, rounds }: Options,
  database: TestDatabase,
  keep: Keep,
  { name, environment }: { name: string; environment: Record<string, string> },
  honest: readonly Script[],
  makeUp: (count: number) => Script[],
): Promise<Measured[]> {
  const size = quick ? "quick" : "full";
  const { port, pid } = keep(await startServer({ databaseUrl: database.url, environment }));
  const alone = () => load({ port, scripts: honest, status: 200, seconds: SECONDS[size] });
  const most = Math.ceil(REQUESTS[size] / rounds);
  const crowd = () =>
    load({
      ...{ port, scripts: makeUp(most), connections: CONNECTIONS, status: REFUSED },
      ...{ seconds: PATIENCE_SECONDS, most },
    });
  await alone();
  const seen: Record<"without" | "beside" | "crowds", LoadResult[]> = { without: [], beside: [], crowds: [] };
  const memory: number[] = [];
  for (let round = 0; round < rounds; round++) {
    seen.without.push(await alone());
    const [beside, crowds] = await Promise.all([alone(), crowd()]);
    seen.beside.push(beside);
    seen.crowds.push(crowds);
    await sleep(quick ? 0 : SETTLE_MS);
    memory.push(residentMb(pid));
  }
  const perSecond = (results: LoadResult[]) =>
    results.map((result) => Math.round(result.perSecond)).join(", ");
  return [
    compare({
      name: `p95 of the honest, ${name}`,
      ours: seen.beside.map(({ p95Ms }) => p95Ms),
      peer: seen.without.map(({ p95Ms }) => p95Ms),
      unit: "ms",
      better: "less",
      must: { atMost: 2 },
      notes: [
        `answers/s to the honest beside strangers ${perSecond(seen.beside)}, without ${perSecond(seen.without)}`,
        `answers/s to strangers ${perSecond(seen.crowds)}`,
      ],
    }),
    compare({
      name: `memory, ${name}`,
      ours: [memory.at(-1) ?? Number.NaN],
      peer: [memory[0] ?? Number.NaN],
      unit: "MB",
      better: "less",
      must: { atMost: 1.15 },
    }),
  ];
}
