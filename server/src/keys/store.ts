import { sql } from "kysely";
import type { Reader } from "../context.ts";
import { chunksOf, inChunks } from "../database/in-chunks.ts";
import { type Columns, insertRows } from "../database/insert-rows.ts";
import type { KeyTable } from "../database/schema.ts";

export interface KeyName {
  namespace: string;
  name: string;
}

export type FoundKey = Pick<KeyTable, "id" | "namespace" | "name" | "format" | "maxLength" | "revision">;

const COLUMNS: Columns<"keys"> = {
  ...{ id: "text", projectId: "text", namespace: "text", name: "text", description: "text", format: "text" },
  ...{ tags: "text", maxLength: "integer", revision: "integer" },
  ...{ createdAt: "bigint", updatedAt: "bigint", deletedAt: "bigint" },
};

export function insertKeys(store: Reader, rows: readonly KeyTable[]): Promise<void> {
  return insertRows(store, "keys", COLUMNS, rows);
}

export function selectKeysByIds(
  store: Reader,
  projectId: string,
  ids: readonly string[],
): Promise<FoundKey[]> {
  return inChunks(ids, (part) =>
    store
      .selectFrom("keys")
      .select(["id", "namespace", "name", "format", "maxLength", "revision"])
      .where("projectId", "=", projectId)
      .where("deletedAt", "is", null)
      .where("id", "in", part)
      .execute(),
  );
}

export function selectKeysByNames(
  store: Reader,
  projectId: string,
  names: readonly KeyName[],
): Promise<FoundKey[]> {
  return inChunks(names, async (part) => {
    // Each name by itself: Postgres, asked for all at once, reads every key of the project as long as it takes it for small.
    const { rows } = await sql<FoundKey>`
      with "wanted" ("namespace", "name") as (values ${pairs(part)}),
      "found" ("id") as (select (
        select "id" from "keys" where "projectId" = ${projectId} and "namespace" = "wanted"."namespace"
          and "name" = "wanted"."name" and "deletedAt" is null
      ) from "wanted")
      select "keys"."id", "keys"."namespace", "keys"."name", "keys"."format", "keys"."maxLength", "keys"."revision"
      from "found" inner join "keys" on "keys"."id" = "found"."id"`.execute(store);
    return rows;
  });
}

/** For each of the names that has keys below it (`a.b` below `a`), the first of them. */
export function selectFirstBelow(
  store: Reader,
  projectId: string,
  names: readonly KeyName[],
  except: readonly string[],
): Promise<(KeyName & { below: string })[]> {
  const others = except.length > 0 ? sql`and "keys"."id" not in (${sql.join(except)})` : sql``;
  return inChunks(names, async (part) => {
    // "/" follows "." in code point order, so the range holds exactly the names that begin with "a.".
    const { rows } = await sql<KeyName & { below: string | null }>`
      with "wanted" ("namespace", "name") as (values ${pairs(part)})
      select "wanted"."namespace", "wanted"."name", (
        select "keys"."name" from "keys"
        where "keys"."projectId" = ${projectId} and "keys"."namespace" = "wanted"."namespace"
          and "keys"."name" >= "wanted"."name" || '.' and "keys"."name" < "wanted"."name" || '/'
          and "keys"."deletedAt" is null ${others}
        order by "keys"."name" limit 1
      ) as "below"
      from "wanted"`.execute(store);
    return rows.flatMap((row) => (row.below === null ? [] : { ...row, below: row.below }));
  });
}

export type Place = Pick<KeyTable, "id" | "namespace" | "name" | "deletedAt">;

/** Where a key stands in lists, also when it was deleted since. */
export function selectPlace(store: Reader, projectId: string, keyId: string): Promise<Place | undefined> {
  return store
    .selectFrom("keys")
    .select(["id", "namespace", "name", "deletedAt"])
    .where("projectId", "=", projectId)
    .where("id", "=", keyId)
    .executeTakeFirst();
}

