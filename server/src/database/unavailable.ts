import { isBusy } from "./sqlite/dialect.ts";

/**
 * Codes with which Postgres or the pool says that the database is not there right now, or did not get to it in time: classes
 * 08 and 53, given up (57014), going away, too many conflicts (class 40), locks and idle transactions that took too long.
 */
const CODES =
  /^(08|53|57P0|40|57014$|55P03$|25P0[34]$)|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND|AI_AGAIN)$/;
/** What the driver says when it does not give a code. */
const SENTENCES =
  /timeout exceeded when trying to connect|Connection terminated|is not queryable|Query read timeout|timeout expired/;

/** Whether an error says that the database could not be reached or could not answer in time, so that trying again may help. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    CODES.test(String((error as { code?: unknown }).code ?? "")) ||
    SENTENCES.test(error.message) ||
    isBusy(error)
  );
}
