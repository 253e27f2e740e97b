import { z } from "zod";
import { instant, name, operation, page, paging, slug } from "../operation.ts";
import { ROLE_NAMES } from "../roles.ts";

const role = z.enum(ROLE_NAMES);
const email = z.email().max(254);

export const membership = z.strictObject({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  role,
  createdAt: instant,
});

export const member = z.strictObject({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  role,
  joinedAt: instant,
});

export const invitation = z.strictObject({
  id: z.string(),
  email: z.string(),
  role,
  invitedBy: z.string().describe("name of the member who invited"),
  expiresAt: instant,
});

const at = <const Path extends string>(path: Path) => ({ mount: "dashboard", path }) as const;

export const organizationOperations = {
  "memberships.list": operation({
    ...at("/organizations"),
    summary: "The organizations you belong to",
    method: "GET",
    access: { by: "role", role: null },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(membership),
  }),
  "organizations.create": operation({
    ...at("/organizations"),
    summary: "Create an organization; you become its owner",
    method: "POST",
    access: { by: "role", role: null },
    effect: "create",
    rateLimit: { count: 20, seconds: 3600 },
    input: z.strictObject({ name, slug: slug.optional().describe("made from the name when left out") }),
    output: membership,
  }),
  "organizations.update": operation({
    ...at("/organizations/:organizationId"),
    summary: "Rename an organization",
    method: "PATCH",
    access: { by: "role", role: "admin" },
    effect: "change",
    input: z.strictObject({ organizationId: z.string(), name }),
    output: membership,
  }),
  "organizations.delete": operation({
    ...at("/organizations/:organizationId"),
    summary: "Delete an organization with its projects and connections",
    method: "DELETE",
    access: { by: "role", role: "owner" },
    effect: "delete",
    input: z.strictObject({ organizationId: z.string() }),
    output: z.void(),
  }),
  "members.list": operation({
    ...at("/organizations/:organizationId/members"),
    summary: "The organization's members",
    method: "GET",
    access: { by: "role", role: "member" },
    effect: "read",
    input: z.strictObject({ organizationId: z.string(), ...paging }),
    output: page(member),
  }),
  "members.update": operation({
    ...at("/organizations/:organizationId/members/:userId"),
    summary: "Change a member's role; only owners make owners",
    method: "PATCH",
    access: { by: "role", role: "admin" },
    effect: "change",
    input: z.strictObject({ organizationId: z.string(), userId: z.string(), role }),
    output: member,
  }),
  "members.remove": operation({
    ...at("/organizations/:organizationId/members/:userId"),
    summary: "Remove a member, or leave; the connections they made here end",
    method: "DELETE",
    access: { by: "role", role: "member" },
    effect: "delete",
    input: z.strictObject({ organizationId: z.string(), userId: z.string() }),
    output: z.void(),
  }),
  "invitations.list": operation({
    ...at("/organizations/:organizationId/invitations"),
    summary: "Invitations that wait for an answer",
    method: "GET",
    access: { by: "role", role: "admin" },
    effect: "read",
    input: z.strictObject({ organizationId: z.string(), ...paging }),
    output: page(invitation),
  }),
  "invitations.create": operation({
    ...at("/organizations/:organizationId/invitations"),
    summary: "Invite somebody by e-mail",
    method: "POST",
    access: { by: "role", role: "admin" },
    effect: "create",
    rateLimit: { count: 60, seconds: 3600 },
    input: z.strictObject({ organizationId: z.string(), email, role }),
    output: invitation,
  }),
  "invitations.cancel": operation({
    ...at("/organizations/:organizationId/invitations/:invitationId"),
    summary: "Take an invitation back",
    method: "DELETE",
    access: { by: "role", role: "admin" },
    effect: "delete",
    input: z.strictObject({ organizationId: z.string(), invitationId: z.string() }),
    output: z.void(),
  }),
  "invitations.open": operation({
    ...at("/invitations/by-token/:token"),
    summary: "What an invitation link invites to",
    method: "GET",
    access: { by: "anyone" },
    effect: "read",
    rateLimit: { count: 60, seconds: 60 },
    input: z.strictObject({ token: z.string() }),
    output: z.strictObject({
      organization: z.strictObject({ name: z.string(), slug: z.string() }),
      email: z.string(),
      role,
      invitedBy: z.string(),
      expiresAt: instant,
    }),
  }),
  "invitations.accept": operation({
    ...at("/invitations/by-token/:token/accept"),
    summary: "Join the organization; needs the invited address, verified",
    method: "POST",
    access: { by: "role", role: null },
    effect: "change",
    input: z.strictObject({ token: z.string() }),
    output: membership,
  }),
};