export function selectKey(store: Reader, projectId: string, id: string): Promise<KeyTable | undefined> {
  return store
    .selectFrom("keys")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("deletedAt", "is", null)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** Gives each key the fields it has here; its project, creation and trash stay. */
export async function updateKeyRows(store: Reader, rows: readonly KeyTable[]): Promise<void> {
  for (const part of chunksOf(rows)) {
    const values = part.map(
      (key) => sql`(${key.id}, ${key.namespace}, ${key.name}, ${key.description}, ${key.format}, ${key.tags},
        cast(${key.maxLength} as integer), cast(${key.revision} as integer), cast(${key.updatedAt} as bigint))`,
    );
    await sql`
      with "wanted" ("id", "namespace", "name", "description", "format", "tags", "maxLength", "revision", "updatedAt")
        as (values ${sql.join(values)})
      update "keys" set "namespace" = "wanted"."namespace", "name" = "wanted"."name",
        "description" = "wanted"."description", "format" = "wanted"."format", "tags" = "wanted"."tags",
        "maxLength" = "wanted"."maxLength", "revision" = "wanted"."revision", "updatedAt" = "wanted"."updatedAt"
      from "wanted" where "keys"."id" = "wanted"."id"`.execute(store);
  }
}

/** Frees the names of keys that get other ones within the same transaction; no name holds a control character. */
export async function parkNames(store: Reader, ids: readonly string[]): Promise<void> {
  for (const part of chunksOf(ids)) {
    const parked = sql<string>`${"\u0001"} || "id"`;
    await store.updateTable("keys").set({ name: parked }).where("id", "in", part).execute();
  }
}

/** Those in the trash keep their revision, so that what put them there can still be taken back. */
export async function renameNamespaceOfKeys(
  store: Reader,
  projectId: string,
  { from, to }: { from: string; to: string },
  now: number,
): Promise<void> {
  await sql`
    update "keys" set "namespace" = ${to},
      "revision" = case when "deletedAt" is null then "revision" + 1 else "revision" end,
      "updatedAt" = case when "deletedAt" is null then cast(${now} as bigint) else "updatedAt" end
    where "projectId" = ${projectId} and "namespace" = ${from}`.execute(store);
}

/** Into the trash with an instant, out of it with null. */
export async function moveKeys(
  store: Reader,
  ids: readonly string[],
  deletedAt: number | null,
  now: number,
): Promise<void> {
  for (const part of chunksOf(ids)) {
    await store
      .updateTable("keys")
      .set((eb) => ({ deletedAt, updatedAt: now, revision: eb("revision", "+", 1) }))
      .where("id", "in", part)
      .execute();
  }
}

/** In the trash or not. */
export function selectAllKeys(store: Reader, projectId: string, ids: readonly string[]): Promise<KeyTable[]> {
  return inChunks(ids, (part) =>
    store.selectFrom("keys").selectAll().where("projectId", "=", projectId).where("id", "in", part).execute(),
  );
}

export async function selectDeletedKeys(
  store: Reader,
  projectId: string,
  ids: readonly string[],
): Promise<KeyTable[]> {
  return (await selectAllKeys(store, projectId, ids)).filter((key) => key.deletedAt !== null);
}

/** The last deleted first. */
export function selectTrash(
  store: Reader,
  projectId: string,
  after: { deletedAt: number; id: string } | undefined,
  limit: number,
): Promise<KeyTable[]> {
  let rows = store
    .selectFrom("keys")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("deletedAt", "is not", null);
  if (after) {
    rows = rows.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("deletedAt", "id"), "<", tuple(after.deletedAt, after.id)),
    );
  }
  return rows.orderBy("deletedAt", "desc").orderBy("id", "desc").limit(limit).execute();
}

function pairs(names: readonly KeyName[]) {
  return sql.join(names.map(({ namespace, name }) => sql`(${namespace}, ${name})`));
}
