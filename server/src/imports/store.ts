import { sql } from "kysely";
import type { Reader } from "../context.ts";
import type { ActorNames } from "../database/actor.ts";
import type { ImportProblemTable, ImportTable } from "../database/import-tables.ts";
import type { ClaimTerms } from "../work/claim.ts";

export type NamedImport = ImportTable & ActorNames;

export async function insertImport(store: Reader, row: ImportTable): Promise<void> {
  await store.insertInto("imports").values(row).execute();
}

/**
 * How many imports of a project or organization are not over, and how large their files are together, including what
 * arrived of files whose import is over and that are not deleted yet.
 */
export async function countOpen(
  store: Reader,
  of: { projectId: string } | { organizationId: string },
): Promise<{ imports: number; bytes: number }> {
  const projects =
    "projectId" in of
      ? [of.projectId]
      : store.selectFrom("projects").select("id").where("organizationId", "=", of.organizationId);
  const open = await store
    .selectFrom("imports")
    .select(({ fn }) => [fn.countAll<number>().as("imports"), fn.sum<number>("size").as("bytes")])
    .where("projectId", "in", projects)
    .where("finishedAt", "is", null)
    .executeTakeFirst();
  const spent = await store
    .selectFrom("imports")
    .select(({ fn }) => fn.sum<number>("receivedBytes").as("bytes"))
    .where("projectId", "in", projects)
    .where("finishedAt", "is not", null)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom("importChunks").select("position").whereRef("importId", "=", "imports.id")),
    )
    .executeTakeFirst();
  return { imports: Number(open?.imports ?? 0), bytes: Number(open?.bytes ?? 0) + Number(spent?.bytes ?? 0) };
}

export function selectImport(store: Reader, projectId: string, id: string): Promise<NamedImport | undefined> {
  return withNames(store)
    .where("imports.projectId", "=", projectId)
    .where("imports.id", "=", id)
    .executeTakeFirst();
}

