import { createHash } from "node:crypto";
import type { Reader } from "../context.ts";
import type { ChangeReader } from "../pending/change.ts";
import { filesBefore, isRebuilt, nextPaths } from "../pending/language-files.ts";
import { countValues, type Outline } from "../pending/outline.ts";
import type { ReleasedLanguage, ReleaseFile } from "../pending/published-release.ts";
import { readPart } from "../pending/read-part.ts";
import { type Pending, type PendingLanguage, revisionShown } from "../pending/read-pending.ts";
import { readValues } from "../pending/read-values.ts";
import { buildFiles } from "./build-files.ts";
import type { ContentWriter } from "./content-writer.ts";

/** What a release is going to list, with its files stored. */
export interface Draft {
  languages: ReleasedLanguage[];
  files: ReleaseFile[];
  /** The hashes of files that were built; the other files are those of the release before. */
  builtHashes: string[];
  /** The codes of the languages that have a file whose content differs from the release before. */
  changedLanguages: string[];
  /** The number of files whose content differs from the release before, including files that are gone. */
  changedFiles: number;
  valueCount: number;
}

const EMPTY_FILE = Buffer.from("{}");

/**
 * Builds the languages whose texts changed, one after the other, and hands their files to `writer` as they are done.
 * A file whose content stayed keeps its `lastModified`, which clients take for the version of a locale (CDN contract §2).
 */
export async function buildRelease(
  snapshot: Reader,
  pending: Pending,
  {
    reader,
    outline,
    writer,
    now,
  }: { reader: ChangeReader; outline: Outline; writer: ContentWriter; now: number },
): Promise<Draft> {
  const draft: Draft = {
    ...{ languages: [], files: [], builtHashes: [], changedLanguages: [] },
    ...{ changedFiles: 0, valueCount: 0 },
  };
  const before = pending.base?.files;
  for (const language of pending.languages) {
    const { code } = language;
    const summary = outline.summaries.get(code);
    const { built, valueCount = countValues(language, summary) } = isRebuilt(pending, language, summary)
      ? await buildLanguage(snapshot, pending, language, reader)
      : { built: newFiles(pending, code) };
    draft.languages.push({ code, revision: revisionShown(language), valueCount });
    draft.valueCount += valueCount;
    const contents = new Map<string, Buffer>();
    const own = [...built].map(([path, bytes]): ReleaseFile => {
      const hash = createHash("sha256").update(bytes).digest("base64url");
      const old = before?.get(path);
      if (old?.hash === hash) return old;
      contents.set(hash, bytes);
      return { path, hash, size: bytes.length, lastModified: now };
    });
    const paths = new Set(nextPaths(pending, code));
    const stay = filesBefore(pending, code).filter(({ path }) => paths.has(path) && !built.has(path));
    draft.files.push(...own, ...stay);
    if (own.some((file) => file !== before?.get(file.path))) draft.changedLanguages.push(code);
    draft.builtHashes.push(...contents.keys());
    if (contents.size > 0) await writer.add(contents);
  }
  await writer.finish();
  const changed = draft.files.filter((file) => file !== before?.get(file.path)).length;
  const paths = new Set(draft.files.map(({ path }) => path));
  const gone = [...(before?.keys() ?? [])].filter((path) => !paths.has(path)).length;
  return { ...draft, changedFiles: changed + gone };
}

async function buildLanguage(
  snapshot: Reader,
  pending: Pending,
  language: PendingLanguage,
  reader: ChangeReader,
): Promise<{ built: Map<string, Buffer>; valueCount?: number }> {
  const { project, namespaces, statuses } = pending;
  const { code, part } = language;
  if (part === "some") {
    const values = await readPart(snapshot, pending, code, await reader.changes(code));
    return { built: await buildFiles(project, code, namespaces, [values]) };
  }
  let valueCount = 0;
  async function* counted() {
    for await (const values of readValues(snapshot, project.id, code, statuses)) {
      valueCount += values.length;
      yield values;
    }
  }
  return { built: await buildFiles(project, code, namespaces, counted()), valueCount };
}

/** A namespace that is new has a file in every language, also in one that has no text of it. */
function newFiles(pending: Pending, code: string): Map<string, Buffer> {
  const paths = nextPaths(pending, code).filter((path) => !pending.base?.files.has(path));
  return new Map(paths.map((path) => [path, EMPTY_FILE]));
}
