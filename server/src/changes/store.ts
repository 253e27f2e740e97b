import type { Reader } from "../context.ts";
import type { ChangesetTable, ChangeTable } from "../database/schema.ts";

const ROWS_PER_STATEMENT = 500;

export async function insertChangeset(store: Reader, row: ChangesetTable): Promise<void> {
  await store.insertInto("changesets").values(row).execute();
}

export async function insertChanges(store: Reader, rows: readonly ChangeTable[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await store
      .insertInto("changes")
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      .execute();
  }
}
