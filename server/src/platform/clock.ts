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

/** The instant in epoch milliseconds that is a life in seconds after another one. */
export function after(instant: number, lifeSeconds: number): number {
  return instant + lifeSeconds * SECOND;
}

/** An instant in epoch milliseconds as ISO 8601 in UTC, the form on the wire. */
export function iso(instant: number): string {
  return new Date(instant).toISOString();
}
