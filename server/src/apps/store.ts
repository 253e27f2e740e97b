import { sql } from "kysely";
import type { Reader } from "../context.ts";
import { prepared } from "../database/prepared.ts";
import type { AppTable } from "../database/schema.ts";
import { originOf } from "./redirect-uri.ts";

export type AppRow = AppTable & { publisher: string | null; iconHash: string | null };

const appById = prepared(
  (store, { id }: { id: string }) =>
    store
      .selectFrom("apps")
      .leftJoin("organizations", "organizations.id", "apps.organizationId")
      .leftJoin("appIcons", "appIcons.appId", "apps.id")
      .selectAll("apps")
      .select(["organizations.name as publisher", "appIcons.hash as iconHash"])
      .where("apps.id", "=", id)
      .where("apps.deletedAt", "is", null)
      .where("organizations.deletedAt", "is", null),
  { cached: true },
);

/** An app by primary key; undefined for one that has expired, or whose organization was deleted. */
export async function selectApp(store: Reader, id: string, now: number): Promise<AppRow | undefined> {
  const [row] = await appById(store, { id });
  return row && (row.expiresAt ?? Number.POSITIVE_INFINITY) > now ? row : undefined;
}

const redirectUrisOfApp = prepared(
  (store, { appId }: { appId: string }) =>
    store.selectFrom("appRedirectUris").select(["appId", "uri"]).where("appId", "=", appId).orderBy("uri"),
  { cached: true },
);

export async function selectRedirectUris(
  store: Reader,
  appIds: readonly string[],
): Promise<{ appId: string; uri: string }[]> {
  const [appId] = appIds;
  if (appId === undefined) return [];
  if (appIds.length === 1) return redirectUrisOfApp(store, { appId });
  return await store
    .selectFrom("appRedirectUris")
    .select(["appId", "uri"])
    .where("appId", "in", appIds)
    .orderBy("uri")
    .execute();
}

export async function insertApp(store: Reader, row: AppTable): Promise<void> {
  await store.insertInto("apps").values(row).execute();
}

export async function replaceRedirectUris(store: Reader, appId: string, uris: string[]): Promise<void> {
  await store.deleteFrom("appRedirectUris").where("appId", "=", appId).execute();
  const rows = [...new Set(uris)].map((uri) => ({ appId, uri, origin: originOf(uri) }));
  if (rows.length > 0) await store.insertInto("appRedirectUris").values(rows).execute();
}

export async function updateApp(store: Reader, id: string, change: Partial<AppTable>): Promise<boolean> {
  const { numUpdatedRows } = await store
    .updateTable("apps")
    .set(change)
    .where("id", "=", id)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Clears "verified" of all apps of an organization. */
export async function clearVerified(store: Reader, organizationId: string): Promise<void> {
  await store
    .updateTable("apps")
    .set({ verifiedAt: null })
    .where("organizationId", "=", organizationId)
    .where("verifiedAt", "is not", null)
    .execute();
}

/** Makes transactions about one app wait for each other: its row is written, so both engines hold a lock on it. */
export async function lockApp(store: Reader, id: string): Promise<void> {
  await store
    .updateTable("apps")
    .set((eb) => ({ createdAt: eb.ref("createdAt") }))
    .where("id", "=", id)
    .execute();
}

export async function selectAppIdsOfOrganization(store: Reader, organizationId: string): Promise<string[]> {
  const rows = await store
    .selectFrom("apps")
    .select("id")
    .where("organizationId", "=", organizationId)
    .where("deletedAt", "is", null)
    .execute();
  return rows.map((row) => row.id);
}

export async function selectAppOwner(store: Reader, appId: string): Promise<string | null> {
  const row = await store
    .selectFrom("apps")
    .select("organizationId")
    .where("id", "=", appId)
    .executeTakeFirst();
  return row?.organizationId ?? null;
}

/** The apps of an organization, newest first, after the given creation time and id. */
export async function selectAppsOfOrganization(
  store: Reader,
  organizationId: string,
  after: readonly (string | number)[] | undefined,
  limit: number,
): Promise<AppRow[]> {
  let query = store
    .selectFrom("apps")
    .leftJoin("organizations", "organizations.id", "apps.organizationId")
    .leftJoin("appIcons", "appIcons.appId", "apps.id")
    .selectAll("apps")
    .select(["organizations.name as publisher", "appIcons.hash as iconHash"])
    .where("apps.organizationId", "=", organizationId)
    .where("apps.deletedAt", "is", null);
  if (after) {
    query = query.where(sql<boolean>`("apps"."createdAt", "apps"."id") < (${after[0]}, ${after[1]})`);
  }
  return await query.orderBy("apps.createdAt", "desc").orderBy("apps.id", "desc").limit(limit).execute();
}

/** Live grants per app; an app without any is missing. */
export async function countLiveGrants(store: Reader, appIds: string[]): Promise<Map<string, number>> {
  if (appIds.length === 0) return new Map();
  const rows = await store
    .selectFrom("grants")
    .select((eb) => ["appId", eb.fn.countAll<number>().as("count")])
    .where("appId", "in", appIds)
    .where("revokedAt", "is", null)
    .groupBy("appId")
    .execute();
  return new Map(rows.map((row) => [row.appId, Number(row.count)]));
}

/** Whether an enabled public app has a redirect URI at this web origin. */
export async function selectPublicOrigin(store: Reader, origin: string, now: number): Promise<boolean> {
  const row = await store
    .selectFrom("appRedirectUris")
    .innerJoin("apps", "apps.id", "appRedirectUris.appId")
    .select("apps.id")
    .where("appRedirectUris.origin", "=", origin)
    .where("apps.authentication", "=", "none")
    .where("apps.disabledAt", "is", null)
    .where("apps.deletedAt", "is", null)
    .where((eb) => eb.or([eb("apps.expiresAt", "is", null), eb("apps.expiresAt", ">", now)]))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Deletes at most `budget` apps whose expiry came, and of which no connection lives; answers how many. */
export async function deleteExpiredApps(store: Reader, now: number, budget: number): Promise<number> {
  const { numDeletedRows } = await store
    .deleteFrom("apps")
    .where("id", "in", (from) =>
      from
        .selectFrom("apps")
        .select("apps.id")
        .where("apps.expiresAt", "<=", now)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("grants")
                .select("grants.id")
                .whereRef("grants.appId", "=", "apps.id")
                .where("grants.revokedAt", "is", null),
            ),
          ),
        )
        .orderBy("apps.expiresAt")
        .limit(budget),
    )
    // Again here: an approval may have kept it since it was picked.
    .where("expiresAt", "<=", now)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
