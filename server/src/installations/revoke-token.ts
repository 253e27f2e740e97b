import { recordAudit } from "../audit/record.ts";
import type { Reader } from "../context.ts";
import { ANYONE } from "../database/actor.ts";
import { hashOf } from "../platform/crypto.ts";
import { selectToken, setTokenRevoked } from "./store.ts";

/** Revokes one installation token that was reported as leaked; the other tokens of its grant live on. */
export async function revokeInstallationToken(store: Reader, token: string, now: number): Promise<void> {
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
