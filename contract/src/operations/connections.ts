import { z } from "zod";
import { instant, operation, page, paging } from "../operation.ts";
import { ALL_SCOPES, type Scope } from "../scopes.ts";

const scope = z.enum(ALL_SCOPES as [Scope, ...Scope[]]);

/** A grant as people see it. */
export const connection = z.strictObject({
  id: z.string().describe("the grant's id"),
  app: z.strictObject({
    id: z.string(),
    name: z.string(),
    iconUrl: z.string().nullable(),
    homepage: z.string().nullable(),
    publisher: z.string().nullable(),
    verified: z.boolean(),
  }),
  organization: z.strictObject({ id: z.string(), slug: z.string(), name: z.string() }),
  user: z.strictObject({ id: z.string(), name: z.string(), email: z.string() }),
  scopes: z.array(scope),
  allProjects: z.boolean(),
  projects: z.array(
    z.strictObject({ id: z.uuid(), name: z.string().nullable().describe("null once deleted") }),
  ),
  createdAt: instant,
  updatedAt: instant,
  lastUsedAt: instant
    .nullable()
    .describe(
      "to the minute: when it last minted an installation token, or its agent called the MCP endpoint",
    ),
});

export const connectionOperations = {
  "connections.listMine": operation({
    summary: "The apps you connected",
    rest: { mount: "dashboard", method: "GET", path: "/connections" },
    access: { by: "role", role: null },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(connection),
  }),
  "connections.revokeMine": operation({
    summary: "Revoke a connection you made: every token of it ends at once",
    rest: { mount: "dashboard", method: "DELETE", path: "/connections/:grantId" },
    access: { by: "role", role: null },
    target: "grantId",
    effect: "delete",
    input: z.strictObject({ grantId: z.string() }),
    output: z.void(),
  }),
  "connections.list": operation({
    summary: "The apps that members connected to this organization",
    rest: { mount: "dashboard", method: "GET", path: "/organizations/:organizationId/connections" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(connection),
  }),
  "connections.revoke": operation({
    summary: "Revoke a connection of this organization: every token of it ends at once",
    rest: {
      mount: "dashboard",
      method: "DELETE",
      path: "/organizations/:organizationId/connections/:grantId",
    },
    names: "organization",
    access: { by: "role", role: "admin" },
    target: "grantId",
    effect: "delete",
    input: z.strictObject({ grantId: z.string() }),
    output: z.void(),
  }),
};
