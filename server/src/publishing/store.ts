import type { PlacedProject, Reader } from "../context.ts";
import { chunksOf } from "../database/in-chunks.ts";
import type { ReleaseTable } from "../database/schema.ts";
import type { ReleasedLanguage, ReleaseFile } from "../pending/published-release.ts";

/** How a published path names a project. */
export type ProjectReference = { id: string } | { organizationSlug: string; slug: string };

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

/**
 * The one statement that gives a release its number. It counts by the address of published files and not by project: a
 * project made again under the slugs of a deleted one goes on counting, so that what was sent as immutable never changes.
 */
export async function nextReleaseNumber(
  store: Reader,
  { organizationSlug, slug }: Pick<PlacedProject, "organizationSlug" | "slug">,
): Promise<number> {
  const { lastRelease } = await store
    .insertInto("publishedSlugs")
    .values({ organizationSlug, projectSlug: slug, lastRelease: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(["organizationSlug", "projectSlug"])
        .doUpdateSet((eb) => ({ lastRelease: eb("publishedSlugs.lastRelease", "+", 1) })),
    )
    .returning("lastRelease")
    .executeTakeFirstOrThrow();
  return lastRelease;
}

export async function insertRelease(
  store: Reader,
  release: ReleaseTable,
  languages: readonly ReleasedLanguage[],
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

export function selectChannels(store: Reader, projectId: string) {
  return store
    .selectFrom("channels")
    .innerJoin("releases", "releases.id", "channels.releaseId")
    .select(["channels.name", "channels.releaseId", "channels.movedAt", "releases.number"])
    .where("channels.projectId", "=", projectId)
    .orderBy("channels.name")
    .execute();
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

/** False when the project does not have a channel of that name. */
export async function deleteChannelRow(store: Reader, projectId: string, name: string): Promise<boolean> {
  const { numDeletedRows } = await store
    .deleteFrom("channels")
    .where("projectId", "=", projectId)
    .where("name", "=", name)
    .executeTakeFirst();
  return numDeletedRows > 0;
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

/** A release's file at a path; null in its columns when it has none. */
export function selectFileOfRelease(store: Reader, projectId: string, number: number, path: string) {
  return store
    .selectFrom("releases")
    .leftJoin("releaseFiles", (join) =>
      join.onRef("releaseFiles.releaseId", "=", "releases.id").on("releaseFiles.path", "=", path),
    )
    .select(["releaseFiles.hash", "releaseFiles.size"])
    .where("releases.projectId", "=", projectId)
    .where("releases.number", "=", number)
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
