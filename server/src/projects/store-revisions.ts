import { sql } from "kysely";
import type { Transaction } from "../context.ts";
import { send } from "../database/direct.ts";

/** Raises the revision of languages, and how many keys have a value in each, in one statement. */
export async function addToLanguages(
  store: Transaction,
  projectId: string,
  more: ReadonlyMap<string, number>,
): Promise<void> {
  const cases = [...more].map(([code, count]) => sql`when ${code} then cast(${count} as integer)`);
  await sql`
    update "languages" set "revision" = "revision" + 1,
      "translated" = "translated" + case "code" ${sql.join(cases, sql` `)} end
    where "projectId" = ${projectId} and "code" in (${sql.join([...more.keys()])})`.execute(store);
}

/** Records which changeset gave languages their current revisions. */
export async function insertLanguageWrites(
  store: Transaction,
  projectId: string,
  codes: readonly string[],
  changesetId: string,
): Promise<void> {
  await send(
    store,
    store
      .insertInto("languageWrites")
      .columns(["projectId", "language", "revision", "changesetId"])
      .expression((eb) =>
        eb
          .selectFrom("languages")
          .select(["projectId", "code", "revision", sql<string>`${changesetId}`.as("changesetId")])
          .where("projectId", "=", projectId)
          .where("code", "in", codes),
      )
      .compile(),
  );
}
