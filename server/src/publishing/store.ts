import { sql } from "kysely";
import type { Reader } from "../context.ts";
import { chunksOf, inChunks } from "../database/in-chunks.ts";
import type { LanguageTable, PublishPlanTable, ReleaseTable } from "../database/schema.ts";

import type { Statuses } from "./statuses.ts";

export interface PublishableValue {
  namespace: string;
  name: string;
  text: string;
}

export type ProjectReference = { id: string } | { organizationSlug: string; slug: string };

export interface ReleaseFile {
  path: string;
  hash: string;
  size: number;
  lastModified: number;
}

/** As they are in this snapshot; who asked may have read the project before. */
export function selectPublishSettings(store: Reader, projectId: string) {
  return store
    .selectFrom("projects")
    .select(["publishFrom", "sourceLanguage"])
    .where("id", "=", projectId)
    .executeTakeFirstOrThrow();
}

export function selectActiveLanguages(store: Reader, projectId: string): Promise<LanguageTable[]> {
  return store
    .selectFrom("languages")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("status", "=", "active")
    .orderBy("code")
    .execute();
}

export async function selectNamespaces(store: Reader, projectId: string): Promise<string[]> {
  const rows = await store
    .selectFrom("namespaces")
    .select("name")
    .where("projectId", "=", projectId)
    .where("keyCount", ">", 0)
    .orderBy("name")
    .execute();
  return rows.map((row) => row.name);
}

/** Keys in code point order of namespace and name, each with its text in one language where it has one. */
export function selectTexts(
  store: Reader,
  {
    projectId,
    code,
    after,
    limit,
  }: {
    projectId: string;
    code: string;
    after: { namespace: string; name: string } | undefined;
    limit: number;
  },
): Promise<{ id: string; namespace: string; name: string; text: string | null; status: string | null }[]> {
  return store
    .selectFrom((eb) => {
      let keys = eb
        .selectFrom("keys")
        .select(["id", "namespace", "name"])
        .where("projectId", "=", projectId)
        .where("deletedAt", "is", null);
      if (after) {
        keys = keys.where(({ eb: on, refTuple, tuple }) =>
          on(refTuple("namespace", "name"), ">", tuple(after.namespace, after.name)),
        );
      }
      return keys.orderBy("namespace").orderBy("name").limit(limit).as("page");
    })
    .leftJoin("translations", (join) =>
      join.onRef("translations.keyId", "=", "page.id").on("translations.language", "=", code),
    )
    .select(["page.id", "page.namespace", "page.name", "translations.text", "translations.status"])
    .orderBy("page.namespace")
    .orderBy("page.name")
    .execute();
}

