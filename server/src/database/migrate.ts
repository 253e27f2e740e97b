import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { createAccounts } from "./migrations/0001-accounts.ts";
import { createOrganizations } from "./migrations/0002-organizations.ts";
import { createOauth } from "./migrations/0003-oauth.ts";
import { createTranslations } from "./migrations/0004-translations.ts";
import { createPlatform } from "./migrations/0005-platform.ts";
import { extendKeys } from "./migrations/0006-keys.ts";
import { indexChanges } from "./migrations/0007-changes.ts";
import { addValidationMode } from "./migrations/0008-validation.ts";
import { addPublishPlans } from "./migrations/0009-publish-plans.ts";
import { createSearch } from "./migrations/0010-search.ts";
import { addRevisions } from "./migrations/0011-revisions.ts";
import { createImports } from "./migrations/0012-imports.ts";
import { addStatuses } from "./migrations/0013-statuses.ts";
import { unifyActors } from "./migrations/0014-actors.ts";
import { indexRetention } from "./migrations/0015-retention.ts";
import { rememberPublishedSlugs } from "./migrations/0016-published-slugs.ts";
import { addAuditOrigin } from "./migrations/0017-audit-origin.ts";
import { unlogLimits } from "./migrations/0018-unlogged-limits.ts";
import { endWithPasswords } from "./migrations/0019-passwords.ts";
import { createApiKeys } from "./migrations/0020-api-keys.ts";
import { addClientDocuments } from "./migrations/0021-clients.ts";
import { dropLibraryLimits } from "./migrations/0022-sign-in-limits.ts";
import { indexTextsLater } from "./migrations/0023-search-later.ts";
import { addDevices } from "./migrations/0024-devices.ts";
import type { Schema } from "./schema.ts";

export type Engine = "sqlite" | "postgres";
/** Forward only: a released migration is never edited, a change is a new one. */
export type MigrationStep = (db: Kysely<Schema>, engine: Engine) => Promise<void>;

const STEPS: Record<string, MigrationStep> = {
  "0001-accounts": createAccounts,
  "0002-organizations": createOrganizations,
  "0003-oauth": createOauth,
  "0004-translations": createTranslations,
  "0005-platform": createPlatform,
  "0006-keys": extendKeys,
  "0007-changes": indexChanges,
  "0008-validation": addValidationMode,
  "0009-publish-plans": addPublishPlans,
  "0010-search": createSearch,
  "0011-revisions": addRevisions,
  "0012-imports": createImports,
  "0013-statuses": addStatuses,
  "0014-actors": unifyActors,
  "0015-retention": indexRetention,
  "0016-published-slugs": rememberPublishedSlugs,
  "0017-audit-origin": addAuditOrigin,
  "0018-unlogged-limits": unlogLimits,
  "0019-passwords": endWithPasswords,
  "0020-api-keys": createApiKeys,
  "0021-clients": addClientDocuments,
  "0022-sign-in-limits": dropLibraryLimits,
  "0023-search-later": indexTextsLater,
  "0024-devices": addDevices,
};

/** Brings the database to the newest schema. Two nodes may start at once: one transaction, under a lock. */
export async function migrate(db: Kysely<Schema>, engine: Engine): Promise<void> {
  const migrations: Record<string, Migration> = {};
  for (const [name, step] of Object.entries(STEPS))
    migrations[name] = { up: (on) => step(on as Kysely<Schema>, engine) };
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
