import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import {
  type ProjectReference,
  selectChannelPointer,
  selectFileOfRelease,
  selectReleasePointer,
} from "./store.ts";
import { selectBody } from "./store-files.ts";

export { type PublishedRelease, readRelease } from "../pending/published-release.ts";

/** Which of a project's trees to read: what a channel shows, or one release. */
export type Tree = { readonly channel: string } | { readonly release: number };

/**
 * Finds a project and the release that a tree of it shows now. Undefined when there is no such project; `releaseId` is
 * null when the tree shows nothing.
 */
export function findPointer(
  store: Reader,
  project: ProjectReference,
  tree: Tree = { channel: DEFAULT_CHANNEL },
) {
  return "channel" in tree
    ? selectChannelPointer(store, project, tree.channel)
    : selectReleasePointer(store, project, tree.release);
}

/** The file at a path of the release of this number; null when it has none there. Undefined without such a release. */
export async function findFile(
  store: Reader,
  projectId: string,
  number: number,
  path: string,
): Promise<{ file: { hash: string; size: number } | null } | undefined> {
  const row = await selectFileOfRelease(store, projectId, number, path);
  if (!row) return undefined;
  const { hash, size } = row;
  return { file: hash === null || size === null ? null : { hash, size } };
}

/** Reads a stored file, as it is or as it was compressed at publish. The file has to exist. */
export async function readBody(
  store: Reader,
  hash: string,
  encoding: "identity" | "gzip" | "br",
): Promise<Buffer> {
  const column = encoding === "br" ? "brotli" : encoding === "gzip" ? "gzip" : "bytes";
  const bytes = await selectBody(store, hash, column);
  if (!bytes) throw new Error(`File ${hash} is missing.`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
