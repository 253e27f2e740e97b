import type { Reader } from "../context.ts";
import { deleteUnlisted, takeAnnouncedBefore } from "./store-files.ts";

/** No publish takes this long from announcing a file to listing it. */
const ANNOUNCED_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Deletes files that no release lists, because a crash or a publish that lost a race left them; at most `budget` of them.
 * A publish announces a file before it relies on it, so a publish in progress keeps its files, including those that an
 * earlier one stored. Returns how many announcements ended.
 */
export async function sweepFiles(tx: Reader, now: number, budget: number): Promise<number> {
  const hashes = await takeAnnouncedBefore(tx, now - ANNOUNCED_MILLISECONDS, budget);
  await deleteUnlisted(tx, hashes);
  return hashes.length;
}
