import { takeGeneral } from "../access/rate-limit.ts";
import { Refusal } from "../access/refusal.ts";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import type { McpRequest } from "./mcp-request.ts";

/** What these ask for is a call, and counted as one. */
const CALLS: ReadonlySet<unknown> = new Set(["tools/call", "resources/list", "resources/read"]);
/** A batch of more is refused by the library as a whole. */
const MOST_MESSAGES = 100;

/**
 * Counts the messages that call nothing in the caller's window, each as a call: a list of tools is made by us too, and a
 * batch holds a hundred. Throws `Refusal`.
 */
export async function countMessages(ctx: Context, of: McpRequest, body: unknown): Promise<void> {
  const messages = Array.isArray(body) && body.length <= MOST_MESSAGES ? body : [body];
  for (const message of messages) if (!CALLS.has(message?.method)) await countOne(ctx, of);
}

/** Counts the request itself where none of its messages was: one that the library refused. Throws `Refusal`. */
export async function countIfNothingWas(ctx: Context, of: McpRequest): Promise<void> {
  const isCounted = of.rates.length > 0 || of.refusals.some(({ rate }) => rate !== undefined);
  if (!isCounted) await countOne(ctx, of);
}

async function countOne(ctx: Context, { caller, address, rates }: McpRequest): Promise<void> {
  const rate = await takeGeneral(ctx, { caller, address, now: ctx.clock.now() });
  rates.push(rate);
  if (rate.allowed) return;
  const error = new ApiError("rate_limited", undefined, { retryAfterSeconds: rate.resetSeconds });
  throw new Refusal(error, { rate, caller });
}
