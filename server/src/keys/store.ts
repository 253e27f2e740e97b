import { type RawBuilder, sql } from "kysely";
import type { Reader } from "../context.ts";
import { prepared } from "../database/prepared.ts";
import type { KeyTable, TranslationTable } from "../database/schema.ts";
import { containsText, hasTag } from "../database/text-search.ts";
import type { KeyName } from "../texts/find-keys.ts";

/** Which keys a list shows. What is asked of values is asked of one value in one of `languages`. */
export interface KeyFilter {
  projectId: string;
  namespace: string | undefined;
  /** One of these stands in the name, or in a text in one of `searched`; empty for whatever they say. */
  parts: readonly string[];
  searched: readonly string[];
  tag: string | undefined;
  /** One of these; empty for any. */
  statuses: readonly TranslationTable["status"][];
  outdated: boolean;
  /** One of these has no value. */
  missing: readonly string[];
  languages: readonly string[];
}

interface Range {
  after: KeyName | undefined;
  /** Nothing behind this one. */
  until?: KeyName | undefined;
  /** Only these. */
  ids?: readonly string[];
  limit: number;
}

/** In code point order of namespace and name. */
export function selectKeys(
  store: Reader,
  filter: KeyFilter,
  { after, until, ids, limit }: Range,
): Promise<KeyTable[]> {
  if (ids?.length === 0) return Promise.resolve([]);
  let rows = liveKeys(store, filter, after).selectAll();
  if (until) {
    rows = rows.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("namespace", "name"), "<=", tuple(until.namespace, until.name)),
    );
  }
  if (ids) rows = rows.where("id", "in", ids);
  for (const condition of conditionsOf(filter)) rows = rows.where(condition);
  return rows.orderBy("namespace").orderBy("name").limit(limit).execute();
}

/** The key that stands that many keys after a position; undefined when there are fewer. */
export function selectKeyAhead(
  store: Reader,
  filter: Pick<KeyFilter, "projectId" | "namespace">,
  after: KeyName | undefined,
  distance: number,
): Promise<(KeyName & { id: string }) | undefined> {
  return liveKeys(store, filter, after)
    .select(["id", "namespace", "name"])
    .orderBy("namespace")
    .orderBy("name")
    .limit(1)
    .offset(distance - 1)
    .executeTakeFirst();
}

/** Keys with a value that is outdated or has one of the statuses, from an index; undefined when it holds more than `most`. */
export async function selectKeysWithValues(
  store: Reader,
  { projectId, languages, outdated, statuses }: KeyFilter,
  most: number,
): Promise<string[] | undefined> {
  let rows = store
    .selectFrom("translations")
    .select("keyId")
    .where("projectId", "=", projectId)
    .where("language", "in", languages);
  if (outdated) rows = rows.where("outdatedAt", "is not", null);
  // In words, because a partial index is only used when its own condition stands in the query.
  else rows = rows.where("status", "in", statuses).where(sql<boolean>`"status" <> 'approved'`);
  const found = await rows.limit(most + 1).execute();
  return found.length > most ? undefined : [...new Set(found.map((row) => row.keyId))];
}

interface NamesPage extends KeyName {
  projectId: string;
  limit: number;
}

/** Before every key: no name is empty. */
const START: KeyName = { namespace: "", name: "" };

const keyNamesOfProject = prepared((store, { projectId, namespace, name, limit }: NamesPage) =>
  liveKeys(store, { projectId, namespace: undefined }, { namespace, name })
    .select(["id", "namespace", "name"])
    .orderBy("namespace")
    .orderBy("name")
    .limit(limit),
);

/** Keys after a position, with what names them. */
export async function selectKeyNames(
  store: Reader,
  filter: Pick<KeyFilter, "projectId" | "namespace"> & { ids: readonly string[] | undefined },
  after: KeyName | undefined,
  limit: number,
): Promise<(KeyName & { id: string })[]> {
  const { projectId, namespace, ids } = filter;
  if (namespace === undefined && !ids) {
    return keyNamesOfProject(store, { projectId, limit, ...(after ?? START) });
  }
  let rows = liveKeys(store, filter, after).select(["id", "namespace", "name"]);
  if (ids) rows = rows.where("id", "in", ids);
  return rows.orderBy("namespace").orderBy("name").limit(limit).execute();
}

