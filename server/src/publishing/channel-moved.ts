import type { Database } from "../database/open.ts";
import { perOwner } from "../platform/per-owner.ts";

const listenersOf = perOwner(() => new Set<() => void>());

/** Calls `listener` when this process moved a channel, so that a cache of channel pointers can drop them. */
export function onChannelMoved(db: Database, listener: () => void): void {
  listenersOf(db).add(listener);
}

/** Tells the listeners of this process. To be called after the commit. */
export function channelMoved(db: Database): void {
  for (const listener of listenersOf(db)) listener();
}
