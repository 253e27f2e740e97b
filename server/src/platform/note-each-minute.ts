import { Lru } from "./lru.ts";
import { perOwner } from "./per-owner.ts";

const MOST_NOTED = 10_000;
export const NOTED_EVERY_MS = 60_000;

/**
 * Whether the use of something is to be noted now: at most once a minute in this process, because it is a write of its own
 * and whoever looks at it needs no more. Ask, and note it when the answer is true.
 */
export function noteEachMinute(): (owner: object, id: string, now: number) => boolean {
  const lastNoted = perOwner(() => new Lru<number>(MOST_NOTED));
  return (owner, id, now) => {
    const noted = lastNoted(owner);
    if (now - (noted.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return false;
    noted.set(id, now);
    return true;
  };
}
