/** Rows or ids in one statement, which takes 32,766 parameters on SQLite and 65,535 on Postgres. */
const ROWS_PER_STATEMENT = 500;

/** The parts of a list, each small enough for one statement. */
export function* chunksOf<Item>(all: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < all.length; start += ROWS_PER_STATEMENT) {
    yield all.slice(start, start + ROWS_PER_STATEMENT);
  }
}

/** Runs a statement for every part of a list, and answers all rows together. */
export async function inChunks<Item, Row>(
  all: readonly Item[],
  select: (part: readonly Item[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const part of chunksOf(all)) for (const row of await select(part)) rows.push(row);
  return rows;
}
