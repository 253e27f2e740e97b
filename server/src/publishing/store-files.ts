import { sql } from "kysely";
import type { Reader } from "../context.ts";
import { chunksOf } from "../database/in-chunks.ts";
import type { FileTable } from "../database/schema.ts";

/** Notes that a release is going to list these files, so that no sweep takes them meanwhile. */
export async function announceFiles(store: Reader, hashes: readonly string[], since: number): Promise<void> {
  // In one order everywhere, so that two publishes cannot wait for each other.
  for (const part of chunksOf(hashes.toSorted())) {
    await store
      .insertInto("unlistedFiles")
      .values(part.map((hash) => ({ hash, since })))
      .onConflict((conflict) => conflict.column("hash").doUpdateSet({ since }))
      .execute();
  }
}

/** Ends the announcement of files that a release lists now. */
export async function forgetAnnounced(store: Reader, hashes: readonly string[]): Promise<void> {
  for (const part of chunksOf(hashes.toSorted())) {
    await store.deleteFrom("unlistedFiles").where("hash", "in", part).execute();
  }
}

export async function selectStoredHashes(store: Reader, hashes: readonly string[]): Promise<Set<string>> {
  const stored = new Set<string>();
  for (const part of chunksOf(hashes)) {
    const rows = await store.selectFrom("files").select("hash").where("hash", "in", part).execute();
    for (const { hash } of rows) stored.add(hash);
  }
  return stored;
}

export async function insertFile(store: Reader, row: FileTable): Promise<void> {
  await store
    .insertInto("files")
    .values(row)
    .onConflict((conflict) => conflict.column("hash").doNothing())
    .execute();
}

export async function selectBody(
  store: Reader,
  hash: string,
  column: "bytes" | "gzip" | "brotli",
): Promise<Uint8Array | undefined> {
  const row = await store
    .selectFrom("files")
    .select(sql<Uint8Array>`${sql.ref(column)}`.as("body"))
    .where("hash", "=", hash)
    .executeTakeFirst();
  return row?.body;
}

/** Ends announcements made before an instant and returns their files. A publish that announces one again waits. */
export async function takeAnnouncedBefore(store: Reader, before: number, budget: number): Promise<string[]> {
  const old = store
    .selectFrom("unlistedFiles")
    .select("hash")
    .where("since", "<", before)
    .orderBy("since")
    .limit(budget);
  // The instant again: on Postgres a publish may have announced the file anew while this waited for its row.
  const rows = await store
    .deleteFrom("unlistedFiles")
    .where("hash", "in", old)
    .where("since", "<", before)
    .returning("hash")
    .execute();
  return rows.map((row) => row.hash);
}

/** Deletes those of the files that no release lists. */
export async function deleteUnlisted(store: Reader, hashes: readonly string[]): Promise<void> {
  for (const part of chunksOf(hashes)) {
    await store
      .deleteFrom("files")
      .where("hash", "in", part)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(selectFrom("releaseFiles").select("hash").whereRef("releaseFiles.hash", "=", "files.hash")),
        ),
      )
      .execute();
  }
}
