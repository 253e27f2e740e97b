import type { Session } from "../accounts/session.ts";
import type { AuthorizationRequestTable } from "../database/schema.ts";

export type Step = "sign_in" | "verify_email" | "consent" | "approved" | "denied" | "expired";

/** The one decision of the flow: what the person has to do next. No I/O, no clock. */
export function nextStep(
  request: Pick<AuthorizationRequestTable, "decision" | "expiresAt">,
  session: Session | null,
  now: number,
): Step {
  if (request.decision === "denied") return "denied";
  if (request.expiresAt <= now) return "expired";
  if (!session) return "sign_in";
  if (request.decision === "approved") return "approved";
  if (!session.emailVerified) return "verify_email";
  return "consent";
}
