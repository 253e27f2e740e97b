import type { Reader } from "../context.ts";
import type { AuthorizationRequestTable, DeviceCodeTable } from "../database/schema.ts";

/** False when another device shows the same user code. */
export async function insertDeviceCode(store: Reader, row: DeviceCodeTable): Promise<boolean> {
  const result = await store
    .insertInto("deviceCodes")
    .values(row)
    .onConflict((conflict) => conflict.column("userCodeHash").doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export type DeviceRow = DeviceCodeTable & Omit<AuthorizationRequestTable, "id">;

/** What a device polls for, by the hash of its code. */
export async function selectDeviceRequest(store: Reader, hash: string): Promise<DeviceRow | undefined> {
  return store
    .selectFrom("deviceCodes")
    .innerJoin("authorizationRequests", "authorizationRequests.id", "deviceCodes.requestId")
    .selectAll()
    .where("deviceCodes.hash", "=", hash)
    .executeTakeFirst();
}

/** The request that a person was shown the code of. */
export async function selectRequestOfUserCode(
  store: Reader,
  userCodeHash: string,
): Promise<AuthorizationRequestTable | undefined> {
  return store
    .selectFrom("deviceCodes")
    .innerJoin("authorizationRequests", "authorizationRequests.id", "deviceCodes.requestId")
    .selectAll("authorizationRequests")
    .where("deviceCodes.userCodeHash", "=", userCodeHash)
    .executeTakeFirst();
}

/**
 * Binds an undecided request to who brought its code: the first person, who may come again from elsewhere, or another one
 * in the same browser. False when it is somebody else's, decided or over.
 */
export async function claimRequest(
  store: Reader,
  id: string,
  { userId, browserHash, now }: { userId: string; browserHash: string; now: number },
): Promise<boolean> {
  const result = await store
    .updateTable("authorizationRequests")
    .set({ userId, browserHash })
    .where("id", "=", id)
    .where("decidedAt", "is", null)
    .where("expiresAt", ">", now)
    .where((where) =>
      where.or([
        where("userId", "is", null),
        where("userId", "=", userId),
        where("browserHash", "=", browserHash),
      ]),
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Notes a poll; false when another one came since `polledAt` was read. */
export async function setPolled(
  store: Reader,
  { hash, polledAt }: Pick<DeviceCodeTable, "hash" | "polledAt">,
  now: number,
): Promise<boolean> {
  const result = await store
    .updateTable("deviceCodes")
    .set({ polledAt: now })
    .where("hash", "=", hash)
    .where("polledAt", polledAt === null ? "is" : "=", polledAt)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Makes the shortest time between two polls longer, as long as it stays within `most`. */
export async function lengthenInterval(
  store: Reader,
  hash: string,
  { bySeconds, mostSeconds }: { bySeconds: number; mostSeconds: number },
): Promise<void> {
  await store
    .updateTable("deviceCodes")
    .set((update) => ({ intervalSeconds: update("intervalSeconds", "+", bySeconds) }))
    .where("hash", "=", hash)
    .where("intervalSeconds", "<=", mostSeconds - bySeconds)
    .execute();
}
