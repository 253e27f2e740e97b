/** Codes with which Postgres or the pool says that the database is not there right now. */
const CODES = /^(08|53|57P0)|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT)$/;
/** What the driver says when it does not give a code. */
const SENTENCES = /timeout exceeded when trying to connect|Connection terminated|is not queryable/;

/** Whether an error says that the database could not be reached, so that trying again may help. */
export function isUnavailable(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  return CODES.test(code) || SENTENCES.test(error instanceof Error ? error.message : "");
}
