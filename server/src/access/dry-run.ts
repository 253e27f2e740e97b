import type { Operation } from "@parlance/contract/operation";
import type { Database, Transaction } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import type { CallAnswer, CallRequest } from "./perform.ts";

/** What a dry run answers leaves its transaction as an error, so that everything it wrote is rolled back. */
class RolledBack extends Error {
  readonly answer: CallAnswer;

  constructor(answer: CallAnswer) {
    super("rolled back");
    this.answer = answer;
  }
}

/**
 * Whether `?dry_run=true` asks for the answer without the deed (spec/translations, "Writing"). Refused where the deed
 * cannot be taken back or would show a credential that does not exist.
 */
export function wantsDryRun(operation: Operation, { query }: CallRequest): boolean {
  const wanted = query.dry_run;
  if (wanted === undefined || operation.effect === "read") return false;
  if (wanted !== "true" && wanted !== "false") {
    throw new ApiError("invalid_request", "The parameter dry_run must be true or false.");
  }
  if (wanted === "true" && (operation.answersCredential || operation.ownTransactions)) {
    throw new ApiError("invalid_request", "This operation has no dry run.");
  }
  return wanted === "true";
}

/** Runs the work in a transaction that is always rolled back, and answers what it would have answered. */
export async function runDry(
  db: Database,
  work: (tx: Transaction) => Promise<CallAnswer>,
): Promise<CallAnswer> {
  try {
    return await db.write(async (tx) => {
      throw new RolledBack(await work(tx));
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    return { ...error.answer, headers: { ...error.answer.headers, "Dry-Run": "true" } };
  }
}
