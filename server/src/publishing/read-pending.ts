import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import type { ProjectTable, ReleaseTable } from "../database/schema.ts";
import { type AskedFilter, EVERYTHING, type Filter, resolveFilter } from "./filter.ts";
import { type Statuses, statusesFrom } from "./statuses.ts";
import {
  type ReleaseFile,
  selectActiveLanguages,
  selectChannelRelease,
  selectNamespaces,
  selectPublishSettings,
  selectReleaseFiles,
  selectReleaseLanguages,
  selectReleases,
} from "./store.ts";

/** Of a language that a release holds in part: no revision of it is what the files show. */
const IN_PART = -1;

/** Where a project stands between the release that a channel shows and the next one, without any text. */
export interface Pending {
  /** As it is at the moment of reading. */
  project: ProjectTable;
  base: Base | undefined;
  /** The release that the channel points at. */
  channelReleaseId: string | undefined;
  /** The project's newest release, on whatever channel. */
  last: ReleaseTable | undefined;
  namespaces: readonly string[] | null;
  statuses: Statuses;
  filter: Filter;
  /** Those that the next release has. */
  languages: readonly PendingLanguage[];
  /** Those that were written since `base`, or that it has and the next release has not. */
  compared: readonly PendingLanguage[];
}

/** What the channel shows now, or production where the channel is new; undefined before the first publish. */
export interface Base {
  release: ReleaseTable;
  namespaces: readonly string[] | null;
  languages: ReadonlyMap<string, BaseLanguage>;
  files: ReadonlyMap<string, ReleaseFile>;
}

type BaseLanguage = { code: string; revision: number; valueCount: number };

export interface PendingLanguage {
  code: string;
  /** How much of it the filter lets through. */
  part: ReturnType<Filter["ofLanguage"]>;
  /** Undefined when it is not active. */
  revision: number | undefined;
  /** Values of live keys, of whatever status; 0 when it is not active. */
  valueCount: number;
  /** Undefined when `base` has none of it. */
  before: BaseLanguage | undefined;
}

/** What to publish, and where. */
export interface Scope {
  channel: string;
  filter?: AskedFilter | undefined;
}

/**
 * Reads which languages a publish would touch, all from one moment. With a filter, what is outside of it comes from
 * `base`. Throws `not_found` for what a filter names and the project has not.
 */
export async function readPending(
  snapshot: Reader,
  known: ProjectTable,
  { channel, filter: asked }: Scope,
): Promise<Pending> {
  const project = { ...known, ...(await selectPublishSettings(snapshot, known.id)) };
  const shown = await selectChannelRelease(snapshot, project.id, channel);
  const production = shown ?? (await selectChannelRelease(snapshot, project.id, DEFAULT_CHANNEL));
  const base = production && (await readBase(snapshot, production));
  const [last] = await selectReleases(snapshot, project.id, undefined, 1);
  const rows = await selectActiveLanguages(snapshot, project.id);
  const active = new Map(rows.map((row) => [row.code, row]));
  const codes = [...new Set([...active.keys(), ...(base?.languages.keys() ?? [])])].sort();
  const filter = asked ? await resolveFilter(snapshot, project.id, codes, asked) : EVERYTHING;
  const all = codes.map((code) => ({
    code,
    part: filter.ofLanguage(code),
    revision: active.get(code)?.revision,
    valueCount: active.get(code)?.translated ?? 0,
    before: base?.languages.get(code),
  }));
  return {
    ...{ project, base, channelReleaseId: shown?.id, last, filter },
    namespaces: await namespacesOf(snapshot, project, asked && base),
    statuses: statusesFrom(project.publishFrom),
    languages: all.filter((language) => !goes(language) && !(stays(language) && !language.before)),
    compared: all.filter((language) => (goes(language) ? language.before : !stays(language))),
  };
}

/** The revision that the next release shows of a language. */
export function revisionShown(language: PendingLanguage): number {
  const { part, before, revision } = language;
  if (stays(language) && before) return before.revision;
  return part === "all" ? (revision ?? IN_PART) : IN_PART;
}

function goes({ part, revision }: PendingLanguage): boolean {
  return part === "all" && revision === undefined;
}

function stays({ part, revision, before }: PendingLanguage): boolean {
  return part === "none" || revision === undefined || before?.revision === revision;
}

/** Those of now; with a part published, those of `base` too, because languages outside of the part still have them. */
async function namespacesOf(
  snapshot: Reader,
  project: ProjectTable,
  base: Base | undefined,
): Promise<readonly string[] | null> {
  if (project.fileStructure !== "namespaced_folders") return null;
  const now = await selectNamespaces(snapshot, project.id);
  return base?.namespaces ? [...new Set([...now, ...base.namespaces])].sort() : now;
}

async function readBase(snapshot: Reader, release: ReleaseTable): Promise<Base> {
  const languages = await selectReleaseLanguages(snapshot, release.id);
  const files = await selectReleaseFiles(snapshot, release.id);
  return {
    release,
    namespaces: release.namespaces === null ? null : JSON.parse(release.namespaces),
    languages: new Map(languages.map(({ releaseId: _, ...language }) => [language.code, language])),
    files: new Map(files.map((file) => [file.path, file])),
  };
}
