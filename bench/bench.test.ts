import { describe, expect, test } from "vitest";
import { findRows } from "./support/rows.ts";

/** Takes seconds where nobody else works, and must not fail where somebody does. */
const PATIENCE_MS = 180_000;

/** That each row runs and measures something; how fast it is, only `npm run bench` on a quiet machine can say. */
describe("every row of the benchmark runs", { timeout: PATIENCE_MS }, async () => {
  for (const row of await findRows()) {
    test(row.name, async () => {
      const measured = await row.run({ quick: true, rounds: 1 });
      expect(measured.length).toBeGreaterThan(0);
      for (const { name, ours, peer, ratio, must } of measured) {
        expect(name).not.toBe("");
        expect(ours.length, name).toBeGreaterThan(0);
        expect(peer.length, name).toBe(ours.length);
        for (const value of [...ours, ...peer]) expect(value, name).toBeGreaterThan(0);
        expect(Number.isFinite(ratio.median), name).toBe(true);
        expect(must.atLeast ?? must.atMost, name).toBeGreaterThan(0);
      }
    });
  }
});
