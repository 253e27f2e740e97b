import { expect, test } from "vitest";
import { takeBackWhole } from "./take-back-whole.ts";

test("a changeset that is answered in parts is taken back to its end, and all parts are counted", async () => {
  const requests: unknown[] = [];
  const parts = [
    { reverted: 3, skippedCount: 1, nextCursor: "second" },
    { reverted: 0, skippedCount: 2, nextCursor: "third" },
    { reverted: 4, skippedCount: 0, nextCursor: null },
  ];
  const input = { projectId: "p", changesetId: "c", message: "why" };
  const done = await takeBackWhole(async (sent) => {
    requests.push(sent);
    return parts[requests.length - 1] as (typeof parts)[number];
  }, input);
  expect(done).toEqual({ reverted: 7, skippedCount: 3 });
  expect(requests).toEqual([input, { ...input, cursor: "second" }, { ...input, cursor: "third" }]);
});
