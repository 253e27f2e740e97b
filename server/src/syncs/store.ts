import type { Reader } from "../context.ts";
import type { ActorNames } from "../database/actor.ts";
import type { ImportTable } from "../database/import-tables.ts";
import type { ChangeTable, ReleaseTable } from "../database/schema.ts";

export type NamedRelease = ReleaseTable & ActorNames;
export type NamedImport = ImportTable & ActorNames;

/** The releases of a project, newest first. */
export function selectReleases(store: Reader, projectId: string, limit: number): Promise<NamedRelease[]> {
  return releases(store)
    .where("releases.projectId", "=", projectId)
    .orderBy("releases.number", "desc")
    .limit(limit)
    .execute();
}

export function selectRelease(store: Reader, id: string): Promise<NamedRelease | undefined> {
  return releases(store).where("releases.id", "=", id).executeTakeFirst();
}

/** The imports of a project in one of these states, newest first. */
export function selectImports(
  store: Reader,
  projectId: string,
  states: readonly ImportTable["state"][],
  limit: number,
): Promise<NamedImport[]> {
  return imports(store)
    .where("imports.projectId", "=", projectId)
    .where("imports.state", "in", states)
    .orderBy("imports.createdAt", "desc")
    .orderBy("imports.id", "desc")
    .limit(limit)
    .execute();
}

export function selectImport(store: Reader, id: string): Promise<NamedImport | undefined> {
  return imports(store).where("imports.id", "=", id).executeTakeFirst();
}

/** The first changes of a changeset, by key and language, with what each key is called now. */
export function selectAffected(
  store: Reader,
  changesetId: string,
  limit: number,
): Promise<(Pick<ChangeTable, "keyId" | "language" | "kind"> & { name: string | null })[]> {
  return store
    .selectFrom("changes")
    .leftJoin("keys", "keys.id", "changes.keyId")
    .select(["changes.keyId", "changes.language", "changes.kind", "keys.name"])
    .where("changes.changesetId", "=", changesetId)
    .orderBy("changes.keyId")
    .orderBy("changes.language")
    .limit(limit)
    .execute();
}

function releases(store: Reader) {
  return store
    .selectFrom("releases")
    .leftJoin("users", "users.id", "releases.actorUserId")
    .leftJoin("apps", "apps.id", "releases.actorAppId")
    .leftJoin("apiKeys", "apiKeys.id", "releases.actorApiKeyId")
    .selectAll("releases")
    .select(["users.name as userName", "apps.name as appName", "apiKeys.name as keyName"]);
}

function imports(store: Reader) {
  return store
    .selectFrom("imports")
    .leftJoin("users", "users.id", "imports.actorUserId")
    .leftJoin("apps", "apps.id", "imports.actorAppId")
    .leftJoin("apiKeys", "apiKeys.id", "imports.actorApiKeyId")
    .selectAll("imports")
    .select(["users.name as userName", "apps.name as appName", "apiKeys.name as keyName"]);
}
