import type { Reader } from "../context.ts";
import type { ReleaseTable } from "../database/schema.ts";
import {
  selectChannelRelease,
  selectRelease,
  selectReleaseFiles,
  selectReleaseLanguages,
} from "./store-releases.ts";

export type Release = Omit<ReleaseTable, "namespaces">;

/** An immutable release with all that it lists. */
export interface PublishedRelease extends Release {
  /** Those that have files of their own; null when all are in one file. */
  namespaces: readonly string[] | null;
  /** By code, in order. */
  languages: ReadonlyMap<string, ReleasedLanguage>;
  /** By path (contract/cdn). */
  files: ReadonlyMap<string, ReleaseFile>;
}

export interface ReleasedLanguage {
  code: string;
  /** The revision of the language whose texts the files hold; negative when they hold only a part of one. */
  revision: number;
  valueCount: number;
}

export interface ReleaseFile {
  path: string;
  /** SHA-256 of the uncompressed content, base64url. */
  hash: string;
  /** In bytes, uncompressed. */
  size: number;
  /** When its content last changed, in epoch milliseconds. */
  lastModified: number;
}

/** Reads the release with this id, which has to exist. */
export async function readRelease(store: Reader, id: string): Promise<PublishedRelease> {
  const row = await selectRelease(store, id);
  if (!row) throw new Error(`Release ${id} is missing.`);
  return withLists(store, row);
}

/** Reads the release that a channel points at; undefined when there is no such channel yet. */
export async function readShownRelease(
  store: Reader,
  projectId: string,
  channel: string,
): Promise<PublishedRelease | undefined> {
  const row = await selectChannelRelease(store, projectId, channel);
  return row && withLists(store, row);
}

/** The languages of a release, in order of their codes. */
export function readReleasedLanguages(store: Reader, releaseId: string): Promise<ReleasedLanguage[]> {
  return selectReleaseLanguages(store, releaseId);
}

async function withLists(store: Reader, row: ReleaseTable): Promise<PublishedRelease> {
  const languages = await selectReleaseLanguages(store, row.id);
  const files = await selectReleaseFiles(store, row.id);
  return {
    ...row,
    namespaces: row.namespaces === null ? null : JSON.parse(row.namespaces),
    languages: new Map(languages.map((language) => [language.code, language])),
    files: new Map(files.map((file) => [file.path, file])),
  };
}
