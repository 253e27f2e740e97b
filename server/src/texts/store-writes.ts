import { sql } from "kysely";
import type { Transaction } from "../context.ts";
import { send } from "../database/direct.ts";
import { chunksOf } from "../database/in-chunks.ts";
import { type Columns, insertRows } from "../database/insert-rows.ts";
import type { KeyTable, TranslationTable } from "../database/schema.ts";
import type { NameRange } from "../history/record-changeset.ts";

const KEY_COLUMNS: Columns<"keys"> = {
  ...{ id: "text", projectId: "text", namespace: "text", name: "text", description: "text", format: "text" },
  ...{ tags: "text", maxLength: "integer", revision: "integer" },
  ...{ createdAt: "bigint", updatedAt: "bigint", deletedAt: "bigint" },
};

const VALUE_COLUMNS: Columns<"translations"> = {
  ...{ keyId: "text", language: "text", projectId: "text", text: "text", status: "text" },
  ...{ revision: "integer", changesetId: "text", updatedAt: "bigint", outdatedAt: "bigint" },
};

/** What a value takes from the one that is written over it. */
const OVERWRITTEN = ["text", "status", "revision", "changesetId", "updatedAt", "outdatedAt"] as const;

export function insertKeys(store: Transaction, rows: readonly KeyTable[]): Promise<void> {
  return insertRows(store, "keys", KEY_COLUMNS, rows);
}

/** Gives each key the fields it has here; its project, creation and trash stay. */
export async function updateKeyRows(store: Transaction, rows: readonly KeyTable[]): Promise<void> {
  for (const part of chunksOf(rows)) {
    const values = part.map(
      (key) => sql`(${key.id}, ${key.namespace}, ${key.name}, ${key.description}, ${key.format}, ${key.tags},
        cast(${key.maxLength} as integer), cast(${key.revision} as integer), cast(${key.updatedAt} as bigint))`,
    );
    await send(
      store,
      sql`
      with "given" ("id", "namespace", "name", "description", "format", "tags", "maxLength", "revision", "updatedAt")
        as (values ${sql.join(values)})
      update "keys" set "namespace" = "given"."namespace", "name" = "given"."name",
        "description" = "given"."description", "format" = "given"."format", "tags" = "given"."tags",
        "maxLength" = "given"."maxLength", "revision" = "given"."revision", "updatedAt" = "given"."updatedAt"
      from "given" where "keys"."id" = "given"."id"`.compile(store),
    );
  }
}

/** Frees the names of keys that get other ones within the same transaction; no name holds a control character. */
export async function parkNames(store: Transaction, ids: readonly string[]): Promise<void> {
  for (const part of chunksOf(ids)) {
    const parked = sql<string>`${"\u0001"} || "id"`;
    await send(store, store.updateTable("keys").set({ name: parked }).where("id", "in", part).compile());
  }
}

/** Moves the live keys in a range of names. */
export async function moveKeysOfNamespace(
  store: Transaction,
  projectId: string,
  { from, to, after, until }: { from: string; to: string } & NameRange,
  now: number,
): Promise<void> {
  const end = until === null ? sql`` : sql`and "name" <= ${until}`;
  await send(
    store,
    sql`
    update "keys" set "namespace" = ${to}, "revision" = "revision" + 1, "updatedAt" = cast(${now} as bigint)
    where "projectId" = ${projectId} and "namespace" = ${from} and "deletedAt" is null
      and "name" > ${after} ${end}`.compile(store),
  );
}

/** They keep their revision, so that what put them into the trash can still be taken back. */
export async function moveTrashOfNamespace(
  store: Transaction,
  projectId: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await send(
    store,
    store
      .updateTable("keys")
      .set({ namespace: to })
      .where("projectId", "=", projectId)
      .where("namespace", "=", from)
      .where("deletedAt", "is not", null)
      .compile(),
  );
}

/** Into the trash with an instant, out of it with null. */
export async function setDeletedAt(
  store: Transaction,
  ids: readonly string[],
  deletedAt: number | null,
  now: number,
): Promise<void> {
  for (const part of chunksOf(ids)) {
    await send(
      store,
      store
        .updateTable("keys")
        .set((eb) => ({ deletedAt, updatedAt: now, revision: eb("revision", "+", 1) }))
        .where("id", "in", part)
        .compile(),
    );
  }
}

export function upsertValues(store: Transaction, rows: readonly TranslationTable[]): Promise<void> {
  const set = OVERWRITTEN.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
  const onConflict = sql`on conflict ("keyId", "language") do update set ${sql.join(set)}`;
  return insertRows(store, "translations", VALUE_COLUMNS, rows, onConflict);
}

export async function deleteValues(
  store: Transaction,
  rows: readonly Pick<TranslationTable, "keyId" | "language">[],
): Promise<void> {
  for (const [language, list] of Map.groupBy(rows, (row) => row.language)) {
    for (const part of chunksOf(list)) {
      const keyIds = part.map((row) => row.keyId);
      await send(
        store,
        store
          .deleteFrom("translations")
          .where("language", "=", language)
          .where("keyId", "in", keyIds)
          .compile(),
      );
    }
  }
}

/** Marks what the keys' other languages say as written for another source text, unless it came in the same changeset. */
export async function markOutdated(
  store: Transaction,
  keyIds: readonly string[],
  { sourceLanguage, changesetId, now }: { sourceLanguage: string; changesetId: string; now: number },
): Promise<void> {
  for (const part of chunksOf(keyIds)) {
    await send(
      store,
      store
        .updateTable("translations")
        .set({ outdatedAt: now })
        .where("keyId", "in", part)
        .where("language", "<>", sourceLanguage)
        .where("changesetId", "<>", changesetId)
        .where("outdatedAt", "is", null)
        .compile(),
    );
  }
}

/** Takes back what `markOutdated` did at that instant to values that stand as they stood then. */
export async function clearOutdated(
  store: Transaction,
  keyIds: readonly string[],
  since: number,
): Promise<void> {
  for (const part of chunksOf(keyIds)) {
    await send(
      store,
      store
        .updateTable("translations")
        .set({ outdatedAt: null })
        .where("keyId", "in", part)
        .where("outdatedAt", "=", since)
        .compile(),
    );
  }
}

/** Takes the marks of a language away. */
export async function clearOutdatedOf(
  store: Transaction,
  projectId: string,
  language: string,
): Promise<void> {
  await send(
    store,
    store
      .updateTable("translations")
      .set({ outdatedAt: null })
      .where("projectId", "=", projectId)
      .where("language", "=", language)
      .where("outdatedAt", "is not", null)
      .compile(),
  );
}
