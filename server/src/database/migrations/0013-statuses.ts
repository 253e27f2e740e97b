import type { MigrationStep } from "../migrate.ts";

/** From which status on a text is published, and the one of what people write. */
export const addStatuses: MigrationStep = async (db) => {
  for (const column of ["publishFrom", "peopleStatus"]) {
    await db.schema
      .alterTable("projects")
      .addColumn(column, "text", (c) => c.notNull().defaultTo("approved"))
      .execute();
  }
};
