import type { Reader } from "../context.ts";
import type { PublishPlanTable } from "../database/schema.ts";

export async function insertPlan(store: Reader, plan: PublishPlanTable): Promise<void> {
  await store.insertInto("publishPlans").values(plan).execute();
}

export function selectPlan(
  store: Reader,
  projectId: string,
  id: string,
): Promise<PublishPlanTable | undefined> {
  return store
    .selectFrom("publishPlans")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export async function updatePlanRelease(store: Reader, id: string, releaseId: string): Promise<void> {
  await store.updateTable("publishPlans").set({ releaseId }).where("id", "=", id).execute();
}

export async function deleteExpiredPlans(store: Reader, now: number, budget: number): Promise<number> {
  const expired = store.selectFrom("publishPlans").select("id").where("expiresAt", "<=", now).limit(budget);
  const { numDeletedRows } = await store
    .deleteFrom("publishPlans")
    .where("id", "in", expired)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
