import { publishedCode } from "@parlance/contract/cdn";
import type { Database } from "../database/open.ts";
import { cacheChanges } from "../pending/cache-changes.ts";
import { readChangesBetween } from "../pending/changes-between.ts";
import { compareContents } from "../pending/compare-contents.ts";
import { type ChangesPage, chooseLanguages, readPageOfChanges } from "../pending/page-changes.ts";
import { type PublishedRelease, readRelease } from "../pending/published-release.ts";
import { readContents, storedIn } from "../pending/read-contents.ts";

/**
 * Lists what `later` holds and `earlier` does not, and the other way round. Languages whose files are the same are
 * skipped; of the others history says what differs, or their files are compared. Throws `not_found` for a language that
 * neither release has.
 *
 * @param earlier the id of a release; undefined stands for an empty one
 * @param later the id of a release
 */
export async function diffReleases(
  db: Database,
  { projectId, earlier, later }: { projectId: string; earlier: string | undefined; later: string },
  { language, ...paging }: { language?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<ChangesPage> {
  const store = db.read;
  const after = await readRelease(store, later);
  const before = earlier === undefined ? undefined : await readRelease(store, earlier);
  const all = [...(before?.languages.keys() ?? []), ...after.languages.keys()];
  const codes = chooseLanguages([...new Set(all)].sort(), language);
  const contents = (release: PublishedRelease | undefined, code: string) =>
    release ? readContents(storedIn(store, release.files), release.namespaces, code) : [];
  const reader = cacheChanges(db, {
    keyOf: (code) => `${earlier} ${later} ${code}`,
    async read(code) {
      const revisions = { before: revisionIn(before, code), after: revisionIn(after, code) };
      const changes = await readChangesBetween(db, { projectId, code, ...revisions });
      return changes ?? compareContents(code, await contents(before, code), [await contents(after, code)]);
    },
  });
  return readPageOfChanges(differing(codes, before, after), reader, paging);
}

/** The revision that a release shows of a language; negative, which history does not know, when it shows none. */
function revisionIn(release: PublishedRelease | undefined, code: string): number {
  return release?.languages.get(code)?.revision ?? -1;
}

type Files = ReadonlyMap<string, { hash: string }>;

/** Those of `codes` whose files are not the same in both. */
export function differing(
  codes: readonly string[],
  before: { files: Files } | undefined,
  after: { files: Files },
): string[] {
  return codes.filter((code) => hashesOf(before?.files, code) !== hashesOf(after.files, code));
}

function hashesOf(files: Files | undefined, code: string): string {
  const folder = `${publishedCode(code)}/`;
  const own = [...(files ?? [])].filter(([path]) => path.startsWith(folder));
  return own
    .map(([path, { hash }]) => `${path} ${hash}`)
    .sort()
    .join("\n");
}
