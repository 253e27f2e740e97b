import { sql } from "kysely";
import type { Reader, Transaction } from "../context.ts";
import { prepared, preparedWrite } from "../database/prepared.ts";
import type { FamilyTable, RefreshTokenTable, Schema } from "../database/schema.ts";

export async function insertFamily(
  store: Reader,
  family: FamilyTable,
  grants: readonly Schema["familyGrants"][],
): Promise<void> {
  await store.insertInto("families").values(family).execute();
  await store.insertInto("familyGrants").values(grants).execute();
}

const familyById = prepared(
  (store, { id }: { id: string }) => store.selectFrom("families").selectAll().where("id", "=", id),
  { cached: true },
);

export async function selectFamily(store: Reader, id: string): Promise<FamilyTable | undefined> {
  return (await familyById(store, { id }))[0];
}

/** The families of these refresh tokens, replaced ones too. */
export async function selectFamiliesOfTokens(store: Reader, hashes: readonly string[]): Promise<string[]> {
  const rows = await store
    .selectFrom("refreshTokens")
    .select("familyId")
    .distinct()
    .where("hash", "in", hashes)
    .execute();
  return rows.map((row) => row.familyId);
}

/** Which of these families have not ended. */
export async function selectLiveFamilies(store: Reader, ids: readonly string[]): Promise<string[]> {
  const rows = await store
    .selectFrom("families")
    .select("id")
    .where("id", "in", ids)
    .where("endedAt", "is", null)
    .execute();
  return rows.map((row) => row.id);
}

/** Ends the matching families that have not ended; answers a row per family and grant, for the audit of each organization. */
export async function setFamiliesEnded(
  store: Reader,
  filter: { id: string } | { codeHash: string },
  reason: string,
  now: number,
): Promise<{ id: string; appId: string; grantId: string; organizationId: string }[]> {
  const [column, value] =
    "id" in filter ? (["id", filter.id] as const) : (["codeHash", filter.codeHash] as const);
  const ended = await store
    .updateTable("families")
    .set({ endedAt: now, endReason: reason })
    .where(column, "=", value)
    .where("endedAt", "is", null)
    .returning("id")
    .execute();
  if (ended.length === 0) return [];
  return store
    .selectFrom("families")
    .innerJoin("familyGrants", "familyGrants.familyId", "families.id")
    .innerJoin("grants", "grants.id", "familyGrants.grantId")
    .select(["families.id", "families.appId", "grants.id as grantId", "grants.organizationId"])
    .where(
      "families.id",
      "in",
      ended.map((row) => row.id),
    )
    .execute();
}

const addRefreshToken = preparedWrite((store, row: RefreshTokenTable) =>
  store.insertInto("refreshTokens").values({
    hash: row.hash,
    familyId: row.familyId,
    salt: row.salt,
    keyId: row.keyId,
    issuedAt: row.issuedAt,
    expiresAt: row.expiresAt,
    usedAt: row.usedAt,
    successorHash: row.successorHash,
  }),
);

export async function insertRefreshToken(tx: Transaction, row: RefreshTokenTable): Promise<void> {
  await addRefreshToken(tx, row);
}

export type RefreshRow = RefreshTokenTable & Pick<FamilyTable, "appId" | "userId" | "endedAt" | "resources">;

const refreshTokenByHash = prepared((store, { hash }: { hash: string }) =>
  store
    .selectFrom("refreshTokens")
    .innerJoin("families", "families.id", "refreshTokens.familyId")
    .selectAll("refreshTokens")
    .select(["families.appId", "families.userId", "families.endedAt", "families.resources"])
    .where("refreshTokens.hash", "=", hash),
);

export async function selectRefreshToken(store: Reader, hash: string): Promise<RefreshRow | undefined> {
  return (await refreshTokenByHash(store, { hash }))[0];
}

export type ChainRow = Pick<RefreshTokenTable, "familyId" | "salt" | "keyId" | "usedAt" | "successorHash"> &
  Pick<FamilyTable, "endedAt">;

const chainByHash = prepared((store, { hash, mostSteps }: { hash: string; mostSteps: number }) =>
  store
    .withRecursive("chain(hash, familyId, salt, keyId, usedAt, successorHash, steps)", (chain) =>
      chain
        .selectFrom("refreshTokens")
        .select(["hash", "familyId", "salt", "keyId", "usedAt", "successorHash"])
        .select(sql<number>`0`.as("steps"))
        .where("hash", "=", hash)
        .unionAll(
          chain
            .selectFrom("chain")
            .innerJoin("refreshTokens", "refreshTokens.hash", "chain.successorHash")
            .select([
              "refreshTokens.hash",
              "refreshTokens.familyId",
              "refreshTokens.salt",
              "refreshTokens.keyId",
              "refreshTokens.usedAt",
              "refreshTokens.successorHash",
            ])
            .select(sql<number>`"chain"."steps" + 1`.as("steps"))
            .where("chain.steps", "<", mostSteps),
        ),
    )
    .selectFrom("chain")
    .innerJoin("families", "families.id", "chain.familyId")
    .select(["chain.familyId", "chain.salt", "chain.keyId", "chain.usedAt", "chain.successorHash"])
    .select("families.endedAt")
    .orderBy("chain.steps"),
);

/** A refresh token and those that replaced it one after the other, at most `mostSteps` of them, all as of one moment. */
export async function selectChain(
  store: Reader,
  from: { hash: string; mostSteps: number },
): Promise<ChainRow[]> {
  return chainByHash(store, from);
}

const useRefreshToken = prepared(
  (store, { hash, successorHash, now }: { hash: string; successorHash: string; now: number }) =>
    store
      .updateTable("refreshTokens")
      .set({ usedAt: now, successorHash })
      .where("hash", "=", hash)
      .where("usedAt", "is", null)
      .returning("hash"),
);

/** The one statement that rotates: true for the single request that used the token first. */
export async function setRefreshTokenUsed(
  store: Reader,
  hash: string,
  successorHash: string,
  now: number,
): Promise<boolean> {
  return (await useRefreshToken(store, { hash, successorHash, now })).length === 1;
}

/** Deletes at most `budget` refresh tokens past their own expiry; answers how many. */
export async function deleteExpiredRefreshTokens(
  store: Reader,
  now: number,
  budget: number,
): Promise<number> {
  const { numDeletedRows } = await store
    .deleteFrom("refreshTokens")
    .where("hash", "in", (from) =>
      from.selectFrom("refreshTokens").select("hash").where("expiresAt", "<", now).limit(budget),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** An access or installation token may outlive its family's last refresh token by this much at the most. */
const LONGEST_TOKEN_MS = 24 * 60 * 60 * 1000;

/** Deletes at most `budget` families that no token of any kind hangs on any more; answers how many. */
export async function deleteSpentFamilies(store: Reader, now: number, budget: number): Promise<number> {
  const spent = await store
    .selectFrom("families")
    .select("id")
    .where("startedAt", "<", now - LONGEST_TOKEN_MS)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom("refreshTokens")
            .select("hash")
            .whereRef("refreshTokens.familyId", "=", "families.id"),
        ),
      ),
    )
    .limit(budget)
    .execute();
  if (spent.length === 0) return 0;
  const ids = spent.map((row) => row.id);
  await store.deleteFrom("familyGrants").where("familyId", "in", ids).execute();
  await store.deleteFrom("families").where("id", "in", ids).execute();
  return spent.length;
}
