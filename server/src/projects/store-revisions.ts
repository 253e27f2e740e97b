import { sql } from "kysely";
import type { Reader, Transaction } from "../context.ts";

/**
 * Raises the revision of languages, and how many keys have a value in each. The counts go as one JSON parameter, so that
 * the statement is the same whatever their number.
 */
export async function addToLanguages(
  store: Transaction,
  projectId: string,
  more: ReadonlyMap<string, number>,
): Promise<void> {
  const json = JSON.stringify(Object.fromEntries([...more].map(([code, count]) => [code, [count]])));
  await sql`
    update "languages" set "revision" = "revision" + 1,
      "translated" = "translated" + cast("more"."value" ->> 0 as integer)
    from json_each(${json}) as "more"
    where "projectId" = ${projectId} and "code" = "more"."key"`.execute(store);
}

/** Says which changeset gave languages the revisions that they have now. */
export async function insertLanguageWrites(
  store: Reader,
  projectId: string,
  codes: readonly string[],
  changesetId: string,
): Promise<void> {
  await store
    .insertInto("languageWrites")
    .columns(["projectId", "language", "revision", "changesetId"])
    .expression((eb) =>
      eb
        .selectFrom("languages")
        .select(["projectId", "code", "revision", sql<string>`${changesetId}`.as("changesetId")])
        .where("projectId", "=", projectId)
        .where("code", "in", codes),
    )
    .execute();
}
