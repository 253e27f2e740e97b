import { sql } from "kysely";

/** The condition of a partial index over rows whose instant never came: not deleted, not revoked. */
export function never(column: string) {
  return sql<boolean>`${sql.ref(column)} is null`;
}
