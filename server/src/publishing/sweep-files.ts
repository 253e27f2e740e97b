import type { Reader } from "../context.ts";
import { deleteUnlisted, takeAnnouncedBefore } from "./store-files.ts";

/** No publish takes this long between announcing a file and listing it. */
const ANNOUNCED_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Deletes files that no release lists: a crash left them, or a publish that lost a race. A publish announces a file
 * before it relies on it, so one that is in progress keeps its files, also those that an earlier one had stored.
 * Answers how many announcements ended, of at most `budget`.
 */
export async function sweepFiles(tx: Reader, now: number, budget: number): Promise<number> {
  const hashes = await takeAnnouncedBefore(tx, now - ANNOUNCED_MILLISECONDS, budget);
  await deleteUnlisted(tx, hashes);
  return hashes.length;
}
