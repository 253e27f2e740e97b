import type { Reader } from "../context.ts";
import type { AppTable } from "../database/schema.ts";

export interface UnownedApp
  extends Pick<AppTable, "id" | "name" | "origin" | "createdAt" | "expiresAt" | "disabledAt"> {
  /** Chains of refresh tokens that still open something. */
  liveFamilies: number;
  liveGrants: number;
}

/** Apps that nobody here registered, oldest first. */
export async function selectUnownedApps(
  store: Reader,
  { now, limit, unapproved }: { now: number; limit: number; unapproved: boolean },
): Promise<UnownedApp[]> {
  let query = store
    .selectFrom("apps")
    .select(["apps.id", "apps.name", "apps.origin", "apps.createdAt", "apps.expiresAt", "apps.disabledAt"])
    .select((eb) => [
      eb
        .selectFrom("grants")
        .select(eb.fn.countAll<number>().as("count"))
        .whereRef("grants.appId", "=", "apps.id")
        .where("grants.revokedAt", "is", null)
        .as("liveGrants"),
      // By grant: families have no index by app, and each begins with one.
      eb
        .selectFrom("grants")
        .innerJoin("familyGrants", "familyGrants.grantId", "grants.id")
        .innerJoin("families", "families.id", "familyGrants.familyId")
        .select((joined) => joined.fn.count<number>("families.id").distinct().as("count"))
        .whereRef("grants.appId", "=", "apps.id")
        .where("grants.revokedAt", "is", null)
        .where("families.endedAt", "is", null)
        .where((where) =>
          where.exists(
            where
              .selectFrom("refreshTokens")
              .select("refreshTokens.hash")
              .whereRef("refreshTokens.familyId", "=", "families.id")
              .where("refreshTokens.expiresAt", ">", now),
          ),
        )
        .as("liveFamilies"),
    ])
    .where("apps.origin", "in", ["registered", "document"])
    .where("apps.deletedAt", "is", null);
  if (unapproved) query = query.where("apps.expiresAt", "is not", null);
  const rows = await query.orderBy("apps.createdAt").orderBy("apps.id").limit(limit).execute();
  return rows.map((row) => ({
    ...row,
    liveGrants: Number(row.liveGrants),
    liveFamilies: Number(row.liveFamilies),
  }));
}
