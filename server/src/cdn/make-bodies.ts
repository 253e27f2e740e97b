import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { DEFAULT_NAMESPACE_FILE } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import { manifestOf } from "../publishing/manifest.ts";
import { type PublishedRelease, readBody } from "../publishing/published.ts";
import type { Address } from "./address.ts";
import { deltaOf } from "./delta.ts";
import type { Encoding } from "./negotiate.ts";
import { type Representation, represent } from "./respond.ts";

/** How to send a body. */
interface Form {
  tag: string;
  encoding: Encoding;
  /** Whether it belongs to one release, so that it never changes. */
  fixed: boolean;
}

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

/** The namespaces of a batch that have a file in the release. */
export function namesWithFiles(release: PublishedRelease, { batch = [], path }: Address): string[] {
  if (release.namespaces === null) return [];
  return batch.filter((name) => release.files.has(fileOf(path, name)));
}

/** Makes a batch: several namespaces by name, each with the content of its own file (CDN contract §3). */
export async function makeBatch(
  store: Reader,
  release: PublishedRelease,
  { batch = [], path }: Address,
  names: readonly string[],
  form: Form,
): Promise<Representation> {
  const parts: string[] = [];
  for (const name of names) {
    const file = await readFile(store, release, fileOf(path, name));
    // The file of this name has all the others too, for clients that know of no namespaces.
    const text =
      name === DEFAULT_NAMESPACE_FILE ? JSON.stringify(JSON.parse(file)[DEFAULT_NAMESPACE_FILE] ?? {}) : file;
    parts.push(`${JSON.stringify(name)}:${text}`);
  }
  const counts = ["X-Batch-Count", String(names.length), "X-Batch-Requested", String(batch.length)];
  return make(Buffer.from(`{${parts.join()}}`), "messages", form, counts);
}

/** Makes a delta: what differs in one file between two releases. A file that is new differs in everything. */
export async function makeDelta(
  store: Reader,
  before: PublishedRelease,
  after: PublishedRelease,
  path: string,
  form: Form,
): Promise<Representation> {
  const [old, now] = [before, after].map((release) => release.files.get(path)?.hash);
  const delta =
    old === now
      ? { changed: {}, removed: [] }
      : deltaOf(
          JSON.parse(await readFile(store, before, path)),
          JSON.parse(await readFile(store, after, path)),
        );
  const bytes = Buffer.from(JSON.stringify({ since: before.number, release: after.number, ...delta }));
  return make(bytes, "messages", form);
}

async function readFile(store: Reader, release: PublishedRelease, path: string): Promise<string> {
  const file = release.files.get(path);
  return file ? (await readBody(store, file.hash, "identity")).toString() : "{}";
}

function fileOf(batchPath: string, name: string): string {
  return batchPath.replace(/[^/]*$/, () => `${name}.json`);
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
