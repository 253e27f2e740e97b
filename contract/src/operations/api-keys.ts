import { z } from "zod";
import { instant, name, operation, page, paging } from "../operation.ts";
import { ALL_SCOPES, type Scope } from "../scopes.ts";

const scope = z.enum(ALL_SCOPES as [Scope, ...Scope[]]);
const kind = z.enum(["secret", "public"]);

export const apiKey = z.strictObject({
  id: z.string(),
  kind,
  name: z.string(),
  lastFour: z.string(),
  scopes: z
    .array(scope)
    .nullable()
    .describe("null for all that the role of its creator holds; a public key has none"),
  allProjects: z.boolean(),
  projects: z.array(
    z.strictObject({ id: z.uuid(), name: z.string().nullable().describe("null once deleted") }),
  ),
  createdBy: z.strictObject({
    id: z.string(),
    name: z.string().nullable().describe("null once the person is gone"),
  }),
  createdAt: instant,
  expiresAt: instant.nullable().describe("null for a public key, which lives until it is revoked"),
  lastUsedAt: instant.nullable().describe("to the minute"),
});

export const apiKeyOperations = {
  "apiKeys.list": operation({
    summary: "The organization's API keys that were not revoked, newest first",
    rest: { mount: "dashboard", method: "GET", path: "/organizations/:organizationId/api-keys" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(apiKey),
  }),
  "apiKeys.create": operation({
    summary: "Make an API key, shown once; a secret one does what its creator may do, or less",
    rest: { mount: "dashboard", method: "POST", path: "/organizations/:organizationId/api-keys" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "create",
    answersCredential: true,
    input: z.strictObject({
      name,
      kind,
      scopes: z
        .array(scope)
        .min(1)
        .nullable()
        .default(null)
        .describe("of a secret key; null for all that your role holds, at every moment"),
      projects: z
        .union([z.literal("all"), z.array(z.uuid()).min(1).max(1000)])
        .default("all")
        .describe("all, future ones too, or their ids"),
    }),
    output: z.strictObject({ apiKey, key: z.string() }),
  }),
  "apiKeys.revoke": operation({
    summary: "Revoke an API key: it stops working at once, for good",
    rest: { mount: "dashboard", method: "DELETE", path: "/organizations/:organizationId/api-keys/:apiKeyId" },
    names: "organization",
    access: { by: "role", role: "admin" },
    target: "apiKeyId",
    effect: "delete",
    input: z.strictObject({ apiKeyId: z.string() }),
    output: z.void(),
  }),
};
