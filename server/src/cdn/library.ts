import { publishedPath, publishedTree } from "@parlance/contract/cdn";
import type { Context } from "../context.ts";
import { Lru } from "../platform/lru.ts";
import { onChannelMoved } from "../publishing/channel-moved.ts";
import { findPointer, type PublishedRelease, readRelease, type Tree } from "../publishing/published.ts";
import type { Address } from "./address.ts";
import { makeBatch, makeDelta, makeManifest, namesWithFiles, readMessages } from "./make-bodies.ts";
import type { Encoding } from "./negotiate.ts";
import type { Representation } from "./respond.ts";

const POINTER_MILLISECONDS = 1000;
const MOST_POINTERS = 10_000;
const MOST_RELEASE_FILES = 200_000;
const MOST_BODY_BYTES = 64 * 1024 * 1024;
/** Headers and bookkeeping of one body, estimated. */
const BODY_OVERHEAD = 1500;

type Target = NonNullable<Awaited<ReturnType<typeof findPointer>>>;

interface Pointer {
  target: Target | undefined;
  /** Names the project's tree in the same way for every address of it, as in `Cache-Tag`. */
  tag: string;
  readAt: number;
  generation: number;
}

/** Under which key the body of an address was cached when it was last requested. */
interface Keyed {
  pointer: Pointer;
  encoding: Encoding;
  key: string;
}

interface Found {
  target: Target;
  tag: string;
  release: PublishedRelease;
}

/** Published files as the CDN holds them: each is read once and then cached, within bounds. */
interface Library {
  /** Looks in the cache; null when there is no such file, undefined when the cache does not know. */
  peek(address: Address, encoding: Encoding): Representation | null | undefined;
  /** Looks in the cache, and reads what the cache does not know. */
  find(address: Address, encoding: Encoding): Promise<Representation | null>;
}

export function openLibrary({ db, config, log }: Context): Library {
  const pointers = new Lru<Pointer>(MOST_POINTERS);
  const releases = new Lru<PublishedRelease>(MOST_RELEASE_FILES);
  const bodies = new Lru<Representation>(MOST_BODY_BYTES);
  const keys = new WeakMap<Address, Keyed>();
  const alone = singleFlight();
  // Rises when this process moves a channel; every pointer read before is read again.
  let generation = 0;
  onChannelMoved(db, () => generation++);

  const fresh = (key: string) => {
    const pointer = pointers.get(key);
    if (pointer?.generation !== generation) return undefined;
    return performance.now() - pointer.readAt < POINTER_MILLISECONDS ? pointer : undefined;
  };

  const readPointer = (address: Address) => {
    const name = address.treeKey;
    return alone(`${generation} ${name}`, async () => {
      // Both from before the read: what moves meanwhile makes the answer old.
      const started = { generation, readAt: performance.now() };
      try {
        const target = await findPointer(db.read, address.project, address.tree);
        const pointer = { target, tag: `${target?.id}${tagOf(address.tree)}`, ...started };
        pointers.set(name, pointer);
        return pointer;
      } catch (error) {
        const last = pointers.get(name);
        if (!last) throw error;
        log.warn({ err: error, project: name }, "serving the last known release");
        return last;
      }
    });
  };

  const loadRelease = (id: string) =>
    alone(id, async () => {
      const release = await readRelease(db.read, id);
      releases.set(id, release, release.files.size + 1);
      return release;
    });

  const releaseAt = async (address: Address): Promise<Found | null> => {
    const { target, tag } = fresh(address.treeKey) ?? (await readPointer(address));
    if (!target?.releaseId) return null;
    const release = releases.get(target.releaseId) ?? (await loadRelease(target.releaseId));
    return { target, tag, release };
  };

  /** Undefined when there cannot be a body: there is no such file, or nothing to compare it with. */
  const loaderOf = async (
    address: Address,
    { target, tag, release }: Found,
    encoding: Encoding,
  ): Promise<(() => Promise<Representation>) | undefined> => {
    const of = { tag, encoding, fixed: "release" in address.tree };
    if (address.path === publishedPath.manifest) {
      const base = `${config.CDN_URL}/${target.organizationSlug}/${target.slug}/${address.treePath}`;
      return () => makeManifest(release, target.slug, base.replace(/\/$/, ""), of);
    }
    if (address.batch) {
      const names = namesWithFiles(release, address);
      return names.length > 0 ? () => makeBatch(db.read, release, address, names, of) : undefined;
    }
    const file = release.files.get(address.path);
    if (!file) return undefined;
    if (address.since === undefined) return () => readMessages(db.read, file.hash, of);
    const before = await releaseAt(releaseOf(address, address.since));
    return before ? () => makeDelta(db.read, before.release, release, address.path, of) : undefined;
  };

  return {
    peek(address, encoding) {
      const pointer = fresh(address.treeKey);
      if (!pointer) return undefined;
      const last = keys.get(address);
      if (last?.pointer === pointer && last.encoding === encoding) return bodies.get(last.key);
      if (!pointer.target?.releaseId) return null;
      const release = releases.get(pointer.target.releaseId);
      if (!release) return undefined;
      // Whether the other release still exists is not known without reading it.
      if (address.since !== undefined && !fresh(releaseOf(address, address.since).treeKey)) return undefined;
      const key = bodyKey(address, release, pointer.tag, encoding);
      if (key === null) return null;
      if (address.since === undefined) keys.set(address, { pointer, encoding, key });
      return bodies.get(key);
    },

    async find(address, encoding) {
      const found = await releaseAt(address);
      const key = found && bodyKey(address, found.release, found.tag, encoding);
      if (!key) return null;
      const load = await loaderOf(address, found, encoding);
      if (!load) return null;
      return (
        bodies.get(key) ??
        alone(key, async () => {
          const body = await load();
          bodies.set(key, body, body.bytes.length + BODY_OVERHEAD + key.length);
          return body.firstHeaders ? { ...body, headers: body.firstHeaders } : body;
        })
      );
    },
  };
}

function tagOf(tree: Tree): string {
  return `@${"channel" in tree ? tree.channel : tree.release}`;
}

function releaseOf({ project, projectKey, path }: Address, number: number): Address {
  const treePath = publishedTree.release(number);
  const treeKey = `${projectKey}/${treePath}`;
  return { project, projectKey, treeKey, path, tree: { release: number }, treePath };
}

/** The key that a body is cached under; null when the release has no such file. */
function bodyKey(
  { path, batch, since }: Address,
  release: PublishedRelease,
  tag: string,
  encoding: Encoding,
): string | null {
  if (path === publishedPath.manifest) return `${tag} ${release.id} ${encoding}`;
  if (batch) return `${tag} ${release.id} ${path} ${batch} ${encoding}`;
  const file = release.files.get(path);
  if (!file) return null;
  if (since !== undefined) return `${tag} ${release.id} ${path} ${since} ${encoding}`;
  return `${tag} ${file.hash} ${encoding}`;
}

/** Lets concurrent requests for the same thing share one read of it. */
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
