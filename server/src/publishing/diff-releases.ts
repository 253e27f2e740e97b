import { publishedCode } from "@parlance/contract/cdn";
import type { Database } from "../database/open.ts";
import { compareContents, readContents, storedIn } from "./contents.ts";
import { type ChangesPage, chosenLanguages, pageOfChanges } from "./page-changes.ts";
import { type PublishedRelease, readRelease } from "./published.ts";
import { remembered } from "./remembered.ts";
import { toldBetween } from "./told-between.ts";

/**
 * What `later` has that `earlier` has not, and the other way round. Languages whose files are the same are not looked
 * at; of the others history tells what differs, or their files are compared.
 *
 * @param earlier id of a release; undefined stands for nothing at all
 */
export async function diffReleases(
  db: Database,
  { projectId, earlier, later }: { projectId: string; earlier: string | undefined; later: string },
  { language, ...paging }: { language?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<ChangesPage> {
  const store = db.read;
  const after = await readRelease(store, later);
  const before = earlier === undefined ? undefined : await readRelease(store, earlier);
  const all = [...(before?.languages ?? []), ...after.languages].map(({ code }) => code);
  const codes = chosenLanguages([...new Set(all)].sort(), language);
  const contents = (release: PublishedRelease | undefined, code: string) =>
    release ? readContents(storedIn(store, release.files), release.namespaces, code) : [];
  const reader = remembered(db, {
    keyOf: (code) => `${earlier} ${later} ${code}`,
    async read(code) {
      const revisions = { before: revisionIn(before, code), after: revisionIn(after, code) };
      const told = await toldBetween(db, { projectId, code, ...revisions });
      return told ?? compareContents(code, await contents(before, code), [await contents(after, code)]);
    },
  });
  return pageOfChanges(differing(codes, before, after), reader, paging);
}

/** None that history tells of where the release has nothing of the language. */
function revisionIn(release: PublishedRelease | undefined, code: string): number {
  return release?.languages.find((language) => language.code === code)?.revision ?? -1;
}

type Files = ReadonlyMap<string, { hash: string }>;

/** The languages whose files are not the same in both. */
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
