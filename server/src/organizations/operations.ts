import type { OperationName } from "@parlance/contract/operations";
import { signedIn } from "../accounts/session.ts";
import type { Handlers } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { acceptInvitation, cancelInvitation, findInvitation, invite } from "./invitations.ts";
import type { OrganizationListeners } from "./listeners.ts";
import { changeRole, removeMember } from "./members.ts";
import { createOrganization, deleteOrganization, renameOrganization } from "./organizations.ts";
import { requireRole } from "./roles.ts";
import {
  type InvitationRow,
  type MemberRow,
  type MembershipRow,
  selectMembers,
  selectMemberships,
  selectWaitingInvitations,
} from "./store.ts";

type Names = Extract<
  OperationName,
  | `memberships.${string}`
  | `members.${string}`
  | `invitations.${string}`
  | "organizations.create"
  | "organizations.update"
  | "organizations.delete"
>;

export function organizationHandlers(listeners: OrganizationListeners): Handlers<Names> {
  return { ...organizations(listeners), ...members(listeners), ...invitations };
}

function organizations(
  listeners: OrganizationListeners,
): Handlers<Names & (`memberships.${string}` | `organizations.${string}`)> {
  return {
    async "memberships.list"(call, { limit, cursor }) {
      const { userId } = signedIn(call.caller);
      const [after] = (decodeCursor(cursor, ["string"]) ?? []) as [string?];
      const rows = await selectMemberships(call.store, userId, { after, limit: limit + 1 });
      return toPage(rows, limit, toMembership, (row) => [row.slug]);
    },

    async "organizations.create"(call, { name, slug }) {
      const { userId, emailVerified } = signedIn(call.caller);
      if (!emailVerified) throw new ApiError("email_not_verified");
      const created = await createOrganization(call.store, { name, slug, ownerId: userId }, call.now);
      call.note({ organizationId: created.id, target: created.id, slug: created.slug });
      return toMembership(created);
    },

    async "organizations.update"(call, { name }) {
      const { userId } = signedIn(call.caller);
      const { id, name: before } = call.reach.organization;
      const deed = { organizationId: id, actorId: userId, name };
      const renamed = await renameOrganization(call.db, call.store, listeners, deed, call.now);
      call.note({ before, after: name });
      return toMembership(renamed);
    },

    async "organizations.delete"(call) {
      const { userId } = signedIn(call.caller);
      const { id, slug, name } = call.reach.organization;
      await deleteOrganization(call.db, call.store, listeners, id, userId, call.now);
      call.note({ slug, name });
    },
  };
}

function members(listeners: OrganizationListeners): Handlers<Names & `members.${string}`> {
  return {
    async "members.list"(call, { limit, cursor }) {
      const after = decodeCursor(cursor, ["number", "string"]) as [number, string] | undefined;
      const rows = await selectMembers(call.store, call.reach.organization.id, { after, limit: limit + 1 });
      return toPage(rows, limit, toMember, (row) => [row.createdAt, row.userId]);
    },

    async "members.update"(call, { userId, role }) {
      const { userId: actorId } = signedIn(call.caller);
      const deed = { organizationId: call.reach.organization.id, userId, actorId };
      const member = await changeRole(call.db, call.store, deed, role);
      call.note({ target: userId, role });
      return toMember(member);
    },

    async "members.remove"(call, { userId }) {
      const { userId: actorId } = signedIn(call.caller);
      const deed = { organizationId: call.reach.organization.id, userId, actorId };
      await removeMember(call.db, call.store, listeners, deed, call.now);
      call.note({ target: userId, left: userId === actorId });
    },
  };
}

const invitations: Handlers<Names & `invitations.${string}`> = {
  async "invitations.list"(call, { limit, cursor }) {
    const after = decodeCursor(cursor, ["number", "string"]) as [number, string] | undefined;
    const page = { after, limit: limit + 1 };
    const rows = await selectWaitingInvitations(call.store, call.reach.organization.id, call.now, page);
    return toPage(rows, limit, toInvitation, (row) => [row.createdAt, row.id]);
  },

  async "invitations.create"(call, { email, role }) {
    const { userId, name } = signedIn(call.caller);
    const { organization } = call.reach;
    const created = await invite(call, { organization, email, role, inviter: { id: userId, name } });
    call.note({ target: created.id, email: created.email, role });
    return toInvitation(created);
  },

  async "invitations.cancel"(call, { invitationId }) {
    const { id } = call.reach.organization;
    await requireRole(call.store, id, signedIn(call.caller).userId, "admin");
    await cancelInvitation(call.store, id, invitationId, call.now);
    call.note({ target: invitationId });
  },

  async "invitations.open"(call, { token }) {
    const { invitation, organization } = await findInvitation(call.store, token, call.now);
    const { email, role, invitedBy, expiresAt } = toInvitation(invitation);
    const { name, slug } = organization;
    return { organization: { name, slug }, email, role, invitedBy, expiresAt };
  },

  async "invitations.accept"(call, { token }) {
    const { userId: id, email, emailVerified } = signedIn(call.caller);
    const person = { id, email, emailVerified };
    const { invitation, membership } = await acceptInvitation(call, token, person, call.now);
    // Named here, because the last part of the path is the token, which no audit row may hold.
    call.note({ organizationId: membership.id, target: invitation.id, role: membership.role });
    return toMembership(membership);
  },
};

function toMembership({ id, slug, name, role, createdAt }: MembershipRow) {
  return { id, slug, name, role, createdAt: iso(createdAt) };
}

function toMember({ userId, name, email, role, createdAt }: MemberRow) {
  return { userId, name, email, role, joinedAt: iso(createdAt) };
}

function toInvitation({ id, email, role, inviterName, expiresAt }: InvitationRow) {
  return { id, email, role, invitedBy: inviterName ?? "", expiresAt: iso(expiresAt) };
}
