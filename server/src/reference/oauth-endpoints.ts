import type { ErrorCode } from "@parlance/contract/errors";
import { grant } from "@parlance/contract/operations/installations";
import { z } from "zod";
import { DEVICE_GRANT } from "../apps/client-metadata.ts";
import { OAUTH_PATHS } from "../oauth/metadata.ts";
import { refusedAnswers } from "./answers.ts";
import { Examples } from "./examples.ts";
import type { JsonSchema, Schemas } from "./schemas.ts";

/** The tag of the endpoints below. */
export const OAUTH_NOUN = "oauth";

const client = {
  client_id: z.string().optional().describe("unless the Authorization header holds it"),
  client_secret: z.string().optional().describe("of an app with a secret, unless the header holds it"),
};

const tokenForm = z.object({
  grant_type: z.enum(["authorization_code", "refresh_token", DEVICE_GRANT]),
  code: z.string().optional().describe("for authorization_code"),
  redirect_uri: z.string().optional().describe("as in the authorization request"),
  code_verifier: z.string().optional().describe("of PKCE (RFC 7636 §4.5)"),
  refresh_token: z.string().optional().describe("for refresh_token"),
  device_code: z
    .string()
    .optional()
    .describe("for device_code: polls for what a person decides (RFC 8628 §3.4)"),
  scope: z.string().optional().describe("with refresh_token: narrows this access token"),
  resource: z.string().optional().describe("the audience, among those authorized (RFC 8707 §2.2)"),
  ...client,
});

const tokenAnswer = z.strictObject({
  access_token: z.string().describe("mints installation tokens"),
  token_type: z.literal("Bearer"),
  expires_in: z.number().int().describe("in seconds"),
  refresh_token: z.string().describe("takes the place of the one before; store it before using the rest"),
  grant_id: z.string().describe("of the first of grants"),
  scope: z.string(),
  grants: z.array(
    grant.omit({ organization_name: true, created_at: true }).extend({
      refresh_token: z.string().optional().describe("of this grant alone, where a code was exchanged"),
    }),
  ),
});

const deviceForm = z.object({
  scope: z.string().optional().describe("as in an authorization request"),
  resource: z.string().optional().describe("the audience (RFC 8707 §2); repeatable"),
  ...client,
});

const deviceAnswer = z.strictObject({
  device_code: z.string().describe("what to poll the token endpoint with"),
  user_code: z.string().describe("what the person types"),
  verification_uri: z.string().describe("where they type it"),
  verification_uri_complete: z.string().describe("the same with the code in it, to be shown as a QR code"),
  expires_in: z.number().int().describe("in seconds, of both codes"),
  interval: z.number().int().describe("the least number of seconds between two polls"),
});

const revokeForm = z.object({ token: z.string(), ...client });

const COMMON = [
  ...["invalid_request", "invalid_client", "payload_too_large", "rate_limited"],
  ...["server_error", "temporarily_unavailable", "insufficient_storage"],
] as ErrorCode[];

interface Endpoint {
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly form: z.ZodType;
  readonly example: object;
  readonly answer?: z.ZodType;
  readonly refusals: readonly ErrorCode[];
}

/**
 * What a partner's program calls of the authorization server by itself. These are no operations: RFC 6749, RFC 7009 and RFC 8628 say
 * how they look, and the server's metadata (RFC 8414) names them beside the rest.
 */
const ENDPOINTS: readonly Endpoint[] = [
  {
    path: OAUTH_PATHS.token,
    name: "oauth.token",
    summary: "Exchange a code, or a refresh token, for an access token (RFC 6749 §3.2)",
    form: tokenForm,
    example: {
      grant_type: "authorization_code",
      code: "bi_ac_…",
      redirect_uri: "https://app.example.com/callback",
      client_id: "app_9dR6yU1nGx5ErL2kPt7QwM",
      code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    },
    answer: tokenAnswer,
    refusals: [
      ...(["invalid_grant", "invalid_scope", "invalid_target", "unsupported_grant_type"] as const),
      ...(["unauthorized_client", "authorization_pending", "slow_down"] as const),
      ...(["access_denied", "expired_token"] as const),
      ...COMMON,
    ],
  },
  {
    path: OAUTH_PATHS.deviceAuthorization,
    name: "oauth.deviceAuthorization",
    summary: "Begin to connect somebody on a device without a browser (RFC 8628 §3.1)",
    form: deviceForm,
    example: { client_id: "app_9dR6yU1nGx5ErL2kPt7QwM", scope: "projects:read keys:read" },
    answer: deviceAnswer,
    refusals: ["unauthorized_client", "invalid_scope", "invalid_target", ...COMMON],
  },
  {
    path: OAUTH_PATHS.revoke,
    name: "oauth.revoke",
    summary: "End a token and everything renewed from or minted with it (RFC 7009); the grant stays",
    form: revokeForm,
    example: { token: "rt_…", client_id: "app_9dR6yU1nGx5ErL2kPt7QwM" },
    refusals: COMMON,
  },
];

/** The endpoints as paths of the document, on the address of the issuer. */
export function oauthPaths(schemas: Schemas, issuer: string): Record<string, object> {
  return Object.fromEntries(
    ENDPOINTS.map((endpoint) => [
      endpoint.path,
      { servers: [{ url: issuer }], post: endpointObject(endpoint, schemas) },
    ]),
  );
}

function endpointObject({ name, summary, form, example, answer, refusals }: Endpoint, schemas: Schemas) {
  const content = { "application/x-www-form-urlencoded": { schema: schemas.sent(form), example } };
  return {
    operationId: name,
    tags: [OAUTH_NOUN],
    summary,
    description:
      "An app with a secret sends it by HTTP Basic or in the body, never both; a public one sends its client_id alone.",
    security: [{ clientSecret: [] }, {}],
    requestBody: { required: true, content },
    responses: { 200: successOf(answer && schemas.answered(answer), schemas), ...refusedAnswers(refusals) },
  };
}

function successOf(schema: JsonSchema | undefined, { named }: Schemas): object {
  if (!schema) return { description: "Done, whether or not the token was one" };
  const example = new Examples(named).of(schema, OAUTH_NOUN);
  return { description: "Done", content: { "application/json": { schema, example } } };
}
