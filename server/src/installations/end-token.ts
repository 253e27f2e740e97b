import { recordAudit } from "../audit/record.ts";
import type { Transaction } from "../context.ts";
import { ANYONE } from "../database/actor.ts";
import { hashOf } from "../platform/crypto.ts";
import { selectToken, setTokenRevoked } from "./store.ts";

/** Ends one installation token that somebody reported as leaked; others of its grant live. */
export async function endInstallationToken(store: Transaction, token: string, now: number): Promise<void> {
  const row = await selectToken(store, hashOf(token));
  if (!row || !(await setTokenRevoked(store, hashOf(token), now))) return;
  await recordAudit(store, {
    at: now,
    action: "installation_token.ended",
    organizationId: row.organizationId,
    actor: ANYONE,
    appId: row.appId,
    grantId: row.grantId,
    details: { reason: "reported_leaked" },
  });
}
