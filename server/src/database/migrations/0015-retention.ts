import type { MigrationStep } from "../migrate.ts";

/** What sweeps look for by age, so that they do not walk all that is kept. */
export const indexRetention: MigrationStep = async (db) => {
  await db.schema.createIndex("auditByAction").on("auditEntries").columns(["action", "at"]).execute();
  await db.schema.createIndex("sessionsByExpiry").on("sessions").column("expiresAt").execute();
  await db.schema.createIndex("verificationsByExpiry").on("verifications").column("expiresAt").execute();
  await db.schema.createIndex("invitationsByExpiry").on("invitations").column("expiresAt").execute();
  // An app that goes takes its requests with it, and looks for them here.
  await db.schema
    .createIndex("authorizationRequestsByApp")
    .on("authorizationRequests")
    .column("appId")
    .execute();
};
