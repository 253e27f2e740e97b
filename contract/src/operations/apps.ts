import { z } from "zod";
import { instant, name, operation, page, paging } from "../operation.ts";
import { ALL_SCOPES, type Scope } from "../scopes.ts";

const scope = z.enum(ALL_SCOPES as [Scope, ...Scope[]]);
const redirectUris = z.array(z.string().min(1).max(2000)).min(1).max(20);
const homepage = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .nullable();
const scopes = z.array(scope).min(1).describe("ceiling: no connection can hold more");
const deviceFlow = z
  .boolean()
  .describe("may connect people on devices without a browser (RFC 8628); not for spa");

export const secret = z.strictObject({
  id: z.string(),
  lastFour: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  leakedAt: instant.nullable(),
});

export const app = z.strictObject({
  id: z.string().describe("the client_id"),
  name: z.string(),
  iconUrl: z.string().nullable(),
  homepage: z.string().nullable(),
  type: z.enum(["web", "spa", "native"]),
  confidential: z.boolean(),
  legacyWithoutPkce: z.boolean(),
  deviceFlow: z.boolean(),
  verified: z.boolean(),
  enabled: z.boolean(),
  redirectUris: z.array(z.string()),
  scopes: z.array(scope),
  secrets: z.array(secret),
  connectionCount: z.number().int(),
  createdAt: instant,
});

const one = { appId: z.string() };

export const appOperations = {
  "apps.list": operation({
    summary: "The organization's apps",
    rest: { mount: "dashboard", method: "GET", path: "/organizations/:organizationId/apps" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(app),
  }),
  "apps.create": operation({
    summary: "Register an app; a confidential one answers its first secret once",
    rest: { mount: "dashboard", method: "POST", path: "/organizations/:organizationId/apps" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "create",
    answersCredential: true,
    input: z.strictObject({
      name,
      type: z.enum(["web", "spa", "native"]),
      confidential: z.boolean().optional().describe("web only; on by default there"),
      homepage: homepage.default(null),
      redirectUris,
      scopes: scopes.default([...ALL_SCOPES]),
      deviceFlow: deviceFlow.default(false),
    }),
    output: z.strictObject({ app, clientSecret: z.string().nullable() }),
  }),
  "apps.get": operation({
    summary: "One app",
    rest: { mount: "dashboard", method: "GET", path: "/organizations/:organizationId/apps/:appId" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "read",
    input: z.strictObject(one),
    output: app,
  }),
  "apps.update": operation({
    summary: "Change an app; disabling it revokes all its connections for good",
    rest: { mount: "dashboard", method: "PATCH", path: "/organizations/:organizationId/apps/:appId" },
    names: "organization",
    access: { by: "role", role: "admin" },
    target: "appId",
    effect: "change",
    input: z.strictObject({
      ...one,
      name: name.optional(),
      homepage: homepage.optional(),
      redirectUris: redirectUris.optional(),
      scopes: scopes.optional(),
      legacyWithoutPkce: z.boolean().optional(),
      deviceFlow: deviceFlow.optional(),
      enabled: z.boolean().optional(),
    }),
    output: app,
  }),
  "apps.setIcon": operation({
    summary:
      "Fetch an icon once and serve it from here: PNG, JPEG, WebP or GIF up to 256 kB; null removes it",
    rest: { mount: "dashboard", method: "PUT", path: "/organizations/:organizationId/apps/:appId/icon" },
    names: "organization",
    access: { by: "role", role: "admin" },
    target: "appId",
    effect: "change",
    ownTransactions: true,
    rateLimit: { count: 20, seconds: 3600 },
    input: z.strictObject({
      ...one,
      url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .nullable(),
    }),
    output: app,
  }),
  "apps.delete": operation({
    summary: "Delete an app and revoke all its connections for good",
    rest: { mount: "dashboard", method: "DELETE", path: "/organizations/:organizationId/apps/:appId" },
    names: "organization",
    access: { by: "role", role: "admin" },
    target: "appId",
    effect: "delete",
    input: z.strictObject(one),
    output: z.void(),
  }),
  "secrets.create": operation({
    summary: "Add a client secret, shown once; two can live",
    rest: { mount: "dashboard", method: "POST", path: "/organizations/:organizationId/apps/:appId/secrets" },
    names: "organization",
    access: { by: "role", role: "admin" },
    target: "appId",
    effect: "create",
    answersCredential: true,
    input: z.strictObject(one),
    output: z.strictObject({ secret, clientSecret: z.string() }),
  }),
  "secrets.delete": operation({
    summary: "Delete a client secret; it stops working at once",
    rest: {
      mount: "dashboard",
      method: "DELETE",
      path: "/organizations/:organizationId/apps/:appId/secrets/:secretId",
    },
    names: "organization",
    access: { by: "role", role: "admin" },
    target: "secretId",
    effect: "delete",
    input: z.strictObject({ ...one, secretId: z.string() }),
    output: z.void(),
  }),
};
