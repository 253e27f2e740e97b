import type { Context } from "../context.ts";
import { Lru } from "../platform/lru.ts";
import { perOwner } from "../platform/per-owner.ts";
import { updateKeyUse } from "./store.ts";

const MOST_NOTED = 10_000;
const NOTED_EVERY_MS = 60_000;
/** When the use of each key was last noted by this process, by id. */
const lastNoted = perOwner(() => new Lru<number>(MOST_NOTED));

/** Notes in the background that a key was used, at most once a minute. Never throws, and no caller waits for it. */
export function noteKeyUse({ db, log }: Pick<Context, "db" | "log">, keyId: string, now: number): void {
  const noted = lastNoted(db);
  if (now - (noted.get(keyId) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
  noted.set(keyId, now);
  db.write((tx) => updateKeyUse(tx, keyId, now, now - NOTED_EVERY_MS)).catch((error: unknown) =>
    log.warn({ err: error }, "the last use of an API key was not noted"),
  );
}
