import { sql } from "kysely";
import type { Reader } from "../context.ts";
import type { ActorNames } from "../database/actor.ts";
import { send } from "../database/direct.ts";
import { inChunks } from "../database/in-chunks.ts";
import { type Columns, insertRows } from "../database/insert-rows.ts";
import type { ChangesetTable, ChangeTable } from "../database/schema.ts";

export async function insertChangeset(
  store: Reader,
  row: ChangesetTable,
  languages: readonly string[],
): Promise<void> {
  await send(store, store.insertInto("changesets").values(row).compile());
  if (languages.length === 0) return;
  const { id: changesetId, projectId, createdAt } = row;
  const rows = languages.map((language) => ({ projectId, language, createdAt, changesetId }));
  await send(store, store.insertInto("changesetLanguages").values(rows).compile());
}

const COLUMNS: Columns<"changes"> = {
  ...{ changesetId: "text", keyId: "text", language: "text", kind: "text", before: "text", after: "text" },
  ...{ statusBefore: "text", statusAfter: "text", revision: "integer" },
};

export function insertChanges(store: Reader, rows: readonly ChangeTable[]): Promise<void> {
  return insertRows(store, "changes", COLUMNS, rows);
}

/** Which keys and values of these keys the changeset has changed. */
export function selectChangedValues(
  store: Reader,
  changesetId: string,
  keyIds: readonly string[],
): Promise<Pick<ChangeTable, "keyId" | "language">[]> {
  return inChunks(keyIds, (part) =>
    store
      .selectFrom("changes")
      .select(["keyId", "language"])
      .where("changesetId", "=", changesetId)
      .where("keyId", "in", part)
      .execute(),
  );
}

/** Live keys of a namespace in a range of their names: after one, and until another one or the end. */
export interface NameRange {
  after: string;
  until: string | null;
}

/** For every live key of a namespace that it moves to another one. */
export async function insertMoves(
  store: Reader,
  { id, projectId }: Pick<ChangesetTable, "id" | "projectId">,
  { from, to }: { from: string; to: string },
  { after, until }: NameRange,
): Promise<void> {
  const json = (namespace: string) => sql.val(JSON.stringify({ namespace }));
  const end = until === null ? sql`` : sql`and "name" <= ${until}`;
  await send(
    store,
    sql`
    insert into "changes" ("changesetId", "keyId", "language", "kind", "before", "after", "revision")
    select cast(${id} as text), "id", '', 'changed', cast(${json(from)} as text), cast(${json(to)} as text),
      "revision" + 1
    from "keys" where "projectId" = ${projectId} and "namespace" = ${from} and "deletedAt" is null
      and "name" > ${after} ${end}`.compile(store),
  );
}

export type NamedChangeset = ChangesetTable & ActorNames;

export interface Filter {
  projectId: string;
  /** Id of a person or an app. */
  actor: string | undefined;
  via: string | undefined;
  keyId: string | undefined;
  /** Canonical. */
  language: string | undefined;
}

/** Newest first; within one millisecond by id. */
export function selectChangesets(
  store: Reader,
  { projectId, actor, via, keyId, language }: Filter,
  { before, limit }: { before: readonly [number, string] | undefined; limit: number },
): Promise<NamedChangeset[]> {
  // No index fits the expression, so that the changesets of a key or language are read and not all of the project's.
  const isNarrow = keyId !== undefined || language !== undefined;
  const inProject = isNarrow ? anyProjectId : sql.ref("changesets.projectId");
  let rows = withNames(store).where(inProject, "=", projectId);
  let [at, id] = [sql.ref("changesets.createdAt"), sql.ref("changesets.id")];
  if (actor !== undefined) rows = rows.where(actorId, "=", actor);
  if (via !== undefined) rows = rows.where(sql.ref<string>("changesets.via"), "=", via);
  if (keyId !== undefined) {
    rows = rows.where("changesets.id", "in", (eb) => {
      const ofKey = eb.selectFrom("changes").select("changesetId").where("keyId", "=", keyId);
      return language === undefined ? ofKey : ofKey.where("language", "=", language);
    });
  } else if (language !== undefined) {
    // The table of languages is in the order of the list, so that only the page is read.
    [at, id] = [sql.ref("changesetLanguages.createdAt"), sql.ref("changesetLanguages.changesetId")];
    rows = rows
      .innerJoin("changesetLanguages", "changesetLanguages.changesetId", "changesets.id")
      .where("changesetLanguages.projectId", "=", projectId)
      .where("changesetLanguages.language", "=", language) as typeof rows;
  }
  if (before) rows = rows.where(sql<boolean>`(${at}, ${id}) < (${before[0]}, ${before[1]})`);
  return rows.orderBy(at, "desc").orderBy(id, "desc").limit(limit).execute();
}