/** What an import wrote, for its events. */
export function selectWritten(
  store: Reader,
  id: string,
): Promise<Pick<ImportTable, "projectId" | "byLanguage" | "changesetId">> {
  return store
    .selectFrom("imports")
    .select(["projectId", "byLanguage", "changesetId"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

/** The imports of a project, newest first. */
export function selectImports(
  store: Reader,
  projectId: string,
  before: readonly [number, string] | undefined,
  limit: number,
): Promise<NamedImport[]> {
  let rows = withNames(store).where("imports.projectId", "=", projectId);
  if (before) {
    rows = rows.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("imports.createdAt", "imports.id"), "<", tuple(...before)),
    );
  }
  return rows.orderBy("imports.createdAt", "desc").orderBy("imports.id", "desc").limit(limit).execute();
}

/** Changes an import that is in one of these states; answers whether it was. */
export async function updateImport(
  store: Reader,
  id: string,
  states: readonly ImportTable["state"][],
  fields: Partial<ImportTable>,
): Promise<boolean> {
  const result = await store
    .updateTable("imports")
    .set(fields)
    .where("id", "=", id)
    .where("state", "in", states)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The one statement that takes a part of the file: only where the last one ended. */
export async function addReceived(
  store: Reader,
  id: string,
  position: number,
  bytes: number,
): Promise<boolean> {
  const result = await store
    .updateTable("imports")
    .set({ receivedBytes: position + bytes })
    .where("id", "=", id)
    .where("state", "=", "uploading")
    .where("receivedBytes", "=", position)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The oldest import that waits, or whose worker has let its claim expire. */
export async function selectClaimable(store: Reader, now: number): Promise<string | undefined> {
  const row = await store
    .selectFrom("imports")
    .select("id")
    .where("finishedAt", "is", null)
    .where("state", "in", ["queued", "running"])
    .where((eb) => eb.or([eb("claimedUntil", "is", null), eb("claimedUntil", "<=", now)]))
    .orderBy("queuedAt")
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** The one statement that claims; undefined when another worker was first. */
export function claimImport(
  store: Reader,
  id: string,
  { by, now, until }: ClaimTerms,
): Promise<ImportTable | undefined> {
  return store
    .updateTable("imports")
    .set((eb) => ({
      state: "running",
      claimedBy: by,
      claimedUntil: until,
      attempts: eb("attempts", "+", 1),
      startedAt: eb.fn.coalesce("startedAt", eb.val(now)),
    }))
    .where("id", "=", id)
    .where("state", "in", ["queued", "running"])
    .where((eb) => eb.or([eb("claimedUntil", "is", null), eb("claimedUntil", "<=", now)]))
    .returningAll()
    .executeTakeFirst();
}

/** Frees what a process had claimed that is over. */
export async function releaseImports(store: Reader, node: string): Promise<void> {
  const prefix = `${node}/`;
  await store
    .updateTable("imports")
    .set({ claimedBy: null, claimedUntil: null })
    .where("finishedAt", "is", null)
    .where("state", "=", "running")
    .where(sql`substr("claimedBy", 1, ${prefix.length})`, "=", prefix)
    .execute();
}

/** Changes an import on behalf of the worker that has claimed it; answers false when the claim is lost. */
export async function updateClaimed(
  store: Reader,
  id: string,
  worker: string,
  fields: Partial<ImportTable>,
): Promise<boolean> {
  const result = await store
    .updateTable("imports")
    .set(fields)
    .where("id", "=", id)
    .where("state", "=", "running")
    .where("claimedBy", "=", worker)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function insertChunk(
  store: Reader,
  importId: string,
  position: number,
  bytes: Uint8Array,
): Promise<void> {
  await store.insertInto("importChunks").values({ importId, position, bytes }).execute();
}

export async function selectChunk(
  store: Reader,
  importId: string,
  position: number,
): Promise<Uint8Array | undefined> {
  const row = await store
    .selectFrom("importChunks")
    .select("bytes")
    .where("importId", "=", importId)
    .where("position", "=", position)
    .executeTakeFirst();
  return row?.bytes;
}

/** Deletes at most `budget` chunks of imports that are over; answers how many. */
export async function deleteSpentChunks(store: Reader, budget: number): Promise<number> {
  const spent = await store
    .selectFrom("importChunks")
    .innerJoin("imports", "imports.id", "importChunks.importId")
    .select(["importChunks.importId", "importChunks.position"])
    .where("imports.finishedAt", "is not", null)
    .limit(budget)
    .execute();
  for (const { importId, position } of spent) {
    await store
      .deleteFrom("importChunks")
      .where("importId", "=", importId)
      .where("position", "=", position)
      .execute();
  }
  return spent.length;
}

export async function insertProblems(store: Reader, rows: readonly ImportProblemTable[]): Promise<void> {
  if (rows.length > 0) await store.insertInto("importProblems").values(rows).execute();
}

export function selectProblems(
  store: Reader,
  importId: string,
  after: number,
  limit: number,
): Promise<ImportProblemTable[]> {
  return store
    .selectFrom("importProblems")
    .selectAll()
    .where("importId", "=", importId)
    .where("position", ">", after)
    .orderBy("position")
    .limit(limit)
    .execute();
}

/** The ids of uploads that were begun before `before` and are not complete. */
export async function selectAbandoned(store: Reader, before: number, budget: number): Promise<string[]> {
  const rows = await store
    .selectFrom("imports")
    .select("id")
    .where("finishedAt", "is", null)
    .where("state", "=", "uploading")
    .where("createdAt", "<", before)
    .limit(budget)
    .execute();
  return rows.map((row) => row.id);
}

/** Deletes at most `budget` problems of imports that ended before `before`; answers how many. */
export async function deleteOldProblems(store: Reader, before: number, budget: number): Promise<number> {
  const old = await store
    .selectFrom("importProblems")
    .innerJoin("imports", "imports.id", "importProblems.importId")
    .select(["importProblems.importId", "importProblems.position"])
    .where("imports.finishedAt", "<", before)
    .limit(budget)
    .execute();
  for (const { importId, position } of old) {
    await store
      .deleteFrom("importProblems")
      .where("importId", "=", importId)
      .where("position", "=", position)
      .execute();
  }
  return old.length;
}

/** Deletes at most `budget` imports that ended before `before` and have no other rows left; answers how many. */
export async function deleteOldImports(store: Reader, before: number, budget: number): Promise<number> {
  const { numDeletedRows } = await store
    .deleteFrom("imports")
    .where("id", "in", (from) =>
      from
        .selectFrom("imports")
        .select("id")
        .where("finishedAt", "<", before)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb.selectFrom("importProblems").select("position").whereRef("importId", "=", "imports.id"),
            ),
          ),
        )
        .where((eb) =>
          eb.not(
            eb.exists(
              eb.selectFrom("importChunks").select("position").whereRef("importId", "=", "imports.id"),
            ),
          ),
        )
        .limit(budget),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

function withNames(store: Reader) {
  return store
    .selectFrom("imports")
    .leftJoin("users", "users.id", "imports.actorUserId")
    .leftJoin("apps", "apps.id", "imports.actorAppId")
    .leftJoin("apiKeys", "apiKeys.id", "imports.actorApiKeyId")
    .selectAll("imports")
    .select(["users.name as userName", "apps.name as appName", "apiKeys.name as keyName"]);
}
