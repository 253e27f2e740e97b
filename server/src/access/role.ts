import type { Operation } from "@parlance/contract/operation";
import type { Caller, Database, Reader } from "../context.ts";
import { lockMembers, requireRole } from "../organizations/roles.ts";
import type { Place } from "./place.ts";

/**
 * For operations that a role allows: reads the role again inside the transaction, because it may have been taken away
 * since the call was let in. Until the transaction ends nobody leaves the organization or changes role, so whoever was
 * removed has done nothing afterwards. Throws `forbidden`.
 */
export async function requireRoleStill(
  db: Database,
  store: Reader,
  { operation, caller, place }: { operation: Operation; caller: Caller; place: Place },
): Promise<void> {
  const { access } = operation;
  if (access.by !== "role" || access.role === null || caller.kind !== "session" || !place.reach) return;
  const { id } = place.reach.organization;
  await lockMembers(db, store, id);
  await requireRole(store, id, caller.userId, access.role);
}
