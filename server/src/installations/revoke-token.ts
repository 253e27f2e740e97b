import { recordAudit } from "../audit/record.ts";
import type { Transaction } from "../context.ts";
import { ANYONE } from "../database/actor.ts";
import { hashOf } from "../platform/crypto.ts";
import { selectToken, setTokenRevoked } from "./store.ts";

/** Revokes one installation token that was reported as leaked; the other tokens of its grant live on. */
export async function revokeInstallationToken(tx: Transaction, token: string, now: number): Promise<void> {
  const row = await selectToken(tx, hashOf(token));
  if (!row || !(await setTokenRevoked(tx, hashOf(token), now))) return;
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