/** How many values of live keys have one of these statuses, none of them `approved`. */
export async function countHeldBack(
  store: Reader,
  projectId: string,
  code: string,
  statuses: Statuses,
): Promise<number> {
  if (statuses.length === 0) return 0;
  const row = await store
    .selectFrom("translations")
    .innerJoin("keys", "keys.id", "translations.keyId")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("translations.projectId", "=", projectId)
    .where("translations.language", "=", code)
    // In words, because a partial index is only used when its own condition stands in the query.
    .where(sql<boolean>`"translations"."status" <> 'approved'`)
    .where("translations.status", "in", statuses)
    .where("keys.deletedAt", "is", null)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Deleted ones too. */
export function selectKeysById(store: Reader, projectId: string, ids: readonly string[]) {
  return inChunks(ids, (part) =>
    store
      .selectFrom("keys")
      .select(["id", "namespace", "name"])
      .where("projectId", "=", projectId)
      .where("id", "in", part)
      .execute(),
  );
}

/** Deleted ones too. */
export function selectKeysByName(store: Reader, projectId: string, names: readonly string[]) {
  return inChunks(names, (part) =>
    store
      .selectFrom("keys")
      .select(["namespace", "name"])
      .where("projectId", "=", projectId)
      .where("name", "in", part)
      .execute(),
  );
}

export async function insertPlan(store: Reader, plan: PublishPlanTable): Promise<void> {
  await store.insertInto("publishPlans").values(plan).execute();
}

export function selectPlan(
  store: Reader,
  projectId: string,
  id: string,
): Promise<PublishPlanTable | undefined> {
  return store
    .selectFrom("publishPlans")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export async function markPlanPublished(store: Reader, id: string, releaseId: string): Promise<void> {
  await store.updateTable("publishPlans").set({ releaseId }).where("id", "=", id).execute();
}

/** Deletes at most `budget` plans whose time is over; answers how many. */
export async function deleteExpiredPlans(store: Reader, now: number, budget: number): Promise<number> {
  const expired = store.selectFrom("publishPlans").select("id").where("expiresAt", "<=", now).limit(budget);
  const { numDeletedRows } = await store
    .deleteFrom("publishPlans")
    .where("id", "in", expired)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

export function selectChannelRelease(
  store: Reader,
  projectId: string,
  channel: string,
): Promise<ReleaseTable | undefined> {
  return store
    .selectFrom("channels")
    .innerJoin("releases", "releases.id", "channels.releaseId")
    .selectAll("releases")
    .where("channels.projectId", "=", projectId)
    .where("channels.name", "=", channel)
    .executeTakeFirst();
}

export function selectRelease(store: Reader, id: string): Promise<ReleaseTable | undefined> {
  return store.selectFrom("releases").selectAll().where("id", "=", id).executeTakeFirst();
}

export function selectReleaseLanguages(store: Reader, releaseId: string) {
  return store
    .selectFrom("releaseLanguages")
    .selectAll()
    .where("releaseId", "=", releaseId)
    .orderBy("code")
    .execute();
}

export function selectReleaseFiles(store: Reader, releaseId: string) {
  return store
    .selectFrom("releaseFiles")
    .select(["path", "hash", "size", "lastModified"])
    .where("releaseId", "=", releaseId)
    .execute();
}

export function selectReleaseByNumber(
  store: Reader,
  projectId: string,
  number: number,
): Promise<ReleaseTable | undefined> {
  return store
    .selectFrom("releases")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("number", "=", number)
    .executeTakeFirst();
}

export async function insertRelease(
  store: Reader,
  release: ReleaseTable,
  languages: readonly { code: string; revision: number; valueCount: number }[],
  files: readonly ReleaseFile[],
): Promise<void> {
  await store.insertInto("releases").values(release).execute();
  if (languages.length > 0) {
    const rows = languages.map((language) => ({ releaseId: release.id, ...language }));
    await store.insertInto("releaseLanguages").values(rows).execute();
  }
  for (const part of chunksOf(files)) {
    const rows = part.map((file) => ({ releaseId: release.id, ...file }));
    await store.insertInto("releaseFiles").values(rows).execute();
  }
}

export async function pointChannel(
  store: Reader,
  row: { projectId: string; name: string; releaseId: string; movedAt: number },
): Promise<void> {
  await store
    .insertInto("channels")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["projectId", "name"]).doUpdateSet({ releaseId: row.releaseId, movedAt: row.movedAt }),
    )
    .execute();
}

export function selectReleases(
  store: Reader,
  projectId: string,
  before: number | undefined,
  limit: number,
): Promise<ReleaseTable[]> {
  let rows = store.selectFrom("releases").selectAll().where("projectId", "=", projectId);
  if (before !== undefined) rows = rows.where("number", "<", before);
  return rows.orderBy("number", "desc").limit(limit).execute();
}

export function selectChannels(store: Reader, projectId: string) {
  return store
    .selectFrom("channels")
    .innerJoin("releases", "releases.id", "channels.releaseId")
    .select(["channels.name", "channels.releaseId", "channels.movedAt", "releases.number"])
    .where("channels.projectId", "=", projectId)
    .orderBy("channels.name")
    .execute();
}

/** A project and what one of its channels points at; `releaseId` is null before the first publish to it. */
export function selectChannelPointer(store: Reader, project: ProjectReference, channel: string) {
  return selectPublic(store, project)
    .leftJoin("channels", (join) =>
      join.onRef("channels.projectId", "=", "projects.id").on("channels.name", "=", channel),
    )
    .select("channels.releaseId")
    .executeTakeFirst();
}

/** A project and its release of that number; `releaseId` is null when there is none. */
export function selectReleasePointer(store: Reader, project: ProjectReference, number: number) {
  return selectPublic(store, project)
    .leftJoin("releases", (join) =>
      join.onRef("releases.projectId", "=", "projects.id").on("releases.number", "=", number),
    )
    .select("releases.id as releaseId")
    .executeTakeFirst();
}

function selectPublic(store: Reader, project: ProjectReference) {
  const rows = store
    .selectFrom("projects")
    .innerJoin("organizations", "organizations.id", "projects.organizationId")
    .select(["projects.id", "organizations.slug as organizationSlug", "projects.slug"])
    .where("projects.deletedAt", "is", null)
    .where("organizations.deletedAt", "is", null);
  return "id" in project
    ? rows.where("projects.id", "=", project.id)
    : rows
        .where("organizations.slug", "=", project.organizationSlug)
        .where("projects.slug", "=", project.slug);
}
