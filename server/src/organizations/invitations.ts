import type { Role } from "@parlance/contract/roles";
import type { Reader, WriteCall } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { looksLike, newCredential } from "../platform/credential.ts";
import { hashOf, newId } from "../platform/crypto.ts";
import { invitationMail } from "./mails.ts";
import { lockMembers, mayManage, roleOf } from "./roles.ts";
import {
  type InvitationRow,
  insertInvitation,
  insertMember,
  type MembershipRow,
  selectInvitationByHash,
  selectMemberByEmail,
  selectMembership,
  selectOrganization,
  setAccepted,
  setCanceled,
} from "./store.ts";

interface Invited {
  organization: { id: string; name: string };
  email: string;
  role: Role;
  inviter: { id: string; name: string };
}

/**
 * Invites an address and mails the link; a pending invitation to the same address is replaced. Throws `forbidden`, and
 * `conflict` when the address belongs to a member.
 */
export async function invite(
  call: WriteCall,
  { organization, email, role, inviter }: Invited,
): Promise<InvitationRow> {
  const { store, now, config } = call;
  const address = email.toLowerCase();
  await lockMembers(call.db, store, organization.id);
  const inviterRole = await roleOf(store, organization.id, inviter.id);
  if (!inviterRole || !mayManage(inviterRole)) throw new ApiError("forbidden");
  if (!mayManage(inviterRole, role)) throw new ApiError("forbidden", "Only owners invite owners.");
  if (await selectMemberByEmail(store, organization.id, address)) {
    throw new ApiError("conflict", "This address belongs to a member already.");
  }
  await setCanceled(store, organization.id, { email: address }, now);
  const token = newCredential("invitation");
  const row = {
    id: newId("inv"),
    organizationId: organization.id,
    email: address,
    role,
    tokenHash: hashOf(token),
    invitedBy: inviter.id,
    createdAt: now,
    expiresAt: after(now, config.INVITATION_SECONDS),
    acceptedAt: null,
    canceledAt: null,
  };
  await insertInvitation(store, row);
  call.afterCommit(() =>
    call.mail.send(
      invitationMail({
        to: address,
        organizationName: organization.name,
        inviterName: inviter.name,
        role,
        link: `${config.PUBLIC_URL}/invitations/${token}`,
        expiresAt: row.expiresAt,
      }),
    ),
  );
  return { ...row, inviterName: inviter.name };
}

interface OpenInvitation {
  invitation: InvitationRow;
  organization: { id: string; name: string; slug: string };
}

/** The pending invitation of a token. Throws `not_found` for an unknown token and `gone` for one that no longer works. */
export async function findInvitation(store: Reader, token: string, now: number): Promise<OpenInvitation> {
  const invitation = looksLike("invitation", token)
    ? await selectInvitationByHash(store, hashOf(token))
    : undefined;
  if (!invitation) throw new ApiError("not_found", "There is no such invitation.");
  const organization = await selectOrganization(store, invitation.organizationId);
  if (!organization) throw gone("The organization was deleted.");
  if (invitation.acceptedAt !== null) throw gone("This invitation was used already.");
  if (invitation.canceledAt !== null)
    throw gone("This invitation was taken back or replaced by a newer one.");
  if (invitation.expiresAt <= now) throw gone("This invitation expired. Ask for a new one.");
  // An invitation allows no more than its author may do now: a removed admin leaves no way back in.
  const inviterRole = await roleOf(store, organization.id, invitation.invitedBy);
  if (!inviterRole || !mayManage(inviterRole, invitation.role)) {
    throw gone("Whoever sent this invitation may not invite any more. Ask for a new one.");
  }
  return { invitation, organization };
}

interface Joiner {
  id: string;
  email: string;
  emailVerified: boolean;
}

/**
 * Joins with the invited address, once. Throws `forbidden` for another address, `email_not_verified`, and what
 * `findInvitation` throws.
 */
export async function acceptInvitation(
  { db, store }: Pick<WriteCall, "db" | "store">,
  token: string,
  person: Joiner,
  now: number,
): Promise<{ invitation: InvitationRow; membership: MembershipRow }> {
  const found = await findInvitation(store, token, now);
  await lockMembers(db, store, found.organization.id);
  // Again, because the lock may have waited for whoever demoted the author.
  const { invitation, organization } = await findInvitation(store, token, now);
  if (invitation.email !== person.email.toLowerCase()) {
    throw new ApiError("forbidden", "This invitation is for another address. Sign in with that one.");
  }
  if (!person.emailVerified) throw new ApiError("email_not_verified");
  if (!(await setAccepted(store, invitation.id, now))) throw gone("This invitation was used already.");
  await insertMember(store, {
    organizationId: organization.id,
    userId: person.id,
    role: invitation.role,
    createdAt: now,
  });
  const membership = (await selectMembership(store, person.id, organization.id)) as MembershipRow;
  return { invitation, membership };
}

/** Cancels a pending invitation. Throws `not_found` when it does not exist or is not pending. */
export async function cancelInvitation(
  store: Reader,
  organizationId: string,
  id: string,
  now: number,
): Promise<void> {
  if (!(await setCanceled(store, organizationId, { id }, now))) {
    throw new ApiError("not_found", "There is no such invitation, or it was answered.");
  }
}

function gone(sentence: string): ApiError {
  return new ApiError("gone", sentence);
}
