import { publishedCode, publishedPath } from "@parlance/contract/cdn";
import type { ChangeReader, Summary } from "./change.ts";
import { filesBefore, folderOf, isRebuilt, nextPaths } from "./language-files.ts";
import type { Pending, PendingLanguage } from "./read-pending.ts";

/** What the next release would be, without building it. */
export interface Outline {
  /** By code, of the languages that changed and of those that the next release drops. */
  summaries: ReadonlyMap<string, Summary>;
  valueCount: number;
  /** The number of files whose content would differ from the release before, including files that would be gone. */
  changedFiles: number;
}

/** Counts what the next release would hold and change, reading no more texts than the summaries need. */
export async function outlineRelease(pending: Pending, reader: ChangeReader): Promise<Outline> {
  const { base, compared, languages } = pending;
  const summaries = new Map<string, Summary>();
  for (const { code } of compared) summaries.set(code, await reader.summary(code));
  const folders = new Set(languages.map(({ code }) => publishedCode(code)));
  let changedFiles = [...(base?.files.keys() ?? [])].filter((path) => !folders.has(folderOf(path))).length;
  let valueCount = 0;
  for (const language of languages) {
    const summary = summaries.get(language.code);
    changedFiles += countChangedFiles(pending, language, summary);
    valueCount += countValues(language, summary);
  }
  return { summaries, valueCount, changedFiles };
}

/** Whether a publish would make no release: the files stay, and so does the source language, which the manifest names. */
export function changesNothing(
  { base, project }: Pending,
  { changedFiles }: Pick<Outline, "changedFiles">,
): boolean {
  return changedFiles === 0 && base?.sourceLanguage === project.sourceLanguage;
}

/** How many values the next release holds of a language. */
export function countValues({ before }: PendingLanguage, summary?: Summary): number {
  return (before?.valueCount ?? 0) + (summary?.added ?? 0) - (summary?.removed ?? 0);
}

function countChangedFiles(pending: Pending, language: PendingLanguage, summary?: Summary): number {
  const { code } = language;
  const combined = publishedPath.locale(code);
  const rebuilt = isRebuilt(pending, language, summary);
  const changedPaths = new Set(
    (summary?.namespaces ?? []).map((name) => publishedPath.namespace(code, name)),
  );
  const paths = new Set(nextPaths(pending, code));
  const changed = [...paths].filter(
    (path) => !pending.base?.files.has(path) || (path === combined ? rebuilt : changedPaths.has(path)),
  );
  return changed.length + filesBefore(pending, code).filter(({ path }) => !paths.has(path)).length;
}