/** Agents ask for the same pages again and again: as long as nobody writes, they cost no statement. */
const keysWithText = prepared(
  (store, { projectId, language, namespace, name, limit }: TextsPage) =>
    store
      .selectFrom("keys")
      .leftJoin("translations", (join) =>
        join.onRef("translations.keyId", "=", "keys.id").on("translations.language", "=", language),
      )
      .select(["keys.id", "keys.namespace", "keys.name", "translations.text"])
      .where("keys.projectId", "=", projectId)
      .where("keys.deletedAt", "is", null)
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple("keys.namespace", "keys.name"), ">", tuple(namespace, name)),
      )
      .orderBy("keys.namespace")
      .orderBy("keys.name")
      .limit(limit),
  { cached: true, isLong: true },
);

interface TextsPage extends NamesPage {
  language: string;
}

/** Keys after a position, with what names them and their text in a language; null where they have none. */
export function selectKeysWithText(
  store: Reader,
  projectId: string,
  language: string,
  after: KeyName | undefined,
  limit: number,
): Promise<(KeyName & { id: string; text: string | null })[]> {
  return keysWithText(store, { projectId, language, limit, ...(after ?? START) });
}

export type ListPosition = Pick<KeyTable, "id" | "namespace" | "name" | "deletedAt">;

/** Where a key stands in lists, also when it was deleted since. */
export function selectListPosition(
  store: Reader,
  projectId: string,
  keyId: string,
): Promise<ListPosition | undefined> {
  return store
    .selectFrom("keys")
    .select(["id", "namespace", "name", "deletedAt"])
    .where("projectId", "=", projectId)
    .where("id", "=", keyId)
    .executeTakeFirst();
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

function liveKeys(
  store: Reader,
  { projectId, namespace }: Pick<KeyFilter, "projectId" | "namespace">,
  after: KeyName | undefined,
) {
  let rows = store.selectFrom("keys").where("projectId", "=", projectId).where("deletedAt", "is", null);
  if (namespace !== undefined) rows = rows.where("namespace", "=", namespace);
  if (after) {
    rows = rows.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("namespace", "name"), ">", tuple(after.namespace, after.name)),
    );
  }
  return rows;
}

function conditionsOf(filter: KeyFilter): RawBuilder<boolean>[] {
  const { parts, searched, tag, statuses, outdated, missing, languages } = filter;
  const conditions: RawBuilder<boolean>[] = [];
  if (parts.length > 0) {
    const inName = anyOf(parts.map((part) => containsText("name", part)));
    const inText = sql`${isIn(searched)} and ${anyOf(parts.map((part) => containsText("text", part)))}`;
    conditions.push(searched.length > 0 ? anyOf([inName, hasValue(inText)]) : inName);
  }
  if (tag !== undefined) conditions.push(hasTag("tags", tag));
  // No index fits these expressions, so that Postgres reads the values of a key and not all that have the status.
  if (statuses.length > 0) {
    conditions.push(hasValue(sql`${isIn(languages)} and coalesce("status", '') in (${sql.join(statuses)})`));
  }
  if (outdated) conditions.push(hasValue(sql`${isIn(languages)} and coalesce("outdatedAt", 0) > 0`));
  if (missing.length > 0) {
    conditions.push(anyOf(missing.map((code) => sql<boolean>`not ${hasValue(sql`"language" = ${code}`)}`)));
  }
  return conditions;
}

function isIn(languages: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`"language" in (${sql.join(languages)})`;
}

function anyOf(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return sql<boolean>`(${sql.join(conditions, sql` or `)})`;
}

/** A limit keeps Postgres from answering it for all keys at once, by reading every value there is. */
function hasValue(condition: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`((select 1 from "translations" where "keyId" = "keys"."id" and ${condition} limit 1) is not null)`;
}
