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

/** How a body is to be sent. */
interface Form {
  tag: string;
  encoding: Encoding;
  /** Of one release, so it never changes. */
  fixed: boolean;
}

/** A file as it was compressed at publish. */
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

/** Those of the namespaces that a batch asks for which the release has. */
export function namesWithFiles(release: PublishedRelease, { batch = [], path }: Address): string[] {
  if (release.namespaces === null) return [];
  return batch.filter((name) => release.files.has(fileOf(path, name)));
}

/** Several namespaces, each as its own file has it, by name (CDN contract §3). */
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

/** What differs in one file between two releases. A file that was not there before is all new. */
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
/** While somebody waits, so not as small as at publish. */
const BROTLI_QUALITY = 5;
const compress: Record<Encoding, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) => toBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (bytes) => toGzip(bytes),
  identity: async (bytes) => bytes,
};
