import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import {
  type PublishedRelease,
  type Release,
  type ReleasedLanguage,
  readShownRelease,
} from "./published-release.ts";
import { EVERYTHING, type Filter, resolveFilter, type Selection } from "./selection.ts";
import { type Statuses, statusesFrom } from "./statuses.ts";
import { selectActiveLanguages, selectNamespaces, selectPublishSettings } from "./store.ts";
import { selectChannelRelease, selectLastRelease } from "./store-releases.ts";

/** The revision of a language that a release holds in part: its files show no revision as it was. */
const IN_PART = -1;

/** Where a project stands between the release that a channel shows and the next one, without any text. */
export interface Pending {
  /** As it is at the moment of reading. */
  project: ProjectTable;
  channel: string;
  /** What the channel shows now, or production where the channel is new; undefined before the first publish. */
  base: PublishedRelease | undefined;
  /** The release that the channel points at; undefined where the channel is new. */
  channelReleaseId: string | undefined;
  /** The project's newest release, on whatever channel. */
  last: Release | undefined;
  /** Those that have files of their own in the next release; null when all are in one file. */
  namespaces: readonly string[] | null;
  statuses: Statuses;
  filter: Filter;
  /** The languages of the next release. */
  languages: readonly PendingLanguage[];
  /** The languages that were written since `base`, and those that the next release drops. */
  compared: readonly PendingLanguage[];
}

export interface PendingLanguage {
  code: string;
  /** How much of it the filter selects. */
  part: ReturnType<Filter["ofLanguage"]>;
  /** Its revision now; undefined when it is not active. */
  revision: number | undefined;
  /** The number of its values of live keys, of whatever status; 0 when it is not active. */
  valueCount: number;
  /** As `base` has it; undefined when `base` does not. */
  before: ReleasedLanguage | undefined;
}

/**
 * Reads which languages a publish would touch, all from one moment. What a filter leaves out comes from `base`. Throws
 * `not_found` when the project was deleted since the call began, and for a language or key in the filter that it does not
 * have.
 *
 * @param placed the project as it was when the call began; its settings are read again
 */
export async function readPending(
  snapshot: Reader,
  placed: ProjectTable,
  { channel, filter: input }: Selection,
): Promise<Pending> {
  const settings = await selectPublishSettings(snapshot, placed.id);
  if (!settings) throw new ApiError("not_found", "There is no such project.");
  const project = { ...placed, ...settings };
  const shown = await readShownRelease(snapshot, project.id, channel);
  const base = shown ?? (await readShownRelease(snapshot, project.id, DEFAULT_CHANNEL));
  const last = await selectLastRelease(snapshot, project.id);
  const rows = await selectActiveLanguages(snapshot, project.id);
  const active = new Map(rows.map((row) => [row.code, row]));
  const codes = [...new Set([...active.keys(), ...(base?.languages.keys() ?? [])])].sort();
  const filter = input ? await resolveFilter(snapshot, project.id, codes, input) : EVERYTHING;
  const all = codes.map((code) => ({
    code,
    part: filter.ofLanguage(code),
    revision: active.get(code)?.revision,
    valueCount: active.get(code)?.translated ?? 0,
    before: base?.languages.get(code),
  }));
  return {
    ...{ project, channel, base, channelReleaseId: shown?.id, last, filter },
    namespaces: await findNamespaces(snapshot, project, input && base),
    statuses: statusesFrom(project.publishFrom),
    languages: all.filter((language) => !goes(language) && !(stays(language) && !language.before)),
    compared: all.filter((language) => (goes(language) ? language.before : !stays(language))),
  };
}

/** Whether the project is still there, its channel and its newest release what they were when `pending` was read. */
export async function isCurrent(
  store: Reader,
  { project, channel, channelReleaseId, last }: Pending,
): Promise<boolean> {
  if (!(await selectPublishSettings(store, project.id))) return false;
  const shown = await selectChannelRelease(store, project.id, channel);
  const newest = await selectLastRelease(store, project.id);
  return shown?.id === channelReleaseId && newest?.id === last?.id;
}

/** The revision of a language that the next release shows; negative when it shows only a part. */
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

/** Those of now; with a filter those of `base` too, because the languages outside of it still have them. */
async function findNamespaces(
  snapshot: Reader,
  project: ProjectTable,
  base: PublishedRelease | undefined,
): Promise<readonly string[] | null> {
  if (project.fileStructure !== "namespaced_folders") return null;
  const now = await selectNamespaces(snapshot, project.id);
  return base?.namespaces ? [...new Set([...now, ...base.namespaces])].sort() : now;
}
