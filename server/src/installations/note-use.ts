import type { Context, WriteCall } from "../context.ts";
import { noteEachMinute } from "../platform/note-each-minute.ts";
import { updateGrantUse } from "./store.ts";

const isToNote = noteEachMinute();

/** Notes with what a call writes that its grant was used, at most once a minute. */
export async function noteGrantUse({ db, store, now }: WriteCall, grantId: string): Promise<void> {
  if (isToNote(db, grantId, now)) await updateGrantUse(store, grantId, now);
}

/** The same in the background, for whoever may write nothing. Never throws, and no caller waits for it. */
export function noteGrantUseLater(
  { db, log }: Pick<Context, "db" | "log">,
  grantId: string,
  now: number,
): void {
  if (!isToNote(db, grantId, now)) return;
  db.write((tx) => updateGrantUse(tx, grantId, now)).catch((error: unknown) =>
    log.warn({ err: error }, "the last use of a connection was not noted"),
  );
}
