import { inOrder, type Scope } from "@parlance/contract/scopes";
import { recordAudit } from "../audit/record.ts";
import type { Database, Transaction } from "../context.ts";
import { personActor } from "../database/actor.ts";
import { grantsLock } from "../database/locks.ts";
import { newId } from "../platform/crypto.ts";
import { announce } from "../webhooks/announce.ts";
import { insertGrant, replaceProjectIds, selectLiveGrants, updateGrant } from "./store.ts";

export interface Pick {
  organization: { id: string; slug: string };
  projects: "all" | readonly string[];
  scopes: readonly Scope[];
}

interface Approval {
  appId: string;
  userId: string;
  /** The metadata document that the person was shown; other apps have none. */
  documentHash?: string | null;
  picks: readonly Pick[];
  now: number;
}

/**
 * Creates one grant per picked organization, or updates the live one: it keeps its `grant_id` while it lives and gets a
 * new one after a revoke (spec/oauth §2). The lock keeps twenty parallel approvals at one grant. Answers the ids in the
 * order of the picks, whose roles, projects and scopes the caller has checked.
 */
export async function approve(
  db: Database,
  tx: Transaction,
  { appId, userId, documentHash = null, picks, now }: Approval,
): Promise<string[]> {
  await db.lock(tx, grantsLock(appId, userId));
  const live = new Map(
    (await selectLiveGrants(tx, appId, userId)).map((row) => [row.organizationId, row.grantId]),
  );
  const ids: string[] = [];
  for (const pick of picks) {
    const known = live.get(pick.organization.id);
    const id = known ?? newId("grt");
    const fields = {
      scopes: JSON.stringify(inOrder(pick.scopes)),
      projectAccess: pick.projects === "all" ? ("all" as const) : ("chosen" as const),
      documentHash,
    };
    if (known) await updateGrant(tx, id, fields, now);
    else await insertGrant(tx, { id, appId, userId, organizationId: pick.organization.id, ...fields }, now);
    await replaceProjectIds(tx, id, pick.projects === "all" ? [] : pick.projects);
    await report(tx, { id, appId, userId, pick, isNew: !known, now });
    ids.push(id);
  }
  return ids;
}

async function report(
  tx: Transaction,
  {
    id,
    appId,
    userId,
    pick,
    isNew,
    now,
  }: { id: string; appId: string; userId: string; pick: Pick; isNew: boolean; now: number },
): Promise<void> {
  const event = isNew ? "grant.created" : "grant.updated";
  const facts = { scopes: pick.scopes, projects: pick.projects };
  await recordAudit(tx, {
    at: now,
    action: event,
    organizationId: pick.organization.id,
    actor: personActor(userId),
    appId,
    grantId: id,
    target: id,
    details: facts,
  });
  await announce(tx, event, {
    organization: pick.organization,
    data: { grantId: id, appId, userId, ...facts },
    now,
  });
}
