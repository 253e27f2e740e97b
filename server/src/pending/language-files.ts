import { DEFAULT_NAMESPACE, publishedCode, publishedPath } from "@parlance/contract/cdn";
import type { Summary } from "./change.ts";
import type { ReleaseFile } from "./published-release.ts";
import type { Pending, PendingLanguage } from "./read-pending.ts";

/** The paths of the files that a language has in the next release. */
export function nextPaths({ namespaces }: Pending, code: string): string[] {
  const own = (namespaces ?? []).filter((name) => name !== DEFAULT_NAMESPACE);
  return [publishedPath.locale(code), ...own.map((name) => publishedPath.namespace(code, name))];
}

/** The files that the release before has of a language. */
export function filesBefore({ base }: Pending, code: string): ReleaseFile[] {
  return [...(base?.files.values() ?? [])].filter(({ path }) => folderOf(path) === publishedCode(code));
}

/** The folder of a published path, which is the published code of its language. */
export function folderOf(path: string): string {
  return path.slice(0, path.indexOf("/"));
}

/** Whether a language has to be built: it is not published yet, its texts changed, or its files are split another way. */
export function isRebuilt(
  { base, namespaces }: Pending,
  { before }: PendingLanguage,
  summary?: Summary,
): boolean {
  return !base || !before || hasChanges(summary) || (base.namespaces === null) !== (namespaces === null);
}

function hasChanges(summary: Summary | undefined): boolean {
  return summary !== undefined && summary.namespaces.length > 0;
}
