import type { MigrationStep } from "../migrate.ts";

/** Which request an entry of the audit belongs to, and, where a setting says so, from where it came. */
export const addAuditOrigin: MigrationStep = async (db) => {
  for (const column of ["requestId", "address"]) {
    await db.schema.alterTable("auditEntries").addColumn(column, "text").execute();
  }
};
