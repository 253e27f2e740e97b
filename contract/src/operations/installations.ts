import { z } from "zod";
import { CREDENTIALS } from "../credentials.ts";
import { instant, operation } from "../operation.ts";
import { ALL_SCOPES, type Scope } from "../scopes.ts";

const scope = z.enum(ALL_SCOPES as [Scope, ...Scope[]]);

/** A grant on the wire; `project_ids: []` is sent only for all projects, present and future. */
export const grant = z.strictObject({
  grant_id: z.string(),
  organization_id: z.string(),
  organization_slug: z.string(),
  organization_name: z.string(),
  scopes: z.array(scope),
  project_ids: z.array(z.uuid()),
  created_at: instant,
});

export const installationOperations = {
  me: operation({
    summary: "Who connected, through which app, and what they allowed",
    rest: { mount: "api", method: "GET", path: "/me" },
    access: { by: "any_token" },
    effect: "read",
    input: z.strictObject({}),
    output: z.strictObject({
      user: z.strictObject({
        id: z.string(),
        name: z.string(),
        email: z.string(),
        email_verified: z.boolean(),
      }),
      app: z.strictObject({ client_id: z.string(), name: z.string() }),
      grants: z.array(grant),
    }),
  }),
  "installations.mint": operation({
    summary: "Mint an installation token for one grant",
    rest: { mount: "api", method: "POST", path: "/installations/:grantId/tokens" },
    access: { by: "access_token" },
    target: "grantId",
    effect: "create",
    refuses: ["grant_not_found"],
    answersCredential: true,
    rateLimit: { count: 120, seconds: 60 },
    input: z.strictObject({
      grantId: z.string(),
      scopes: z.array(scope).min(1).optional(),
      project_ids: z.array(z.uuid()).max(1000).optional(),
      expires_in: z.number().int().min(60).max(CREDENTIALS.installation_token.lifeSeconds).optional(),
    }),
    output: z.strictObject({
      installation_token: z.string(),
      token_type: z.literal("Bearer"),
      expires_at: instant,
      expires_in: z.number().int(),
      organization_id: z.string(),
      project_ids: z.array(z.uuid()),
      scopes: z.array(scope),
    }),
  }),
  "installations.get": operation({
    summary: "Show one grant",
    rest: { mount: "api", method: "GET", path: "/installations/:grantId" },
    access: { by: "access_token" },
    effect: "read",
    refuses: ["grant_not_found"],
    input: z.strictObject({ grantId: z.string() }),
    output: grant,
  }),
  "installations.revoke": operation({
    summary: "Revoke one grant: every token of it ends at once",
    rest: { mount: "api", method: "DELETE", path: "/installations/:grantId" },
    access: { by: "access_token" },
    target: "grantId",
    effect: "delete",
    refuses: ["grant_not_found"],
    input: z.strictObject({ grantId: z.string() }),
    output: z.void(),
  }),
  "credentials.revoke": operation({
    summary: "Report leaked credentials; answers 202 whether they were valid or not",
    rest: {
      mount: "api",
      method: "POST",
      path: "/credentials/revoke",
      status: 202,
      maxBodyBytes: 2 * 1024 * 1024,
    },
    access: { by: "anyone" },
    effect: "change",
    ownTransactions: true,
    rateLimit: { count: 30, seconds: 60 },
    input: z.strictObject({ credentials: z.array(z.string().max(8192)).min(1).max(1000) }),
    output: z.strictObject({ accepted: z.literal(true) }),
  }),
};
