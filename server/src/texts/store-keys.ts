import { sql } from "kysely";
import type { Reader } from "../context.ts";
import { inChunks } from "../database/in-chunks.ts";
import type { KeyTable } from "../database/schema.ts";

export interface KeyName {
  namespace: string;
  name: string;
}

export type FoundKey = Pick<KeyTable, "id" | "namespace" | "name" | "format" | "maxLength" | "revision">;

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
      with "given" ("namespace", "name") as (values ${pairs(part)}),
      "found" ("id") as (select (
        select "id" from "keys" where "projectId" = ${projectId} and "namespace" = "given"."namespace"
          and "name" = "given"."name" and "deletedAt" is null
      ) from "given")
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
      with "given" ("namespace", "name") as (values ${pairs(part)})
      select "given"."namespace", "given"."name", (
        select "keys"."name" from "keys"
        where "keys"."projectId" = ${projectId} and "keys"."namespace" = "given"."namespace"
          and "keys"."name" >= "given"."name" || '.' and "keys"."name" < "given"."name" || '/'
          and "keys"."deletedAt" is null ${others}
        order by "keys"."name" limit 1
      ) as "below"
      from "given"`.execute(store);
    return rows.flatMap((row) => (row.below === null ? [] : { ...row, below: row.below }));
  });
}

/** Of the live keys of a namespace in the order of names, the name of the one that is so many behind `after`. */
export async function selectNameAhead(
  store: Reader,
  { projectId, namespace }: { projectId: string; namespace: string },
  after: string,
  count: number,
): Promise<string | undefined> {
  const row = await store
    .selectFrom("keys")
    .select("name")
    .where("projectId", "=", projectId)
    .where("namespace", "=", namespace)
    .where("deletedAt", "is", null)
    .where("name", ">", after)
    .orderBy("name")
    .offset(count - 1)
    .limit(1)
    .executeTakeFirst();
  return row?.name;
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

/** In the trash or not. */
export function selectAllKeys(store: Reader, projectId: string, ids: readonly string[]): Promise<KeyTable[]> {
  return inChunks(ids, (part) =>
    store.selectFrom("keys").selectAll().where("projectId", "=", projectId).where("id", "in", part).execute(),
  );
}

function pairs(names: readonly KeyName[]) {
  return sql.join(names.map(({ namespace, name }) => sql`(${namespace}, ${name})`));
}
