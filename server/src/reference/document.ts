import { errorBody } from "@parlance/contract/error-body";
import { ERRORS, type ErrorCode } from "@parlance/contract/errors";
import { MOUNTS, type Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { ALL_SCOPES, SCOPES } from "@parlance/contract/scopes";
import { OAUTH_PATHS, SERVER_METADATA_PATH } from "../oauth/metadata.ts";
import type { Config } from "../platform/config.ts";
import { errorExamples, HEADERS } from "./answers.ts";
import { OAUTH_NOUN, oauthPaths } from "./oauth-endpoints.ts";
import { nounOf, operationObject, pathOf, TOKEN_SCHEMES } from "./operation-object.ts";
import { Schemas } from "./schemas.ts";

/** Of the API, as it stands in its paths. */
const VERSION = "v1";

type Addresses = Pick<Config, "PUBLIC_URL" | "API_URL">;

/**
 * The partner API as OpenAPI 3.1, made from the tables of the contract. What only the dashboard calls is left out: it takes
 * no tokens, and changes with the pages (docs/decisions/0019).
 */
export function describeApi({ PUBLIC_URL, API_URL }: Addresses): object {
  const schemas = new Schemas();
  schemas.answered(errorBody);
  const paths = { ...pathsOf(schemas), ...oauthPaths(schemas, PUBLIC_URL) };
  const nouns = [...new Set(partnerOperations().map(([name]) => nounOf(name)))];
  return {
    openapi: "3.1.1",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: { title: "Parlance API", version: VERSION, description: INTRODUCTION },
    servers: [{ url: API_URL }],
    tags: [...nouns, OAUTH_NOUN].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.named,
      headers: HEADERS,
      examples: errorExamples(Object.keys(ERRORS) as ErrorCode[]),
      securitySchemes: { oauth: oauthScheme(PUBLIC_URL), ...TOKEN_SCHEMES, clientSecret: CLIENT_SECRET },
    },
  };
}

/** What is mounted as the partner API, in the contract's order. */
export function partnerOperations(): [OperationName, Operation][] {
  const all = Object.entries(OPERATIONS) as [OperationName, Operation][];
  return all.filter(([, { rest }]) => rest.mount === "api");
}

function pathsOf(schemas: Schemas): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, operation] of partnerOperations()) {
    const path = pathOf(operation);
    const method = operation.rest.method.toLowerCase();
    paths[path] = { ...paths[path], [method]: operationObject(name, operation, schemas) };
  }
  return paths;
}

function oauthScheme(issuer: string): object {
  return {
    type: "oauth2",
    description:
      "A person lets an app into organizations and projects, with these scopes. The access token mints installation tokens; those read and write.",
    flows: {
      authorizationCode: {
        authorizationUrl: issuer + OAUTH_PATHS.authorize,
        tokenUrl: issuer + OAUTH_PATHS.token,
        refreshUrl: issuer + OAUTH_PATHS.token,
        scopes: Object.fromEntries(ALL_SCOPES.map((scope) => [scope, SCOPES[scope].sentence])),
      },
    },
  };
}

const CLIENT_SECRET = {
  type: "http",
  scheme: "basic",
  description:
    "The client_id and secret of an app, each form-urlencoded before they are joined (RFC 6749 §2.3.1)",
};

const INTRODUCTION = `
Keys, texts and releases of an organization's projects.

**Credentials.** An app is let in by a person with OAuth 2.0: \`${OAUTH_PATHS.authorize}\` and \`${OAUTH_PATHS.token}\`
give an access token, which mints installation tokens at \`${MOUNTS.api}/installations/{grantId}/tokens\`. Those, or a
secret key of the organization, are sent as \`Authorization: Bearer …\` or as \`x-api-key\` with every other call.
The server's metadata is at \`${SERVER_METADATA_PATH}\`.

**Refusals.** Every refusal is \`{"error", "error_description"}\`: switch on the code, show the sentence, and keep what you
do not know apart from what you do. Faulty fields are listed in \`errors\`, each with a JSON pointer.

**Writes.** \`Idempotency-Key\` makes a repetition safe, \`dry_run=true\` answers without storing, and a revision keeps
two writers from overwriting each other. Each operation takes those of the three that are listed with it.

**Lists.** \`limit\` and \`cursor\` page through a list; \`nextCursor\` is null on its last page.

**Limits.** \`RateLimit-*\` headers say what is left of a minute; \`429\` comes with \`Retry-After\`.
`.trim();
