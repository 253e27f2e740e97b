import type { Reader } from "../context.ts";
import type { ReleaseTable } from "../database/schema.ts";

export function selectRelease(store: Reader, id: string): Promise<ReleaseTable | undefined> {
  return store.selectFrom("releases").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The release that a channel points at. */
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

/** The project's newest release, on whatever channel. */
export function selectLastRelease(store: Reader, projectId: string): Promise<ReleaseTable | undefined> {
  return store
    .selectFrom("releases")
    .selectAll()
    .where("projectId", "=", projectId)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
}

export function selectReleaseLanguages(store: Reader, releaseId: string) {
  return store
    .selectFrom("releaseLanguages")
    .select(["code", "revision", "valueCount"])
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

/** The uncompressed content of a stored file. */
export async function selectBytes(store: Reader, hash: string): Promise<Uint8Array | undefined> {
  const row = await store.selectFrom("files").select("bytes").where("hash", "=", hash).executeTakeFirst();
  return row?.bytes;
}
