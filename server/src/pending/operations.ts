import type { Handlers } from "../context.ts";
import { iso } from "../platform/clock.ts";
import { createPlan } from "./create-plan.ts";
import { listPending } from "./list-pending.ts";
import { listPlanChanges } from "./plans.ts";

type Names = "pending.list" | "plans.create" | "plans.changes";

export const pendingHandlers: Handlers<Names> = {
  "pending.list": (call, { channel, ...request }) => listPending(call, { channel }, request),

  async "plans.create"(call, { channel, filter }) {
    return createPlan(call, { channel, filter }, ({ plan, outline, ...rest }) => ({
      planId: plan.id,
      hash: plan.hash,
      expiresAt: iso(plan.expiresAt),
      valueCount: outline.valueCount,
      changedFiles: outline.changedFiles,
      ...rest,
    }));
  },

  "plans.changes": (call, { planId, ...request }) => listPlanChanges(call, planId, request),
};
