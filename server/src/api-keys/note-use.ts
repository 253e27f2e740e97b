import type { Context } from "../context.ts";
import { NOTED_EVERY_MS, noteEachMinute } from "../platform/note-each-minute.ts";
import { updateKeyUse } from "./store.ts";

const isToNote = noteEachMinute();

/** Notes in the background that a key was used, at most once a minute. Never throws, and no caller waits for it. */
export function noteKeyUse({ db, log }: Pick<Context, "db" | "log">, keyId: string, now: number): void {
  if (!isToNote(db, keyId, now)) return;
  db.write((tx) => updateKeyUse(tx, keyId, now, now - NOTED_EVERY_MS)).catch((error: unknown) =>
    log.warn({ err: error }, "the last use of an API key was not noted"),
  );
}
