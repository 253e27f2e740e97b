import type { Output } from "@parlance/contract/operations";
import type { Reader } from "../context.ts";
import type { AppSecretTable } from "../database/schema.ts";
import { iso } from "../platform/clock.ts";
import { toApp } from "./apps.ts";
import { type AppRow, countLiveGrants, selectRedirectUris } from "./store.ts";
import { selectLiveSecrets } from "./store-secrets.ts";

type AppView = Output<"apps.get">;

/** Apps as their owners see them, in the given order. Takes three look-ups for a whole page. */
export async function appViews(store: Reader, rows: readonly AppRow[]): Promise<AppView[]> {
  const ids = rows.map((row) => row.id);
  const uris = await selectRedirectUris(store, ids);
  const secrets = await selectLiveSecrets(store, ids);
  const counts = await countLiveGrants(store, ids);
  return rows.map((row) => {
    const own = uris.filter((entry) => entry.appId === row.id).map((entry) => entry.uri);
    const app = toApp(row, own);
    return {
      id: app.id,
      name: app.name,
      iconUrl: app.iconUrl,
      homepage: app.homepage,
      type: app.type,
      confidential: app.confidential,
      legacyWithoutPkce: app.legacyWithoutPkce,
      deviceFlow: app.deviceFlow,
      verified: app.verified,
      enabled: app.enabled,
      redirectUris: app.redirectUris,
      scopes: app.scopes,
      secrets: secrets.filter((secret) => secret.appId === row.id).map(secretView),
      connectionCount: counts.get(row.id) ?? 0,
      createdAt: iso(app.createdAt),
    };
  });
}

export function secretView(row: AppSecretTable): AppView["secrets"][number] {
  return {
    id: row.id,
    lastFour: row.lastFour,
    createdAt: iso(row.createdAt),
    lastUsedAt: row.lastUsedAt === null ? null : iso(row.lastUsedAt),
    leakedAt: row.leakedAt === null ? null : iso(row.leakedAt),
  };
}
