import type { OwnCall, PlacedProject, Reader } from "../context.ts";
import type { PublishPlanTable } from "../database/schema.ts";
import { newId } from "../platform/crypto.ts";
import type { ChangeReader } from "./change.ts";
import { type PendingPage, readPendingPage } from "./list-pending.ts";
import { type Outline, outlineRelease } from "./outline.ts";
import { hashPlan } from "./plan-hash.ts";
import { findWarnings, type Warning } from "./plan-warnings.ts";
import { openChangeReader } from "./read-changes.ts";
import { readPart } from "./read-part.ts";
import { type Pending, readPending } from "./read-pending.ts";
import type { Selection } from "./selection.ts";
import { insertPlan } from "./store-plans.ts";

/** A plan with what it would do, and the first page of its changes. */
interface CreatedPlan extends PendingPage {
  plan: PublishPlanTable;
  outline: Outline;
  warnings: Warning[];
}

const FIRST_PAGE = 100;

/**
 * Works out a publish and stores its hash, so that it can be published as it was shown. The plan lives for
 * PUBLISH_PLAN_SECONDS. Throws what `readPending` and `readPart` throw: a plan that could not be published is not made.
 *
 * @param toAnswer what the caller gets, which is settled in the transaction that stores the plan
 */
export async function createPlan<Answer>(
  call: OwnCall<Answer> & { project: PlacedProject },
  selection: Selection,
  toAnswer: (created: CreatedPlan) => Answer,
): Promise<Answer> {
  const { pending, outline, page } = await call.db.snapshot(async (snapshot) => {
    const pending = await readPending(snapshot, call.project, selection);
    const reader = openChangeReader(call.db, snapshot, pending);
    const outline = await outlineRelease(pending, reader);
    await refuseBadParts(snapshot, pending, reader, outline);
    return { pending, outline, page: await readPendingPage(pending, reader, { limit: FIRST_PAGE }) };
  });
  const plan: PublishPlanTable = {
    id: newId("plan"),
    projectId: call.project.id,
    channel: selection.channel,
    filter: selection.filter ? JSON.stringify(selection.filter) : null,
    hash: hashPlan(pending, outline),
    createdAt: call.now,
    expiresAt: call.now + call.config.PUBLISH_PLAN_SECONDS * 1000,
    releaseId: null,
  };
  call.note({ planId: plan.id, channel: plan.channel });
  const answer = toAnswer({ plan, outline, warnings: findWarnings(pending, outline), ...page });
  await call.db.write(async (tx) => {
    await insertPlan(tx, plan);
    await call.settle(tx, answer);
  });
  return answer;
}

/** Reads each part that gains a value, because that is where one key could end up inside another. */
async function refuseBadParts(
  snapshot: Reader,
  pending: Pending,
  reader: ChangeReader,
  { summaries }: Outline,
): Promise<void> {
  for (const { code, part } of pending.compared) {
    if (part !== "some" || !summaries.get(code)?.added) continue;
    await readPart(snapshot, pending, code, await reader.changes(code));
  }
}
