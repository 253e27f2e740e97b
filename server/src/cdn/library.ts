import { publishedPath } from "@parlance/contract/cdn";
import type { Context } from "../context.ts";
import { Lru } from "../platform/lru.ts";
import { Queue } from "../platform/queue.ts";
import { singleFlight } from "../platform/single-flight.ts";
import { within } from "../platform/within.ts";
import type { PublishedRelease } from "../publishing/published.ts";
import { type Address, isMade } from "./address.ts";
import { type Form, makeBatch, makeDelta, makeManifest, readMessages } from "./make-bodies.ts";
import type { Encoding } from "./negotiate.ts";
import { fixedHeaders, type Representation } from "./respond.ts";
import { type Found, openShownReleases, type Pointer } from "./shown-releases.ts";

const MOST_BODY_BYTES = 64 * 1024 * 1024;
/** Of bodies that are made: whoever asks for ever new ones pushes out no published file, but only others of these. */
const MOST_MADE_BYTES = 16 * 1024 * 1024;
/** Headers and bookkeeping of one body, estimated. */
const BODY_OVERHEAD = 1500;
/** Anyone may ask for a body that is then parsed, compared and compressed, so two at a time are. */
const MADE_AT_ONCE = 2;
const MOST_WAITING = 64;
/** Reading takes milliseconds; a connection that died without a word would take for ever. */
const READ_MS = 3000;
/** Of a body that waits for its turn and is then made. */
const MADE_MS = 5000;

/** Under which key the body of an address was cached when it was last requested. */
interface Keyed {
  pointer: Pointer;
  encoding: Encoding;
  key: string;
}

/** Published files as the CDN holds them: each is read once and then cached, within bounds. */
interface Library {
  /** Looks in the cache; null when there is no such file, undefined when the cache does not know. */
  peek(address: Address, encoding: Encoding): Representation | null | undefined;
  /**
   * Looks in the cache, and reads or makes what the cache does not know. Throws `temporarily_unavailable` when too many
   * bodies wait to be made, `gone` for a delta from too long ago, and `payload_too_large` for what is made of too much.
   */
  find(address: Address, encoding: Encoding): Promise<Representation | null>;
}

export function openLibrary(ctx: Context): Library {
  const { db, config } = ctx;
  const always = fixedHeaders(config);
  const readAlone = singleFlight(READ_MS);
  const makeAlone = singleFlight(MADE_MS);
  const makers = new Queue(MADE_AT_ONCE, { most: MOST_WAITING });
  const shown = openShownReleases(ctx, readAlone);
  const files = new Lru<Representation>(MOST_BODY_BYTES);
  const made = new Lru<Representation>(MOST_MADE_BYTES);
  const keys = new WeakMap<Address, Keyed>();
  const cacheOf = (address: Address) => (isMade(address) ? made : files);

  const make = (address: Address, { release }: Found, form: Form) =>
    address.batch ? makeBatch(db.read, release, address, form) : makeDelta(db.read, release, address, form);

  /** Null when there is no such file, or nothing to compare it with. */
  const load = async (address: Address, found: Found, encoding: Encoding): Promise<Representation | null> => {
    const { release, target, tag } = found;
    const form = { tag, encoding, always, fixed: "release" in address.tree };
    if (address.path === publishedPath.manifest) {
      const base = `${config.CDN_URL}/${target.organizationSlug}/${target.slug}/${address.treePath}`;
      return makeManifest(release, target.slug, base.replace(/\/$/, ""), form);
    }
    // A slot is given back even by one whose connection never answers.
    if (isMade(address)) return makers.run("made", () => within(READ_MS, make(address, found, form)));
    const file = release.files.get(address.path);
    return file ? readMessages(db.read, file.hash, form) : null;
  };

  return {
    peek(address, encoding) {
      const pointer = shown.fresh(address);
      if (!pointer) return undefined;
      const last = keys.get(address);
      if (last?.pointer === pointer && last.encoding === encoding) return cacheOf(address).get(last.key);
      if (!pointer.target?.releaseId) return null;
      const release = shown.known(pointer.target.releaseId);
      if (!release) return undefined;
      const key = bodyKey(address, release, pointer.tag, encoding);
      if (key === null) return null;
      keys.set(address, { pointer, encoding, key });
      return cacheOf(address).get(key);
    },

    async find(address, encoding) {
      const found = await shown.find(address);
      const key = found && bodyKey(address, found.release, found.tag, encoding);
      if (!key) return null;
      const cache = cacheOf(address);
      const alone = isMade(address) ? makeAlone : readAlone;
      return (
        cache.get(key) ??
        alone(key, async () => {
          const body = await load(address, found, encoding);
          if (!body) return null;
          cache.set(key, body, body.bytes.length + BODY_OVERHEAD + key.length);
          return body.firstHeaders ? { ...body, headers: body.firstHeaders } : body;
        })
      );
    },
  };
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
