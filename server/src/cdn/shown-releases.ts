import type { Context } from "../context.ts";
import { Lru } from "../platform/lru.ts";
import type { SingleFlight } from "../platform/single-flight.ts";
import { onChannelMoved } from "../publishing/channel-moved.ts";
import { findPointer, type PublishedRelease, readRelease, type Tree } from "../publishing/published.ts";
import type { Address } from "./address.ts";

const POINTER_MILLISECONDS = 1000;
const MOST_POINTERS = 10_000;
const MOST_RELEASE_FILES = 200_000;

type Target = NonNullable<Awaited<ReturnType<typeof findPointer>>>;

/** What a tree showed when it was last looked at. */
export interface Pointer {
  target: Target | undefined;
  /** Names the project's tree in the same way for every address of it, as in `Cache-Tag`. */
  tag: string;
  readAt: number;
  generation: number;
}

export interface Found {
  target: Target;
  tag: string;
  release: PublishedRelease;
}

/** Which release each tree shows, as far as it was asked for. */
export interface ShownReleases {
  /** What a tree showed within the last second; undefined when that is not known. */
  fresh(address: Address): Pointer | undefined;
  /** A release that was read before; undefined when it was not, or so long ago that it was forgotten. */
  known(releaseId: string): PublishedRelease | undefined;
  /** Reads what is not known; null when the tree shows nothing. */
  find(address: Address): Promise<Found | null>;
}

export function openShownReleases({ db, log }: Context, alone: SingleFlight): ShownReleases {
  const pointers = new Lru<Pointer>(MOST_POINTERS);
  const releases = new Lru<PublishedRelease>(MOST_RELEASE_FILES);
  // Rises when this process moves a channel; every pointer read before is read again.
  let generation = 0;
  onChannelMoved(db, () => generation++);

  const fresh = ({ treeKey }: Address) => {
    const pointer = pointers.get(treeKey);
    if (pointer?.generation !== generation) return undefined;
    return performance.now() - pointer.readAt < POINTER_MILLISECONDS ? pointer : undefined;
  };

  const readPointer = async ({ treeKey, project, tree }: Address): Promise<Pointer> => {
    // Both from before the read: what moves meanwhile makes the answer old.
    const started = { generation, readAt: performance.now() };
    try {
      return await alone(`${generation} ${treeKey}`, async () => {
        const target = await findPointer(db.read, project, tree);
        const pointer = { target, tag: `${target?.id}${tagOf(tree)}`, ...started };
        // One that came after its deadline may be older than what was read since.
        const known = pointers.get(treeKey);
        if (!known || known.readAt <= pointer.readAt) pointers.set(treeKey, pointer);
        return pointer;
      });
    } catch (error) {
      const last = pointers.get(treeKey);
      if (!last) throw error;
      log.warn({ err: error, project: treeKey }, "serving the last known release");
      return last;
    }
  };

  const loadRelease = (id: string) =>
    alone(id, async () => {
      const release = await readRelease(db.read, id);
      releases.set(id, release, release.files.size + 1);
      return release;
    });

  return {
    fresh,
    known: (releaseId) => releases.get(releaseId),
    async find(address) {
      const { target, tag } = fresh(address) ?? (await readPointer(address));
      if (!target?.releaseId) return null;
      const release = releases.get(target.releaseId) ?? (await loadRelease(target.releaseId));
      return { target, tag, release };
    },
  };
}

function tagOf(tree: Tree): string {
  return `@${"channel" in tree ? tree.channel : tree.release}`;
}
