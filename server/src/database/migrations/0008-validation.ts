import type { MigrationStep } from "../migrate.ts";

/** What becomes of a text that breaks the rules of messages. */
export const addValidationMode: MigrationStep = async (db) => {
  const usual = JSON.stringify({ api: "reject", import: "warn" });
  await db.schema
    .alterTable("projects")
    .addColumn("validationMode", "text", (c) => c.notNull().defaultTo(usual))
    .execute();
};
