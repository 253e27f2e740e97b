import { recordAudit } from "../audit/record.ts";
import type { Reader, Transaction } from "../context.ts";
import { ANYONE } from "../database/actor.ts";
import { selectLiveTokens, selectToken, setTokenRevoked } from "./store.ts";

/** The hashes among these that are of tokens which were not revoked. */
export function findLiveTokens(store: Reader, hashes: readonly string[]): Promise<string[]> {
  return selectLiveTokens(store, hashes);
}

/** Revokes one installation token that was reported as leaked; the other tokens of its grant live on. */
export async function revokeInstallationToken(tx: Transaction, hash: string, now: number): Promise<void> {
  const row = await selectToken(tx, hash);
  if (!row || !(await setTokenRevoked(tx, hash, now))) return;
  await recordAudit(tx, {
    at: now,
    action: "installation_token.ended",
    organizationId: row.organizationId,
    actor: ANYONE,
    appId: row.appId,
    grantId: row.grantId,
    details: { reason: "reported_leaked" },
  });
}
