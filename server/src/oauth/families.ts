import type { IdentityScope, Scope } from "@parlance/contract/scopes";
import { recordAudit } from "../audit/record.ts";
import type { Context, Reader, Transaction } from "../context.ts";
import { appActor, SYSTEM } from "../database/actor.ts";
import type { FamilyTable } from "../database/schema.ts";
import type { FamilyGrant } from "../installations/family.ts";
import { after } from "../platform/clock.ts";
import { formatCredential, newCredential } from "../platform/credential.ts";
import { hashOf, newId, randomToken } from "../platform/crypto.ts";
import { insertFamily, insertRefreshToken, selectFamily, setFamiliesEnded } from "./store-families.ts";

/**
 * A family is the chain of tokens that began with one code: for the whole approval, or for one of its grants
 * (spec/oauth §3). It is capped by the scopes approved when it began.
 */
export interface NewFamily {
  appId: string;
  userId: string;
  codeHash: string;
  kind: FamilyTable["kind"];
  resources: readonly string[];
  identityScopes: readonly IdentityScope[];
  grants: readonly { grantId: string; scopes: readonly Scope[] }[];
}

/** Starts a family and answers its id and first refresh token. */
export async function startFamily(
  ctx: Context,
  tx: Transaction,
  family: NewFamily,
  now: number,
): Promise<{ familyId: string; refreshToken: string }> {
  const familyId = newId("fam");
  await insertFamily(
    tx,
    {
      id: familyId,
      appId: family.appId,
      userId: family.userId,
      codeHash: family.codeHash,
      kind: family.kind,
      resources: JSON.stringify(family.resources),
      identityScopes: JSON.stringify(family.identityScopes),
      startedAt: now,
      endedAt: null,
      endReason: null,
    },
    family.grants.map(({ grantId, scopes }, position) => ({
      familyId,
      grantId,
      scopes: JSON.stringify(scopes),
      position,
    })),
  );
  const refreshToken = newCredential("refresh_token");
  await insertRefreshToken(tx, newRefreshRow(ctx, refreshToken, familyId, now));
  return { familyId, refreshToken };
}

export function newRefreshRow(ctx: Context, token: string, familyId: string, now: number) {
  return {
    hash: hashOf(token),
    familyId,
    salt: randomToken(),
    keyId: ctx.keyring.currentId,
    issuedAt: now,
    expiresAt: after(now, ctx.config.REFRESH_TOKEN_SECONDS),
    usedAt: null,
    successorHash: null,
  };
}

/** The successor that stands for this parent; undefined when its key is no longer configured. */
export function successorOf(
  ctx: Context,
  parent: { salt: string; keyId: string },
  token: string,
): string | undefined {
  const bytes = ctx.keyring.successorBytes(parent.keyId, parent.salt, token);
  return bytes && formatCredential("refresh_token", bytes);
}

export async function findFamily(store: Reader, id: string): Promise<FamilyTable | undefined> {
  return selectFamily(store, id);
}

interface FamilyEntry {
  action: "token.refreshed" | "token.late";
  familyId: string;
  appId: string;
  details?: Record<string, unknown>;
}

/** Writes down what an app did with a family: a row for each grant, so that each organization reads it. */
export async function recordOfGrants(
  tx: Transaction,
  grants: readonly FamilyGrant[],
  { action, familyId, appId, details = {} }: FamilyEntry,
  now: number,
): Promise<void> {
  for (const { row } of grants) {
    await recordAudit(tx, {
      at: now,
      action,
      organizationId: row.organizationId,
      actor: appActor({ appId, userId: row.userId, grantId: row.grantId }),
      appId,
      grantId: row.grantId,
      target: familyId,
      details,
    });
  }
}

type EndReason = "replayed_refresh_token" | "replayed_code" | "revoked_by_app" | "reported_leaked";

/**
 * Ends families by id or by the code they came from: their refresh, access and installation tokens stop at once, while
 * grants and other families live on. Answers the ids of the families it ended.
 */
export async function endFamilies(
  store: Transaction,
  filter: { id: string } | { codeHash: string },
  reason: EndReason,
  now: number,
): Promise<string[]> {
  const ended = await setFamiliesEnded(store, filter, reason, now);
  for (const family of ended) {
    await recordAudit(store, {
      at: now,
      action: "family.ended",
      organizationId: family.organizationId,
      actor: reason === "revoked_by_app" ? appActor({ appId: family.appId }) : SYSTEM,
      appId: family.appId,
      grantId: family.grantId,
      target: family.id,
      details: { reason },
    });
  }
  return [...new Set(ended.map((family) => family.id))];
}
