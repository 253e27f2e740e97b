import type { Database } from "../database/open.ts";
import { perOwner } from "../platform/per-owner.ts";

const stops = perOwner(() => new AbortController());

/** Aborted once the process was told to stop: a call that only waits for something answers with what it has. */
export function stopping(db: Database): AbortSignal {
  return stops(db).signal;
}

export function beginToStop(db: Database): void {
  stops(db).abort();
}
