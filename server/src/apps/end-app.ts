import type { Reader, Transaction } from "../context.ts";
import { type RevokedBy, revokeGrants } from "../installations/revoke.ts";
import { deleteExpiredApps, lockApp, selectAppIdsOfOrganization, updateApp } from "./store.ts";
import { deleteIcon } from "./store-icons.ts";
import { deleteRegistrationsOfApp } from "./store-registrations.ts";
import { deleteSecretsOfApp } from "./store-secrets.ts";

/** Stops an app and revokes all its grants for good, in the given transaction. Answers how many grants it revoked. */
export async function disableApp(
  tx: Transaction,
  appId: string,
  by: RevokedBy,
  now: number,
): Promise<number> {
  await lockApp(tx, appId);
  await updateApp(tx, appId, { disabledAt: now });
  return await revokeGrants(tx, { appId }, by, "app_disabled", now);
}

/** Lets a disabled app start anew: its users have to connect again. */
export async function enableApp(tx: Transaction, appId: string, by: RevokedBy, now: number): Promise<void> {
  await lockApp(tx, appId);
  // A grant approved in the moment of disabling may have outlived it unseen; it must not come to life now.
  await revokeGrants(tx, { appId }, by, "app_disabled", now);
  await updateApp(tx, appId, { disabledAt: null });
}

/** Deletes an app with its secrets and icon and revokes all its grants for good. The row stays for the audit. */
export async function deleteApp(tx: Transaction, appId: string, by: RevokedBy, now: number): Promise<number> {
  await lockApp(tx, appId);
  await updateApp(tx, appId, { deletedAt: now });
  await deleteSecretsOfApp(tx, appId, now);
  await deleteRegistrationsOfApp(tx, appId);
  await deleteIcon(tx, appId);
  return await revokeGrants(tx, { appId }, by, "app_deleted", now);
}

/** Deletes all apps of an organization, in the transaction that deletes it. */
export async function deleteAppsOfOrganization(
  tx: Transaction,
  organizationId: string,
  by: RevokedBy,
  now: number,
): Promise<void> {
  for (const appId of await selectAppIdsOfOrganization(tx, organizationId)) {
    await deleteApp(tx, appId, by, now);
  }
}

/** Deletes at most `budget` apps that nobody here registered, and nobody approved in time. Answers how many. */
export async function sweepExpiredApps(store: Reader, now: number, budget: number): Promise<number> {
  return await deleteExpiredApps(store, now, budget);
}
