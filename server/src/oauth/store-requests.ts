import type { Reader } from "../context.ts";
import type { AuthorizationRequestTable, CodeTable } from "../database/schema.ts";

export async function insertRequest(store: Reader, row: AuthorizationRequestTable): Promise<void> {
  await store.insertInto("authorizationRequests").values(row).execute();
}

export async function selectRequest(
  store: Reader,
  id: string,
): Promise<AuthorizationRequestTable | undefined> {
  return store.selectFrom("authorizationRequests").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Binds the request to the first user who comes; false when another one was first. */
export async function setRequestUser(store: Reader, id: string, userId: string): Promise<boolean> {
  const result = await store
    .updateTable("authorizationRequests")
    .set({ userId })
    .where("id", "=", id)
    .where((where) => where.or([where("userId", "is", null), where("userId", "=", userId)]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Restarts the life of a pending request, once. */
export async function extendRequest(
  store: Reader,
  id: string,
  expiresAt: number,
  now: number,
): Promise<void> {
  await store
    .updateTable("authorizationRequests")
    .set({ expiresAt, extendedAt: now })
    .where("id", "=", id)
    .where("extendedAt", "is", null)
    .where("decidedAt", "is", null)
    .where("expiresAt", ">", now)
    .execute();
}

/** The one statement that decides a request; false when it was decided before, or became somebody else's meanwhile. */
export async function setDecision(
  store: Reader,
  id: string,
  decision: "approved" | "denied",
  { userId, now, expiresAt }: { userId: string; now: number; expiresAt: number },
): Promise<boolean> {
  const result = await store
    .updateTable("authorizationRequests")
    .set({ decision, decidedAt: now, expiresAt })
    .where("id", "=", id)
    .where("userId", "=", userId)
    .where("decidedAt", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function insertApprovals(
  store: Reader,
  rows: readonly { requestId: string; grantId: string; scopes: string; position: number }[],
): Promise<void> {
  await store.insertInto("approvals").values(rows).execute();
}

export async function selectApprovals(
  store: Reader,
  requestId: string,
): Promise<{ grantId: string; scopes: string }[]> {
  return store
    .selectFrom("approvals")
    .select(["grantId", "scopes"])
    .where("requestId", "=", requestId)
    .orderBy("position")
    .execute();
}

export async function insertCode(store: Reader, row: CodeTable): Promise<void> {
  await store.insertInto("codes").values(row).execute();
}

export type CodeRow = CodeTable & Pick<AuthorizationRequestTable, "resources" | "identityScopes">;

export async function selectCode(store: Reader, hash: string): Promise<CodeRow | undefined> {
  return store
    .selectFrom("codes")
    .innerJoin("authorizationRequests", "authorizationRequests.id", "codes.requestId")
    .selectAll("codes")
    .select(["authorizationRequests.resources", "authorizationRequests.identityScopes"])
    .where("codes.hash", "=", hash)
    .executeTakeFirst();
}

export async function voidUnusedCodes(store: Reader, requestId: string, now: number): Promise<void> {
  await store
    .updateTable("codes")
    .set({ voidedAt: now })
    .where("requestId", "=", requestId)
    .where("redeemedAt", "is", null)
    .where("voidedAt", "is", null)
    .execute();
}

/** The one statement that redeems a code: true for the single exchange that was first. */
export async function setCodeRedeemed(
  store: Reader,
  hash: string,
  failuresAllowed: number,
  now: number,
): Promise<boolean> {
  const result = await store
    .updateTable("codes")
    .set({ redeemedAt: now })
    .where("hash", "=", hash)
    .where("redeemedAt", "is", null)
    .where("voidedAt", "is", null)
    .where("expiresAt", ">", now)
    .where("failures", "<", failuresAllowed)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** False when another code of the same approval was redeemed before. */
export async function setRequestRedeemed(store: Reader, id: string, now: number): Promise<boolean> {
  const result = await store
    .updateTable("authorizationRequests")
    .set({ redeemedAt: now })
    .where("id", "=", id)
    .where("redeemedAt", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Makes whoever decides about the codes of a request wait for each other; false when one of them was redeemed. */
export async function lockUnredeemed(store: Reader, id: string): Promise<boolean> {
  const result = await store
    .updateTable("authorizationRequests")
    .set({ redeemedAt: null })
    .where("id", "=", id)
    .where("redeemedAt", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function countCodeFailure(store: Reader, hash: string, appId: string): Promise<void> {
  await store
    .updateTable("codes")
    .set((update) => ({ failures: update("failures", "+", 1) }))
    .where("hash", "=", hash)
    .where("appId", "=", appId)
    .where("redeemedAt", "is", null)
    .execute();
}

/** Deletes at most `budget` requests that ended before `before`, with their approvals and codes; answers how many. */
export async function deleteOldRequests(store: Reader, before: number, budget: number): Promise<number> {
  const old = await store
    .selectFrom("authorizationRequests")
    .select("id")
    .where("expiresAt", "<", before)
    .limit(budget)
    .execute();
  if (old.length === 0) return 0;
  const ids = old.map((row) => row.id);
  await store.deleteFrom("codes").where("requestId", "in", ids).execute();
  await store.deleteFrom("approvals").where("requestId", "in", ids).execute();
  await store.deleteFrom("authorizationRequests").where("id", "in", ids).execute();
  return old.length;
}

/** Deletes at most `budget` requests that expired before `before` undecided, so without a code; answers how many. */
export async function deleteUndecidedRequests(
  store: Reader,
  before: number,
  budget: number,
): Promise<number> {
  const { numDeletedRows } = await store
    .deleteFrom("authorizationRequests")
    .where("id", "in", (from) =>
      from
        .selectFrom("authorizationRequests")
        .select("id")
        .where("expiresAt", "<", before)
        .where("decidedAt", "is", null)
        .limit(budget),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Deletes at most `budget` codes that expired before `before`; answers how many. */
export async function deleteOldCodes(store: Reader, before: number, budget: number): Promise<number> {
  const { numDeletedRows } = await store
    .deleteFrom("codes")
    .where("hash", "in", (from) =>
      from.selectFrom("codes").select("hash").where("expiresAt", "<", before).limit(budget),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
