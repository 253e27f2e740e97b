import { DEFAULT_CHANNEL, publishedCode } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import type { ProjectTable, ReleaseTable, TranslationTable } from "../database/schema.ts";
import { buildFiles } from "./build-files.ts";
import {
  type ReleaseFile,
  selectActiveLanguages,
  selectChannelRelease,
  selectNamespaces,
  selectPublishable,
  selectReleaseFiles,
  selectReleaseLanguages,
  selectReleases,
} from "./store.ts";

/** A release holds the values at or above `approved` (spec/translations, "Model"). */
const PUBLISHED_STATUSES: readonly TranslationTable["status"][] = ["approved"];

export interface Pending {
  /** What the channel shows now, or production where the channel is new; undefined before the first publish. */
  base: { release: ReleaseTable; files: ReadonlyMap<string, ReleaseFile> } | undefined;
  /** The release that the channel points at. */
  channelReleaseId: string | undefined;
  /** The project's newest release, on whatever channel. */
  last: ReleaseTable | undefined;
  namespaces: readonly string[] | null;
  languages: readonly PendingLanguage[];
  /** Nothing was written since `base`, so there is nothing to build. */
  untouched: boolean;
}

export interface PendingLanguage {
  code: string;
  revision: number;
  valueCount: number;
  /** Path → content, for a language that was written since `base`; null when the files of `base` are still right. */
  built: ReadonlyMap<string, Buffer> | null;
}

/** Reads what a publish would put out, all from one moment. Languages without a write since `base` are not read. */
export async function readPending(
  snapshot: Reader,
  project: ProjectTable,
  channel: string,
): Promise<Pending> {
  const shown = await selectChannelRelease(snapshot, project.id, channel);
  const base = await readBase(
    snapshot,
    shown ?? (await selectChannelRelease(snapshot, project.id, DEFAULT_CHANNEL)),
  );
  const [last] = await selectReleases(snapshot, project.id, undefined, 1);
  const namespaces =
    project.fileStructure === "namespaced_folders" ? await selectNamespaces(snapshot, project.id) : null;
  const sameNamespaces = JSON.stringify(namespaces) === JSON.stringify(base?.namespaces ?? null);
  const active = await selectActiveLanguages(snapshot, project.id);
  const languages: PendingLanguage[] = [];
  for (const { code, revision } of active) {
    const before = sameNamespaces ? base?.languages.get(code) : undefined;
    if (before?.revision === revision) {
      languages.push({ code, revision, valueCount: before.valueCount, built: null });
      continue;
    }
    const values = await selectPublishable(snapshot, project.id, code, PUBLISHED_STATUSES);
    const built = buildFiles(project, code, namespaces, values);
    languages.push({ code, revision, valueCount: values.length, built });
  }
  const untouched =
    base !== undefined &&
    base.languages.size === languages.length &&
    languages.every((language) => language.built === null);
  return { base, channelReleaseId: shown?.id, last, namespaces, languages, untouched };
}

/** The files that stay as they are, of a language that was not written. */
export function filesOfLanguage(files: Iterable<ReleaseFile>, code: string): ReleaseFile[] {
  const folder = `${publishedCode(code)}/`;
  return [...files].filter((file) => file.path.startsWith(folder));
}

async function readBase(snapshot: Reader, release: ReleaseTable | undefined) {
  if (!release) return undefined;
  const languages = await selectReleaseLanguages(snapshot, release.id);
  const files = await selectReleaseFiles(snapshot, release.id);
  return {
    release,
    namespaces: release.namespaces === null ? null : JSON.parse(release.namespaces),
    languages: new Map(languages.map((language) => [language.code, language])),
    files: new Map(files.map(({ size: _, ...file }) => [file.path, file])),
  };
}
