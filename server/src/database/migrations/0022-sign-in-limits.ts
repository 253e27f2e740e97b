import type { MigrationStep } from "../migrate.ts";

/** Sign-in has windows of its own since, in memory and in `rateLimits` (decision 18). */
export const dropLibraryLimits: MigrationStep = (db) => db.schema.dropTable("authRateLimits").execute();
