import { DEFAULT_CHANNEL, publishedCode } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import type { ProjectTable, ReleaseTable, TranslationTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { buildFiles } from "./build-files.ts";
import { byPlace, readContents, storedIn } from "./contents.ts";
import { type AskedFilter, EVERYTHING, type Filter, resolveFilter } from "./filter.ts";
import {
  type PublishableValue,
  type ReleaseFile,
  selectActiveLanguages,
  selectChannelRelease,
  selectNamespaces,
  selectPublishable,
  selectPublishSettings,
  selectReleaseFiles,
  selectReleaseLanguages,
  selectReleases,
} from "./store.ts";

/** Each stands above the one before (spec/translations, "Model"). */
const STATUSES: readonly TranslationTable["status"][] = ["draft", "reviewed", "approved"];
/** Of a language that a release holds in part: no revision of it is what the files show. */
const IN_PART = -1;

export interface Pending {
  base: Base | undefined;
  /** The release that the channel points at. */
  channelReleaseId: string | undefined;
  /** The project's newest release, on whatever channel. */
  last: ReleaseTable | undefined;
  namespaces: readonly string[] | null;
  /** Of the project at the moment of reading, as `publishFrom` is. */
  sourceLanguage: string;
  languages: readonly PendingLanguage[];
  /** Nothing was written since `base`, so there is nothing to build. */
  untouched: boolean;
}

/** What the channel shows now, or production where the channel is new; undefined before the first publish. */
export interface Base {
  release: ReleaseTable;
  namespaces: readonly string[] | null;
  languages: ReadonlyMap<string, BaseLanguage>;
  files: ReadonlyMap<string, ReleaseFile>;
}

type BaseLanguage = { code: string; revision: number; valueCount: number };

export interface PendingLanguage extends BaseLanguage {
  /** Path → content, for a language that was written since `base`; null when the files of `base` are still right. */
  built: ReadonlyMap<string, Buffer> | null;
}

/** What to publish, and where. */
export interface Scope {
  channel: string;
  filter?: AskedFilter | undefined;
}

/**
 * Reads what a publish would put out, all from one moment. Languages without a write since `base` are not read. With a
 * filter, what is outside of it comes from `base`. Throws `not_found` for what a filter names and the project has not,
 * `conflict` when inside and outside cannot stand in one file.
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
  const active = new Map(
    (await selectActiveLanguages(snapshot, project.id)).map((row) => [row.code, row.revision]),
  );
  const codes = [...new Set([...active.keys(), ...(base?.languages.keys() ?? [])])].sort();
  const filter = asked ? await resolveFilter(snapshot, project.id, codes, asked) : EVERYTHING;
  const namespaces = await namespacesOf(snapshot, project, asked && base);
  const languages: PendingLanguage[] = [];
  for (const code of codes) {
    const one = { code, revision: active.get(code), before: base?.languages.get(code) };
    const language = await readLanguage(snapshot, project, { base, filter, namespaces }, one);
    if (language) languages.push(language);
  }
  const untouched =
    base !== undefined &&
    base.release.sourceLanguage === project.sourceLanguage &&
    base.languages.size === languages.length &&
    languages.every((language) => language.built === null);
  const { sourceLanguage } = project;
  return { base, channelReleaseId: shown?.id, last, namespaces, sourceLanguage, languages, untouched };
}

/** The files that stay as they are, of a language that was not written. */
export function filesOfLanguage(files: Iterable<ReleaseFile>, code: string): ReleaseFile[] {
  const folder = `${publishedCode(code)}/`;
  return [...files].filter((file) => file.path.startsWith(folder));
}

function statusesFrom(lowest: TranslationTable["status"]): TranslationTable["status"][] {
  return STATUSES.slice(STATUSES.indexOf(lowest));
}

interface Frame {
  base: Base | undefined;
  filter: Filter;
  namespaces: readonly string[] | null;
}

/** @param one `revision` is undefined when the language is not active, `before` when `base` has none of it */
async function readLanguage(
  snapshot: Reader,
  project: ProjectTable,
  { base, filter, namespaces }: Frame,
  {
    code,
    revision,
    before,
  }: { code: string; revision?: number | undefined; before?: BaseLanguage | undefined },
): Promise<PendingLanguage | undefined> {
  const part = filter.ofLanguage(code);
  if (part === "all" && revision === undefined) return undefined;
  const stays = part === "none" || revision === undefined || before?.revision === revision;
  if (stays && !before) return undefined;
  const sameNamespaces = JSON.stringify(namespaces) === JSON.stringify(base?.namespaces ?? null);
  if (before && stays && sameNamespaces) return { ...before, built: null };

  const current =
    part === "none" || revision === undefined
      ? []
      : await selectPublishable(snapshot, project.id, code, statusesFrom(project.publishFrom));
  const values =
    part === "all"
      ? current
      : merge(
          code,
          filter,
          base ? await readContents(storedIn(snapshot, base.files), base.namespaces, code) : [],
          current,
        );
  if (part !== "all" && project.keyFormat === "nested") refuseOneInAnother(values);
  return {
    code,
    revision: part === "all" ? (revision ?? IN_PART) : stays && before ? before.revision : IN_PART,
    valueCount: values.length,
    built: buildFiles(project, code, namespaces, values),
  };
}

/** Inside of the filter what is written now, outside what is published. */
function merge(
  code: string,
  filter: Filter,
  published: readonly PublishableValue[],
  current: readonly PublishableValue[],
): PublishableValue[] {
  const inside = ({ namespace, name }: PublishableValue) => filter.has(code, namespace, name);
  return [...published.filter((value) => !inside(value)), ...current.filter(inside)].sort(byPlace);
}

/** A key that went away for another may still be published; a nested file cannot hold `a` beside `a.b`. */
function refuseOneInAnother(values: readonly PublishableValue[]): void {
  const places = new Set(values.map(({ namespace, name }) => `${namespace} ${name}`));
  for (const { namespace, name } of values) {
    for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
      const outer = name.slice(0, dot);
      if (!places.has(`${namespace} ${outer}`)) continue;
      const sentence = `The filter would publish ${name} beside ${outer}, which one file cannot hold. Choose both.`;
      throw new ApiError("conflict", sentence.slice(0, 1200));
    }
  }
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
    files: new Map(files.map(({ size: _, ...file }) => [file.path, file])),
  };
}
