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

export const organizationOperations = {
  "memberships.list": operation({
    summary: "The organizations you belong to",
    rest: { mount: "dashboard", method: "GET", path: "/organizations" },
    access: { by: "role", role: null },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(membership),
  }),
  "organizations.create": operation({
    summary: "Create an organization; you become its owner",
    rest: { mount: "dashboard", method: "POST", path: "/organizations" },
    access: { by: "role", role: null },
    effect: "create",
    rateLimit: { count: 20, seconds: 3600 },
    input: z.strictObject({ name, slug: slug.optional().describe("made from the name when left out") }),
    output: membership,
  }),
  "organizations.update": operation({
    summary: "Rename an organization",
    rest: { mount: "dashboard", method: "PATCH", path: "/organizations/:organizationId" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "change",
    input: z.strictObject({ name }),
    output: membership,
  }),
  "organizations.delete": operation({
    summary: "Delete an organization with its projects and connections",
    rest: { mount: "dashboard", method: "DELETE", path: "/organizations/:organizationId" },
    names: "organization",
    access: { by: "role", role: "owner" },
    effect: "delete",
    input: z.strictObject({}),
    output: z.void(),
  }),
  "members.list": operation({
    summary: "The organization's members",
    rest: { mount: "dashboard", method: "GET", path: "/organizations/:organizationId/members" },
    names: "organization",
    access: { by: "role", role: "member" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(member),
  }),
  "members.update": operation({
    summary: "Change a member's role; only owners make owners",
    rest: { mount: "dashboard", method: "PATCH", path: "/organizations/:organizationId/members/:userId" },
    names: "organization",
    access: { by: "role", role: "admin" },
    target: "userId",
    effect: "change",
    input: z.strictObject({ userId: z.string(), role }),
    output: member,
  }),
  "members.remove": operation({
    summary: "Remove a member, or leave; the connections they made here end",
    rest: { mount: "dashboard", method: "DELETE", path: "/organizations/:organizationId/members/:userId" },
    names: "organization",
    access: { by: "role", role: "member" },
    target: "userId",
    effect: "delete",
    input: z.strictObject({ userId: z.string() }),
    output: z.void(),
  }),
  "invitations.list": operation({
    summary: "Invitations that wait for an answer",
    rest: { mount: "dashboard", method: "GET", path: "/organizations/:organizationId/invitations" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(invitation),
  }),
  "invitations.create": operation({
    summary: "Invite somebody by e-mail",
    rest: { mount: "dashboard", method: "POST", path: "/organizations/:organizationId/invitations" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "create",
    rateLimit: { count: 60, seconds: 3600 },
    input: z.strictObject({ email, role }),
    output: invitation,
  }),
  "invitations.cancel": operation({
    summary: "Take an invitation back",
    rest: {
      mount: "dashboard",
      method: "DELETE",
      path: "/organizations/:organizationId/invitations/:invitationId",
    },
    names: "organization",
    access: { by: "role", role: "admin" },
    target: "invitationId",
    effect: "delete",
    input: z.strictObject({ invitationId: z.string() }),
    output: z.void(),
  }),
  "invitations.open": operation({
    summary: "What an invitation link invites to",
    rest: { mount: "dashboard", method: "GET", path: "/invitations/by-token/:token" },
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
    summary: "Join the organization; needs the invited address, verified",
    rest: { mount: "dashboard", method: "POST", path: "/invitations/by-token/:token/accept" },
    access: { by: "role", role: null },
    effect: "change",
    input: z.strictObject({ token: z.string() }),
    output: membership,
  }),
};
