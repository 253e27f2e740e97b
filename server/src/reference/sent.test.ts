import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { expect, test } from "vitest";
import { checkOptions, type Options } from "../access/options.ts";
import { ApiError } from "../platform/api-error.ts";
import { readRequest } from "../rest/read-request.ts";
import { Schemas } from "./schemas.ts";
import { sentOf } from "./sent.ts";

/** What the door makes of words about a call; null when it refuses them. */
async function taken(
  operation: Operation,
  { headers = {}, query = {} }: { headers?: Record<string, string>; query?: Record<string, string> },
): Promise<Options | null> {
  const { method, bytes } = operation.rest;
  const type = { "content-type": bytes?.[0] ?? "application/json" };
  const hasBody = method !== "GET" && method !== "DELETE";
  const incoming = new Request("http://localhost/", {
    method,
    headers: { ...type, ...headers },
    ...(hasBody && { body: "{}" }),
  });
  const { options } = await readRequest(operation, { incoming, params: {}, query });
  try {
    return checkOptions(operation, options);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

test.each(Object.entries(OPERATIONS) as [OperationName, Operation][])(
  "%s is offered the words about a call that the door takes of it",
  async (_, operation) => {
    const { parameters } = sentOf(operation, new Schemas().sent(operation.input));
    const offers = (name: string) => parameters.some((one) => one.name === name);
    const dry = await taken(operation, { query: { dry_run: "true" } });
    expect(offers("dry_run")).toBe(dry?.dryRun === true);
    const once = await taken(operation, { headers: { "idempotency-key": "k" } });
    expect(offers("Idempotency-Key")).toBe(once?.idempotencyKey === "k");
    const matching = await taken(operation, { headers: { "if-match": '"3"' } });
    expect(offers("If-Match")).toBe(matching?.expectedRevision === 3);
  },
);
