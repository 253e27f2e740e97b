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
  lastUsedAt: instant.nullable().describe("when an installation token was last minted"),
});

const at = <const Path extends string>(path: Path) => ({ mount: "dashboard", path }) as const;

export const connectionOperations = {
  "connections.listMine": operation({
    ...at("/connections"),
    summary: "The apps you connected",
    method: "GET",
    access: { by: "role", role: null },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(connection),
  }),
  "connections.revokeMine": operation({
    ...at("/connections/:grantId"),
    summary: "Revoke a connection you made: every token of it ends at once",
    method: "DELETE",
    access: { by: "role", role: null },
    effect: "delete",
    input: z.strictObject({ grantId: z.string() }),
    output: z.void(),
  }),
  "connections.list": operation({
    ...at("/organizations/:organizationId/connections"),
    summary: "The apps that members connected to this organization",
    method: "GET",
    access: { by: "role", role: "admin" },
    effect: "read",
    input: z.strictObject({ organizationId: z.string(), ...paging }),
    output: page(connection),
  }),
  "connections.revoke": operation({
    ...at("/organizations/:organizationId/connections/:grantId"),
    summary: "Revoke a connection of this organization: every token of it ends at once",
    method: "DELETE",
    access: { by: "role", role: "admin" },
    effect: "delete",
    input: z.strictObject({ organizationId: z.string(), grantId: z.string() }),
    output: z.void(),
  }),
};
