import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import {
  type ProjectReference,
  selectChannelPointer,
  selectRelease,
  selectReleaseFiles,
  selectReleaseLanguages,
  selectReleasePointer,
} from "./store.ts";
import { selectBytes } from "./store-files.ts";

/** An immutable release as readers need it. */
export interface PublishedRelease {
  id: string;
  number: number;
  createdAt: number;
  sourceLanguage: string;
  namespaces: readonly string[] | null;
  languages: readonly { code: string; revision: number; valueCount: number }[];
  files: ReadonlyMap<string, PublishedFile>;
}

export interface PublishedFile {
  hash: string;
  size: number;
  lastModified: number;
}

/** Which of a project's trees: what a channel shows, or one release. */
export type Tree = { readonly channel: string } | { readonly release: number };

/** The release that a tree shows now; undefined when there is no such project. */
export function findPointer(
  store: Reader,
  project: ProjectReference,
  tree: Tree = { channel: DEFAULT_CHANNEL },
) {
  return "channel" in tree
    ? selectChannelPointer(store, project, tree.channel)
    : selectReleasePointer(store, project, tree.release);
}

export async function readRelease(store: Reader, id: string): Promise<PublishedRelease> {
  const release = await selectRelease(store, id);
  if (!release) throw new Error(`Release ${id} is gone.`);
  const languages = await selectReleaseLanguages(store, id);
  const files = await selectReleaseFiles(store, id);
  return {
    id,
    number: release.number,
    createdAt: release.createdAt,
    sourceLanguage: release.sourceLanguage,
    namespaces: release.namespaces === null ? null : JSON.parse(release.namespaces),
    languages,
    files: new Map(files.map(({ path, ...file }) => [path, file])),
  };
}

/** A stored body, plain or compressed. */
export async function readBody(
  store: Reader,
  hash: string,
  encoding: "identity" | "gzip" | "br",
): Promise<Buffer> {
  const column = encoding === "br" ? "brotli" : encoding === "gzip" ? "gzip" : "bytes";
  const bytes = await selectBytes(store, hash, column);
  if (!bytes) throw new Error(`File ${hash} is gone.`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
