import type { Reader } from "../context.ts";
import { type RevokedBy, revokeGrants } from "../installations/revoke.ts";
import { deleteExpiredApps, lockApp, selectAppIdsOfOrganization, updateApp } from "./store.ts";
import { deleteIcon } from "./store-icons.ts";
import { deleteSecretsOfApp } from "./store-secrets.ts";

/** Stops an app and revokes all its grants for good, in the given transaction. Answers how many grants it revoked. */
export async function disableApp(store: Reader, appId: string, by: RevokedBy, now: number): Promise<number> {
  await lockApp(store, appId);
  await updateApp(store, appId, { disabledAt: now });
  return await revokeGrants(store, { appId }, by, "app_disabled", now);
}

/** Lets a disabled app start anew: its users have to connect again. */
export async function enableApp(store: Reader, appId: string, by: RevokedBy, now: number): Promise<void> {
  await lockApp(store, appId);
  // A grant approved in the moment of disabling may have outlived it unseen; it must not come to life now.
  await revokeGrants(store, { appId }, by, "app_disabled", now);
  await updateApp(store, appId, { disabledAt: null });
}

/** Deletes an app with its secrets and icon and revokes all its grants for good. The row stays for the audit. */
export async function deleteApp(store: Reader, appId: string, by: RevokedBy, now: number): Promise<number> {
  await lockApp(store, appId);
  await updateApp(store, appId, { deletedAt: now });
  await deleteSecretsOfApp(store, appId, now);
  await deleteIcon(store, appId);
  return await revokeGrants(store, { appId }, by, "app_deleted", now);
}

/** Deletes all apps of an organization, in the transaction that deletes it. */
export async function deleteAppsOfOrganization(
  store: Reader,
  organizationId: string,
  by: RevokedBy,
  now: number,
): Promise<void> {
  for (const appId of await selectAppIdsOfOrganization(store, organizationId)) {
    await deleteApp(store, appId, by, now);
  }
}

/** Deletes at most `budget` self-registered apps that nobody approved in time. Answers how many. */
export async function sweepExpiredApps(store: Reader, now: number, budget: number): Promise<number> {
  return await deleteExpiredApps(store, now, budget);
}
