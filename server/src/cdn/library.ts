import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { publishedPath } from "@parlance/contract/cdn";
import type { Context } from "../context.ts";
import { onChannelMoved } from "../publishing/channel-moved.ts";
import { manifestOf } from "../publishing/manifest.ts";
import { findPointer, type PublishedRelease, readBody, readRelease } from "../publishing/published.ts";
import type { Address } from "./address.ts";
import { Lru } from "./lru.ts";
import type { Encoding } from "./negotiate.ts";
import { type Representation, represent } from "./respond.ts";

const POINTER_MILLISECONDS = 1000;
const MOST_POINTERS = 10_000;
const MOST_RELEASE_FILES = 200_000;
const MOST_BODY_BYTES = 64 * 1024 * 1024;

interface Pointer {
  target: Awaited<ReturnType<typeof findPointer>>;
  readAt: number;
  generation: number;
}

/** Published files as the CDN keeps them: what is needed is read once and remembered, within bounds. */
export interface Library {
  /** From memory; null when there is no such file, undefined when memory does not know. */
  peek(address: Address, encoding: Encoding): Representation | null | undefined;
  /** The same, reading what memory does not know. */
  find(address: Address, encoding: Encoding): Promise<Representation | null>;
}

export function openLibrary({ db, config, log }: Context): Library {
  const pointers = new Lru<Pointer>(MOST_POINTERS);
  const releases = new Lru<PublishedRelease>(MOST_RELEASE_FILES);
  const bodies = new Lru<Representation>(MOST_BODY_BYTES);
  const alone = singleFlight();
  // Rises when this process moves a channel; every pointer read before is read again.
  let generation = 0;
  onChannelMoved(db, () => generation++);

  const fresh = (key: string) => {
    const pointer = pointers.get(key);
    if (pointer?.generation !== generation) return undefined;
    return performance.now() - pointer.readAt < POINTER_MILLISECONDS ? pointer : undefined;
  };

  const readPointer = ({ project, projectKey }: Address) =>
    alone(`${generation} ${projectKey}`, async () => {
      // Both from before the read: what moves meanwhile makes the answer old.
      const started = { generation, readAt: performance.now() };
      try {
        const pointer = { target: await findPointer(db.read, project), ...started };
        pointers.set(projectKey, pointer);
        return pointer;
      } catch (error) {
        const last = pointers.get(projectKey);
        if (!last) throw error;
        log.warn({ err: error, project: projectKey }, "serving the last known release");
        return last;
      }
    });

  const loadRelease = (id: string) =>
    alone(id, async () => {
      const release = await readRelease(db.read, id);
      releases.set(id, release, release.files.size + 1);
      return release;
    });

  const loadBody = (key: string, load: () => Promise<Representation>) =>
    alone(key, async () => {
      const body = await load();
      bodies.set(key, body, body.bytes.length + 1000);
      return body;
    });

  return {
    peek(address, encoding) {
      const pointer = fresh(address.projectKey);
      if (!pointer) return undefined;
      if (!pointer.target?.releaseId) return null;
      const release = releases.get(pointer.target.releaseId);
      if (!release) return undefined;
      if (address.path === publishedPath.manifest) return bodies.get(`${release.id} ${encoding}`);
      const file = release.files.get(address.path);
      return file ? bodies.get(`${file.hash} ${encoding}`) : null;
    },

    async find(address, encoding) {
      const { target } = fresh(address.projectKey) ?? (await readPointer(address));
      if (!target?.releaseId) return null;
      const release = releases.get(target.releaseId) ?? (await loadRelease(target.releaseId));
      if (address.path === publishedPath.manifest) {
        const key = `${release.id} ${encoding}`;
        const base = `${config.CDN_URL}/${target.organizationSlug}/${target.slug}`;
        return (
          bodies.get(key) ?? loadBody(key, () => representManifest(release, target.slug, base, encoding))
        );
      }
      const file = release.files.get(address.path);
      if (!file) return null;
      const key = `${file.hash} ${encoding}`;
      return (
        bodies.get(key) ??
        loadBody(key, async () =>
          represent("messages", file.hash, encoding, await readBody(db.read, file.hash, encoding)),
        )
      );
    },
  };
}

const compress = { br: promisify(brotliCompress), gzip: promisify(gzip) };

async function representManifest(
  release: PublishedRelease,
  projectSlug: string,
  base: string,
  encoding: Encoding,
): Promise<Representation> {
  const bytes = Buffer.from(JSON.stringify(manifestOf(release, projectSlug, base)));
  const hash = createHash("sha256").update(bytes).digest("base64url");
  return represent(
    "manifest",
    hash,
    encoding,
    encoding === "identity" ? bytes : await compress[encoding](bytes),
  );
}

/** Lets those who want the same thing at once wait for one read. */
function singleFlight() {
  const running = new Map<string, Promise<unknown>>();
  return <Result>(key: string, work: () => Promise<Result>): Promise<Result> => {
    const known = running.get(key) as Promise<Result> | undefined;
    if (known) return known;
    const mine = work().finally(() => running.delete(key));
    running.set(key, mine);
    return mine;
  };
}
