import type { Call, PlacedProject, Reader, Transaction } from "../context.ts";
import type { PublishPlanTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { type PageRequest, type PendingPage, readPendingPage } from "./list-pending.ts";
import { outlineRelease } from "./outline.ts";
import { refuseMoved } from "./plan-hash.ts";
import { openChangeReader } from "./read-changes.ts";
import { readPending } from "./read-pending.ts";
import type { Selection } from "./selection.ts";
import { deleteExpiredPlans, selectPlan, updatePlanRelease } from "./store-plans.ts";

type PlanCall = Pick<Call, "db" | "clock"> & { project: PlacedProject };

/** Lists what a plan would change. Throws `conflict` when any of that has moved since, and what `findPlan` throws. */
export async function listPlanChanges(
  call: PlanCall,
  planId: string,
  request: PageRequest,
): Promise<PendingPage> {
  const plan = await findPlan(call, planId);
  return call.db.snapshot(async (snapshot) => {
    const pending = await readPending(snapshot, call.project, selectionOf(plan));
    const reader = openChangeReader(call.db, snapshot, pending);
    refuseMoved(plan, pending, await outlineRelease(pending, reader));
    return readPendingPage(pending, reader, request);
  });
}

/**
 * Finds a plan until it expires, whether it was published or not. Throws `not_found` when the project does not have it,
 * `gone` when it has expired.
 */
export async function findPlan({ db, project, clock }: PlanCall, id: string): Promise<PublishPlanTable> {
  const plan = await selectPlan(db.read, project.id, id);
  if (!plan) throw new ApiError("not_found", "There is no such plan.");
  if (plan.expiresAt <= clock.now()) throw new ApiError("gone", "The plan is too old. Make a new one.");
  return plan;
}

/** What the plan was made for. */
export function selectionOf({ channel, filter }: PublishPlanTable): Selection {
  return { channel, filter: filter === null ? undefined : JSON.parse(filter) };
}

/** Notes which release a plan became, so that publishing it again returns that release. */
export async function markPlanPublished(tx: Transaction, planId: string, releaseId: string): Promise<void> {
  await updatePlanRelease(tx, planId, releaseId);
}

/** Deletes at most `budget` plans that have expired, and returns how many. */
export function sweepPlans(tx: Reader, now: number, budget: number): Promise<number> {
  return deleteExpiredPlans(tx, now, budget);
}
