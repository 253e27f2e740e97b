import type { Access } from "@parlance/contract/operation";
import type { Actor, Database, Reach, Transaction } from "../context.ts";
import { lockMembers, requireRole } from "../organizations/roles.ts";

/**
 * For what a role allows: reads the role again inside the transaction, because it may have been taken away since the
 * call was let in. Until the transaction ends nobody leaves the organization or changes role, so whoever was
 * removed has done nothing afterwards. Throws `forbidden`.
 */
export async function requireRoleStill(
  db: Database,
  tx: Transaction,
  { access, actor, reach }: { access: Access; actor: Actor; reach: Reach | null },
): Promise<void> {
  if (access.by !== "role" || access.role === null || !reach) return;
  const { id } = reach.organization;
  await lockMembers(db, tx, id);
  await requireRole(tx, id, actor.userId ?? "", access.role);
}
