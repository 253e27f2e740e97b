import { createHash } from "node:crypto";
import type { PublishPlanTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import type { Outline } from "./outline.ts";
import type { Pending } from "./read-pending.ts";

/**
 * SHA-256, base64url, over the release before and every change to it, which is all that the next release is made of
 * (docs/decisions/0005).
 */
export function hashPlan(
  { channel, base, namespaces, project, languages }: Pending,
  { summaries }: Outline,
): string {
  const content = [
    ...[channel, base?.id ?? null, namespaces, project.sourceLanguage],
    languages.map(({ code }) => code),
    [...summaries.values()]
      .filter((summary) => summary.namespaces.length > 0)
      .map(({ language, digest }) => `${language} ${digest}`)
      .sort(),
  ];
  return createHash("sha256").update(JSON.stringify(content)).digest("base64url");
}

/** Throws `conflict` unless what is pending is to the letter what the plan was made of. */
export function refuseMoved(plan: PublishPlanTable, pending: Pending, outline: Outline): void {
  if (hashPlan(pending, outline) === plan.hash) return;
  throw new ApiError("conflict", "What the plan was made of has changed since. Make a new plan.", {
    errors: [{ pointer: "/planId", code: "plan_moved", expected: plan.hash }],
  });
}
