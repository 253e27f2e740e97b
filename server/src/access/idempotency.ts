import type { Operation } from "@parlance/contract/operation";
import type { OperationName } from "@parlance/contract/operations";
import type { Caller, Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { hashOf } from "../platform/crypto.ts";
import type { CallAnswer, CallRequest } from "./perform.ts";
import { insertAnswer, selectAnswer } from "./store.ts";

const REMEMBERED_SECONDS = 24 * 60 * 60;

/**
 * The request's `Idempotency-Key`, when the operation takes one: POSTs that create, except where the answer carries a
 * credential, because such answers are never stored (spec/oauth §5).
 */
export function checkIdempotencyKey(operation: Operation, request: CallRequest): string | null {
  const key = request.headers.get("idempotency-key");
  if (key === null) return null;
  // Strangers have no name to keep a key under: they would meet each other's.
  if (operation.method !== "POST" || operation.access.by === "anyone") return null;
  if (operation.answersCredential) {
    throw new ApiError(
      "invalid_request",
      "Idempotency-Key is not taken here: the answer carries a credential.",
    );
  }
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new ApiError("invalid_request", "Idempotency-Key must be 1 to 200 visible ASCII characters.");
  }
  return key;
}

/** The answer given before; `conflict` when the key came with another request. */
export async function recall(
  store: Reader,
  caller: Caller,
  key: string,
  operation: OperationName,
  input: unknown,
  now: number,
): Promise<CallAnswer | null> {
  const row = await selectAnswer(store, callerKey(caller), key);
  if (!row || row.expiresAt <= now) return null;
  if (row.operation !== operation || row.bodyHash !== hashOf(JSON.stringify(input))) {
    throw new ApiError("conflict", "This Idempotency-Key was used for another request.");
  }
  return {
    status: row.status,
    body: row.status === 204 ? undefined : JSON.parse(row.body),
    headers: { "Idempotent-Replayed": "true" },
  };
}

export async function remember(
  store: Reader,
  caller: Caller,
  key: string,
  operation: OperationName,
  input: unknown,
  answer: CallAnswer,
  now: number,
): Promise<void> {
  await insertAnswer(store, {
    caller: callerKey(caller),
    key,
    operation,
    bodyHash: hashOf(JSON.stringify(input)),
    status: answer.status,
    body: JSON.stringify(answer.body ?? null),
    createdAt: now,
    expiresAt: after(now, REMEMBERED_SECONDS),
  });
}

/** A retry may come with a newly minted token, so the key belongs to the grant or person. */
function callerKey(caller: Caller): string {
  switch (caller.kind) {
    case "installation":
      return caller.grantId;
    case "access":
      return caller.familyId;
    case "session":
      return caller.userId;
    case "anyone":
      return "anyone";
  }
}
