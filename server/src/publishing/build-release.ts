import { createHash } from "node:crypto";
import { DEFAULT_NAMESPACE, publishedCode, publishedPath } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import { buildFiles } from "./build-files.ts";
import { type Pending, type PendingLanguage, revisionShown } from "./read-pending.ts";
import { readValues } from "./read-values.ts";
import type { ChangeReader, Summary } from "./remembered.ts";
import type { ReleaseFile } from "./store.ts";
import type { ContentWriter } from "./store-contents.ts";
import { valuesInPart } from "./values-in-part.ts";

/** The rows of a release. */
export interface Draft {
  languages: { code: string; revision: number; valueCount: number }[];
  files: ReleaseFile[];
  /** Of files that were built: the others are those of the release before. */
  builtHashes: string[];
  /** Languages and files whose content differs from the release before, files that are gone included. */
  changedLanguages: string[];
  changedFiles: number;
  valueCount: number;
}

/** What a release would be, without building it. */
export interface Outline {
  /** By language, of those that would be in it or would go. */
  summaries: ReadonlyMap<string, Summary>;
  valueCount: number;
  /** Files whose content would differ from the release before, files that would be gone included. */
  changedFiles: number;
}

const EMPTY_FILE = Buffer.from("{}");

export async function outlineOf(pending: Pending, reader: ChangeReader): Promise<Outline> {
  const { base, compared, languages } = pending;
  const summaries = new Map<string, Summary>();
  for (const { code } of compared) summaries.set(code, await reader.summary(code));
  const kept = new Set(languages.map(({ code }) => publishedCode(code)));
  let changedFiles = [...(base?.files.keys() ?? [])].filter((path) => !kept.has(folderOf(path))).length;
  let valueCount = 0;
  for (const language of languages) {
    const summary = summaries.get(language.code);
    changedFiles += changedFilesOf(pending, language, summary);
    valueCount += valueCountOf(language, summary);
  }
  return { summaries, valueCount, changedFiles };
}

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
    const { built, valueCount = valueCountOf(language, summary) } = isRebuilt(pending, language, summary)
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
    const paths = new Set(pathsOf(pending, code));
    const stay = filesOf(pending, code).filter(({ path }) => paths.has(path) && !built.has(path));
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
    const values = await valuesInPart(snapshot, pending, code, await reader.changes(code));
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

/** Nothing of it is published yet, its texts changed, or files are cut another way. */
function isRebuilt({ base, namespaces }: Pending, { before }: PendingLanguage, summary?: Summary): boolean {
  return !base || !before || hasChanges(summary) || (base.namespaces === null) !== (namespaces === null);
}

function hasChanges(summary: Summary | undefined): boolean {
  return summary !== undefined && summary.namespaces.length > 0;
}

/** How many values the next release has of a language. */
export function valueCountOf({ before }: PendingLanguage, summary?: Summary): number {
  return (before?.valueCount ?? 0) + (summary?.added ?? 0) - (summary?.removed ?? 0);
}

function changedFilesOf(pending: Pending, language: PendingLanguage, summary?: Summary): number {
  const { code } = language;
  const combined = publishedPath.locale(code);
  const rebuilt = isRebuilt(pending, language, summary);
  const touched = new Set((summary?.namespaces ?? []).map((name) => publishedPath.namespace(code, name)));
  const paths = new Set(pathsOf(pending, code));
  const changed = [...paths].filter(
    (path) => !pending.base?.files.has(path) || (path === combined ? rebuilt : touched.has(path)),
  );
  return changed.length + filesOf(pending, code).filter(({ path }) => !paths.has(path)).length;
}

/** Namespaces that came up have a file in every language, also where nothing of them is translated. */
function newFiles(pending: Pending, code: string): Map<string, Buffer> {
  const paths = pathsOf(pending, code).filter((path) => !pending.base?.files.has(path));
  return new Map(paths.map((path) => [path, EMPTY_FILE]));
}

function pathsOf({ namespaces }: Pending, code: string): string[] {
  const own = (namespaces ?? []).filter((name) => name !== DEFAULT_NAMESPACE);
  return [publishedPath.locale(code), ...own.map((name) => publishedPath.namespace(code, name))];
}

function filesOf({ base }: Pending, code: string): ReleaseFile[] {
  return [...(base?.files.values() ?? [])].filter(({ path }) => folderOf(path) === publishedCode(code));
}

function folderOf(path: string): string {
  return path.slice(0, path.indexOf("/"));
}
