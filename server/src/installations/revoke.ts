import { recordAudit } from "../audit/record.ts";
import type { Actor, Transaction } from "../context.ts";
import { actorId, type WrittenVia } from "../database/actor.ts";
import { announce } from "../webhooks/announce.ts";
import { type RevokeFilter, setRevoked } from "./store.ts";

/** Who revokes, and through which door when it is a call. */
export interface RevokedBy {
  readonly actor: Actor;
  readonly via?: WrittenVia;
}

/**
 * Revokes every live grant that matches the filter, for good, with one conditional update; audit and outbox rows are
 * written in the same transaction (spec/oauth, "Revocation"). Nothing else has to be chased: tokens live only while their
 * grant does. Answers how many it revoked; 0 when all were revoked before.
 */
export async function revokeGrants(
  store: Transaction,
  filter: RevokeFilter,
  { actor, via }: RevokedBy,
  reason: string,
  now: number,
): Promise<number> {
  if (Object.values(filter).every((value) => value === undefined))
    throw new Error("revokeGrants needs a filter");
  const ended = await setRevoked(store, filter, { by: actorId(actor), reason, now });
  for (const grant of ended) {
    await recordAudit(store, {
      at: now,
      action: "grant.revoked",
      organizationId: grant.organizationId,
      actor,
      ...(via && { via }),
      appId: grant.appId,
      grantId: grant.id,
      target: grant.id,
      details: { reason, userId: grant.userId },
    });
    await announce(store, "grant.revoked", {
      organization: { id: grant.organizationId, slug: grant.organizationSlug },
      data: { grantId: grant.id, appId: grant.appId, userId: grant.userId, reason },
      now,
    });
  }
  return ended.length;
}
