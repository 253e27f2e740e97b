import { recordAudit } from "../audit/record.ts";
import type { Actor, Reader, Transaction } from "../context.ts";
import { ANYONE, actorId, type WrittenVia } from "../database/actor.ts";
import { type Notifier, notifyOwners } from "../organizations/notify-owners.ts";
import { type RevokedKey, type RevokeFilter, selectLiveHashes, setRevoked } from "./store.ts";

type Reason = "revoked_by_administrator" | "member_removed" | "organization_deleted" | "reported_leaked";

/**
 * Revokes every key that matches the filter and was not revoked before, for good, with one conditional update; audit rows
 * are written in the same transaction. Answers the keys that it revoked.
 */
export async function revokeKeys(
  tx: Transaction,
  filter: RevokeFilter,
  { actor, via }: { readonly actor: Actor; readonly via?: WrittenVia },
  reason: Reason,
  now: number,
): Promise<RevokedKey[]> {
  if (Object.values(filter).every((value) => value === undefined))
    throw new Error("revokeKeys needs a filter");
  const revoked = await setRevoked(tx, filter, { by: actorId(actor), now });
  for (const { id, organizationId, kind, name } of revoked) {
    await recordAudit(tx, {
      at: now,
      action: "api_key.revoked",
      organizationId,
      actor,
      ...(via && { via }),
      target: id,
      details: { reason, kind, name },
    });
  }
  return revoked;
}

/**
 * The hashes among these that are of live secret keys. A public key stands in every page that uses it: whoever reads one
 * there must not be able to end it.
 */
export function findLeakable(store: Reader, hashes: readonly string[]): Promise<string[]> {
  return selectLiveHashes(store, hashes);
}

/** Revokes a secret key that was reported as leaked, and tells the owners of its organization. */
export async function revokeLeakedKey(
  call: Notifier,
  tx: Transaction,
  hash: string,
  now: number,
): Promise<void> {
  const filter = { hash, kind: "secret" } as const;
  const [key] = await revokeKeys(tx, filter, { actor: ANYONE }, "reported_leaked", now);
  if (key) await notifyOwners(call, tx, key.organizationId, leakMail(key));
}

function leakMail({ lastFour }: RevokedKey): { subject: string; text: string } {
  return {
    subject: "A secret API key of your organization was reported as leaked",
    text: [
      `Somebody reported the secret key that ends in ${lastFour} as leaked. It was revoked: programs that use it are refused.`,
      "Make another one under API keys, put it into your programs, and find out how the first one got out.",
    ].join("\n\n"),
  };
}
