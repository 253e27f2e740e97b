import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { DEFAULT_NAMESPACE_FILE } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { manifestOf } from "../publishing/manifest.ts";
import { findFile, type PublishedRelease, readBody } from "../publishing/published.ts";
import type { Address } from "./address.ts";
import { deltaOf } from "./delta.ts";
import type { Encoding } from "./negotiate.ts";
import { type FlatHeaders, type Representation, represent } from "./respond.ts";

/** How to send a body. */
export interface Form {
  tag: string;
  encoding: Encoding;
  /** What every answer carries. */
  always: FlatHeaders;
  /** Whether it belongs to one release, so that it never changes. */
  fixed: boolean;
}

/** The files that one body is made of; parsing and compressing more would keep everybody else waiting. */
const MOST_SOURCE_BYTES = 8 * 1024 * 1024;
/** In releases, either way, because a channel may be rolled back. Each makes another body of every file. */
const OLDEST_DELTA = 100;

/** A stored file, as it was compressed at publish. */
export async function readMessages(store: Reader, hash: string, form: Form): Promise<Representation> {
  const bytes = await readBody(store, hash, form.encoding);
  return represent({ ...form, kind: "messages", hash, bytes });
}

export function makeManifest(
  release: PublishedRelease,
  projectSlug: string,
  base: string,
  form: Form,
): Promise<Representation> {
  return make(Buffer.from(JSON.stringify(manifestOf(release, projectSlug, base))), "manifest", form);
}

/**
 * Makes a batch: several namespaces by name, each with the content of its own file (CDN contract §3). A name without a
 * file is an empty object, because clients drop an answer that lacks one they asked for. Null when files are not split by
 * namespace, and for a language that the release does not have. Throws `payload_too_large`.
 */
export async function makeBatch(
  store: Reader,
  release: PublishedRelease,
  { batch = [], path }: Address,
  form: Form,
): Promise<Representation | null> {
  const fileOf = (name: string) => release.files.get(path.replace(/[^/]*$/, () => `${name}.json`));
  if (release.namespaces === null || !fileOf(DEFAULT_NAMESPACE_FILE)) return null;
  const files = batch.map((name) => [name, fileOf(name)] as const);
  refuseTooLarge(files.map(([, file]) => file));
  const parts: string[] = [];
  for (const [name, file] of files) {
    const content = await contentOf(store, file);
    // The file of this name has all the others too, for clients that know of no namespaces.
    const text =
      name === DEFAULT_NAMESPACE_FILE
        ? JSON.stringify(JSON.parse(content)[DEFAULT_NAMESPACE_FILE] ?? {})
        : content;
    parts.push(`${JSON.stringify(name)}:${text}`);
  }
  const count = files.filter(([, file]) => file).length;
  const counts = ["X-Batch-Count", String(count), "X-Batch-Requested", String(batch.length)];
  return make(Buffer.from(`{${parts.join()}}`), "messages", form, counts);
}

/**
 * Makes a delta: what differs in one file between two releases, or all of it since release 0, before the first. A file that
 * is new differs in everything. Null when the file or the other release does not exist. Throws `gone` when the other release
 * is too far away, and `payload_too_large`.
 */
export async function makeDelta(
  store: Reader,
  release: PublishedRelease,
  { path, since = 0 }: Address,
  form: Form,
): Promise<Representation | null> {
  const now = release.files.get(path);
  if (!now) return null;
  const far = since > 0 && Math.abs(release.number - since) > OLDEST_DELTA;
  if (far) throw new ApiError("gone", `Release ${since} is too far away. Fetch the whole file.`);
  const before = since === 0 ? { file: null } : await findFile(store, release.projectId, since, path);
  if (!before) return null;
  refuseTooLarge([before.file, now]);
  const delta =
    before.file?.hash === now.hash
      ? { changed: {}, removed: [] }
      : deltaOf(JSON.parse(await contentOf(store, before.file)), JSON.parse(await contentOf(store, now)));
  return make(Buffer.from(JSON.stringify({ since, release: release.number, ...delta })), "messages", form);
}

interface File {
  hash: string;
  size: number;
}

function refuseTooLarge(files: readonly (File | null | undefined)[]): void {
  const bytes = files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
  if (bytes <= MOST_SOURCE_BYTES) return;
  throw new ApiError("payload_too_large", "This would be made of too much. Fetch the files one by one.");
}

/** Of no file it is that of an empty one. */
async function contentOf(store: Reader, file: File | null | undefined): Promise<string> {
  return file ? (await readBody(store, file.hash, "identity")).toString() : "{}";
}

async function make(
  bytes: Buffer,
  kind: "manifest" | "messages",
  form: Form,
  counts?: string[],
): Promise<Representation> {
  const hash = createHash("sha256").update(bytes).digest("base64url");
  return represent({ ...form, kind, hash, bytes: await compress[form.encoding](bytes), counts });
}

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);
/** A client waits meanwhile, so the body is larger than at publish. */
const BROTLI_QUALITY = 5;
const compress: Record<Encoding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) => toBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (bytes) => toGzip(bytes),
  identity: async (bytes) => bytes,
};