export function selectChangeset(
  store: Reader,
  projectId: string,
  id: string,
): Promise<NamedChangeset | undefined> {
  return withNames(store)
    .where("changesets.projectId", "=", projectId)
    .where("changesets.id", "=", id)
    .executeTakeFirst();
}

export function selectChangesetsByIds(store: Reader, ids: readonly string[]): Promise<NamedChangeset[]> {
  return withNames(store).where("changesets.id", "in", ids).execute();
}

export type NamedChange = ChangeTable & { namespace: string | null; name: string | null };

/** By key and language. */
export function selectChanges(
  store: Reader,
  changesetId: string,
  { after, limit }: { after: readonly [string, string] | undefined; limit: number },
): Promise<NamedChange[]> {
  let rows = store
    .selectFrom("changes")
    .leftJoin("keys", "keys.id", "changes.keyId")
    .selectAll("changes")
    .select(["keys.namespace", "keys.name"])
    .where("changes.changesetId", "=", changesetId);
  if (after) {
    rows = rows.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("changes.keyId", "changes.language"), ">", tuple(...after)),
    );
  }
  return rows.orderBy("changes.keyId").orderBy("changes.language").limit(limit).execute();
}

/** By key and language, from the key after `afterKey` and the change after `after` on. */
export function selectAllChanges(
  store: Reader,
  changesetId: string,
  { afterKey, after }: { afterKey: string; after: Pick<ChangeTable, "keyId" | "language"> | undefined },
  limit: number,
): Promise<ChangeTable[]> {
  let rows = store
    .selectFrom("changes")
    .selectAll()
    .where("changesetId", "=", changesetId)
    .where("keyId", ">", afterKey);
  if (after) {
    rows = rows.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("keyId", "language"), ">", tuple(after.keyId, after.language)),
    );
  }
  return rows.orderBy("keyId").orderBy("language").limit(limit).execute();
}

/** Every change of these keys themselves. */
export function selectKeyChanges(store: Reader, keyIds: readonly string[]): Promise<ChangeTable[]> {
  return inChunks(keyIds, (part) =>
    store.selectFrom("changes").selectAll().where("keyId", "in", part).where("language", "=", "").execute(),
  );
}

export function selectLastRevisions(
  store: Reader,
  keyIds: readonly string[],
  languages: readonly string[],
): Promise<Pick<ChangeTable, "keyId" | "language" | "revision">[]> {
  return inChunks(keyIds, (part) =>
    store
      .selectFrom("changes")
      .select(["keyId", "language", (eb) => eb.fn.max("revision").as("revision")])
      .where("keyId", "in", part)
      .where("language", "in", languages)
      .groupBy(["keyId", "language"])
      .execute(),
  );
}

/** Also of a key in the trash. */
export async function hasKey(store: Reader, projectId: string, keyId: string): Promise<boolean> {
  const key = await store
    .selectFrom("keys")
    .select("id")
    .where("projectId", "=", projectId)
    .where("id", "=", keyId)
    .executeTakeFirst();
  return key !== undefined;
}

/** The last state first. Revisions rise by one, so they are the order whatever the clocks of two nodes say. */
export function selectHistory(
  store: Reader,
  { keyId, language }: { keyId: string; language: string },
  { before, limit }: { before: number | undefined; limit: number },
): Promise<(NamedChangeset & ChangeTable)[]> {
  let rows = withNames(store)
    .innerJoin("changes", "changes.changesetId", "changesets.id")
    .selectAll("changes")
    .where("changes.keyId", "=", keyId)
    .where("changes.language", "=", language);
  if (before !== undefined) rows = rows.where("changes.revision", "<", before);
  return rows.orderBy("changes.revision", "desc").limit(limit).execute();
}

/** The key or app where one wrote, else the person; in the words of the index. */
const actorId = sql<string>`coalesce("changesets"."actorApiKeyId", "changesets"."actorAppId", "changesets"."actorUserId")`;

const anyProjectId = sql<string>`coalesce("changesets"."projectId", '')`;

function withNames(store: Reader) {
  return store
    .selectFrom("changesets")
    .leftJoin("users", "users.id", "changesets.actorUserId")
    .leftJoin("apps", "apps.id", "changesets.actorAppId")
    .leftJoin("apiKeys", "apiKeys.id", "changesets.actorApiKeyId")
    .selectAll("changesets")
    .select(["users.name as userName", "apps.name as appName", "apiKeys.name as keyName"]);
}
