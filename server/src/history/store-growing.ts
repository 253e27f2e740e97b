import type { Reader } from "../context.ts";
import { send } from "../database/direct.ts";
import type { ChangesetTable } from "../database/schema.ts";

/** Begins the changeset, or adds to its counts and languages. */
export async function upsertChangeset(
  store: Reader,
  row: ChangesetTable,
  languages: readonly string[],
): Promise<void> {
  await send(
    store,
    store
      .insertInto("changesets")
      .values(row)
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet((eb) => ({
          keyCount: eb("changesets.keyCount", "+", eb.ref("excluded.keyCount")),
          valueCount: eb("changesets.valueCount", "+", eb.ref("excluded.valueCount")),
        })),
      )
      .compile(),
  );
  if (languages.length === 0) return;
  const { id: changesetId, projectId, createdAt } = row;
  await send(
    store,
    store
      .insertInto("changesetLanguages")
      .values(languages.map((language) => ({ projectId, language, createdAt, changesetId })))
      .onConflict((conflict) => conflict.doNothing())
      .compile(),
  );
}
