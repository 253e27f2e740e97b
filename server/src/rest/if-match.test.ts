import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { expect, it } from "vitest";
import { checkOptions } from "../access/options.ts";
import { readRequest } from "./read-request.ts";

const expected = async (name: OperationName, header?: string) => {
  const headers = { "content-type": "application/json", ...(header !== undefined && { "If-Match": header }) };
  const isRead = OPERATIONS[name].rest.method === "GET";
  const init = isRead ? { headers } : { method: "POST", headers, body: "{}" };
  const request = new Request("http://localhost/", init);
  const { options } = await readRequest(OPERATIONS[name], { incoming: request, params: {}, query: {} });
  return checkOptions(OPERATIONS[name], options).expectedRevision;
};

it.each([
  ['"3"', 3],
  ["3", 3],
  ['"0"', 0],
  [undefined, undefined],
])("If-Match: %s expects revision %s", async (header, revision) => {
  expect(await expected("values.set", header)).toBe(revision);
});

it.each(["*", 'W/"3"', '"3", "4"', '"3', "-1", "1.5", "", "9".repeat(10)])(
  "If-Match: %s is refused",
  async (header) => {
    await expect(expected("values.set", header)).rejects.toThrow(/If-Match/);
  },
);

it("is refused where a write cannot hold to it, and does not concern a read", async () => {
  await expect(expected("keys.create", '"1"')).rejects.toThrow(/If-Match/);
  expect(await expected("values.list", '"1"')).toBeUndefined();
});
