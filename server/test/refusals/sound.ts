import { ERRORS, type ErrorCode } from "@parlance/contract/errors";
import { expect } from "vitest";
import { taken } from "../../src/platform/rate-limit.ts";
import type { TestDatabase } from "../support/databases.ts";
import { type Scene, startScene } from "./scene.ts";

/** Runs end by number or by time (ms), so that a slow machine tries less instead of failing. */
export const RUNS = {
  operation: { numRuns: 40, interruptAfterTimeLimit: 3000 },
  endpoint: { numRuns: 60, interruptAfterTimeLimit: 6000 },
  /** Each may hash a password. */
  account: { numRuns: 15, interruptAfterTimeLimit: 15_000 },
};

/** A scene in which nothing is refused for coming too often: rates are the subject of other tests. */
export async function startUnlimited(open: () => Promise<TestDatabase>): Promise<Scene> {
  const scene = await startScene({ open });
  const take = async (_: string, limit: Parameters<typeof taken>[0], now: number) => taken(limit, 0, now);
  Object.assign(scene.server.ctx, { limiter: { take } });
  return scene;
}

/** Whatever was sent: no 5xx, an error of the table when it is JSON, and nothing of the server's inside. */
export async function expectSound(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  const text = await response.text();
  expect(response.status, text).toBeLessThan(500);
  expect(response.headers.has("x-injected"), text).toBe(false);
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  if (response.status < 400 || !isJson) return;
  const { error, error_description, code } = JSON.parse(text) as Record<string, string | undefined>;
  // The sign-in library's own refusals keep its form.
  if (error === undefined) {
    expect(code).toBeTypeOf("string");
    return;
  }
  expect(ERRORS[error as ErrorCode]?.status).toBe(response.status);
  expect(error_description).not.toMatch(/\bat \S+:\d+|node_modules|sqlite|postgres|select .* from/i);
}

/** Nothing was answered well by luck: an error that was caught would stand in the log since then. */
export function expectNoSurprise({ server }: Scene, since: number): void {
  const surprises = server
    .log()
    .slice(since)
    .split("\n")
    .filter((line) => line.includes('"level":50') && line.includes('"err":'));
  expect(surprises.slice(0, 3)).toEqual([]);
}
