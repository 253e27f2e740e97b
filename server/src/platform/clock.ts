import { readFileSync } from "node:fs";

const SECOND = 1000;

/** The only source of the current time, in epoch milliseconds. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock whose offset in milliseconds stands in a file, so that a test can move a running server's time. */
export function fileClock(path: string): Clock {
  return {
    now() {
      return Date.now() + (Number(readFileSync(path, "utf8")) || 0);
    },
  };
}

/** Adds a life in seconds to an instant in epoch milliseconds. */
export function after(instant: number, lifeSeconds: number): number {
  return instant + lifeSeconds * SECOND;
}

/** Epoch milliseconds as ISO 8601 in UTC, as it goes over the wire. */
export function iso(instant: number): string {
  return new Date(instant).toISOString();
}
