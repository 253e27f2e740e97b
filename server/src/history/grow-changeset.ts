import type { Transaction } from "../context.ts";
import type { ChangesetTable } from "../database/schema.ts";
import { type Change, KEY_ITSELF } from "./record-changeset.ts";
import { insertChanges } from "./store.ts";
import { upsertChangeset } from "./store-growing.ts";

/** A changeset that many transactions write to, each a part. */
export type GrowingChangeset = Omit<ChangesetTable, "keyCount" | "valueCount">;

/** Adds changes, each of another key or value than those before. */
export async function growChangeset(
  store: Transaction,
  changeset: GrowingChangeset,
  changes: readonly Change[],
): Promise<void> {
  const keyCount = changes.filter((change) => change.language === KEY_ITSELF).length;
  const languages = new Set(changes.map((change) => change.language).filter((code) => code !== KEY_ITSELF));
  const counts = { keyCount, valueCount: changes.length - keyCount };
  await upsertChangeset(store, { ...changeset, ...counts }, [...languages]);
  await insertChanges(
    store,
    changes.map((change) => ({ changesetId: changeset.id, ...change })),
  );
}
