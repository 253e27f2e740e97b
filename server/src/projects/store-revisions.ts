import { sql } from "kysely";
import type { Reader } from "../context.ts";

/** Says which changeset gave a language the revision that it has now. */
export async function insertLanguageWrite(
  store: Reader,
  projectId: string,
  code: string,
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
        .where("code", "=", code),
    )
    .execute();
}
