import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { expect, it } from "vitest";
import { expectedRevision } from "./if-match.ts";
import type { CallRequest } from "./perform.ts";

const expected = (name: OperationName, header?: string) =>
  expectedRevision(OPERATIONS[name], {
    headers: new Headers(header === undefined ? {} : { "If-Match": header }),
  } as CallRequest);

it.each([
  ['"3"', 3],
  ["3", 3],
  ['"0"', 0],
  [undefined, undefined],
])("If-Match: %s expects revision %s", (header, revision) => {
  expect(expected("values.set", header)).toBe(revision);
});

it.each(["*", 'W/"3"', '"3", "4"', '"3', "-1", "1.5", "", "9".repeat(10)])(
  "If-Match: %s is refused",
  (header) => {
    expect(() => expected("values.set", header)).toThrow(/If-Match/);
  },
);

it("is refused where a write cannot hold to it, and does not concern a read", () => {
  expect(() => expected("keys.create", '"1"')).toThrow(/If-Match/);
  expect(expected("values.list", '"1"')).toBeUndefined();
});
