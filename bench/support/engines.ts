import type { TestDatabase } from "../../server/test/support/databases.ts";
import type { Measured, Options } from "./row.ts";
import { type Keep, scoped } from "./scoped.ts";
import { freshDatabase } from "./server.ts";

export type Engine = "sqlite" | "postgres";

/** Postgres only where TEST_POSTGRES_URL names a server, and not to see whether a row runs. */
export function enginesFor({ quick }: Options): readonly Engine[] {
  return process.env.TEST_POSTGRES_URL && !quick ? ["sqlite", "postgres"] : ["sqlite"];
}

/** Measures on a fresh database of each engine. */
export async function onEachEngine(
  options: Options,
  measure: (engine: Engine, database: TestDatabase, keep: Keep) => Promise<Measured[]>,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const engine of enginesFor(options)) {
    measured.push(
      ...(await scoped(async (keep) => measure(engine, keep(await freshDatabase(engine)), keep))),
    );
  }
  return measured;
}
