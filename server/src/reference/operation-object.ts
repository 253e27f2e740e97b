import { CREDENTIALS, OPENS } from "@parlance/contract/credentials";
import { type AccessKind, MOUNTS, type Operation } from "@parlance/contract/operation";
import type { OperationName } from "@parlance/contract/operations";
import { SCOPES } from "@parlance/contract/scopes";
import { refusedAnswers, successOf } from "./answers.ts";
import { REQUESTS } from "./example-values.ts";
import { Examples } from "./examples.ts";
import { FILES } from "./files.ts";
import { refusalsOf } from "./refusals.ts";
import type { JsonSchema, Schemas } from "./schemas.ts";
import { type Parameter, sentOf } from "./sent.ts";

/** The address of an operation below the server's, as OpenAPI writes it. */
export function pathOf({ rest: { mount, path } }: Operation): string {
  return MOUNTS[mount] + path.replaceAll(/:(\w+)/g, "{$1}");
}

/** What an operation is about: the first word of its name. */
export function nounOf(name: string): string {
  return name.split(".")[0] as string;
}

/** One operation of the document (OpenAPI 3.1, "Operation Object"). */
export function operationObject(name: OperationName, operation: Operation, schemas: Schemas): object {
  const noun = nounOf(name);
  const examples = new Examples(schemas.named);
  const { parameters, body } = sentOf(operation, schemas.sent(operation.input));
  const { access, rateLimit } = operation;
  return {
    operationId: name,
    tags: [noun],
    summary: operation.summary,
    description: describe(operation),
    security: securityOf(operation),
    ...(access.by === "scope" && { "x-required-scope": access.scope }),
    ...(rateLimit && { "x-rate-limit": rateLimit }),
    parameters: parameters.map((parameter) => withExample(parameter, noun, examples)),
    ...bodyOf(name, operation, body, examples),
    responses: {
      ...successOf(operation, { schemas, examples, noun }),
      ...refusedAnswers(refusalsOf(operation), operation),
    },
  };
}

function describe({ access, rateLimit, ownTransactions, effect }: Operation): string {
  const sentences = [
    accessSentence(access),
    rateLimit &&
      `At most ${rateLimit.count} calls in ${rateLimit.seconds} seconds, beside the general limit.`,
    ownTransactions && effect !== "read" && "It has no dry run.",
  ];
  return sentences.filter(Boolean).join("\n\n");
}

function accessSentence(access: Operation["access"]): string {
  if (access.by === "scope") {
    const { sentence, warning } = SCOPES[access.scope];
    return `Needs the scope \`${access.scope}\`: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}.${warning ? ` ${warning}` : ""}`;
  }
  return ACCESS_SENTENCES[access.by];
}

const ACCESS_SENTENCES: Record<Exclude<AccessKind, "scope">, string> = {
  access_token: "Takes an access token, whatever its scopes.",
  any_token: "Takes an access token or an installation token, whatever its scopes.",
  role: "Takes the session of a signed-in person.",
  anyone: "Anybody may call it; no credential is looked at.",
};

/** The security schemes of the document by the credential that they present. */
const SCHEMES = {
  access_token: ["oauth"],
  installation_token: ["installationToken", "apiKey"],
  organization_key: ["secretKey", "apiKey"],
} as const satisfies Partial<Record<keyof typeof OPENS, readonly string[]>>;

/** One of these is enough. The scope stands beside each scheme, as the role that OpenAPI 3.1 lets a requirement name. */
function securityOf({ access }: Operation): object[] {
  if (access.by === "anyone") return [];
  const scopes = access.by === "scope" ? [access.scope] : [];
  const kinds = Object.keys(SCHEMES) as (keyof typeof SCHEMES)[];
  const opening = kinds.filter((kind) => (OPENS[kind] as readonly AccessKind[]).includes(access.by));
  const schemes = new Set(opening.flatMap((kind) => SCHEMES[kind]));
  return [...schemes].map((scheme) => ({ [scheme]: scopes }));
}

/** The document's `components.securitySchemes`, but for the one of OAuth, which needs addresses. */
export const TOKEN_SCHEMES = {
  installationToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: `${CREDENTIALS.installation_token.prefix}…`,
    description:
      "An installation token, minted from an access token for one grant: it reads and writes in one organization, inside the grant's projects and scopes",
  },
  secretKey: {
    type: "http",
    scheme: "bearer",
    bearerFormat: `${CREDENTIALS.organization_key.prefix}…`,
    description: "A secret key of an organization, for its own programs",
  },
  apiKey: {
    type: "apiKey",
    in: "header",
    name: "x-api-key",
    description:
      "The same tokens and keys in a header of their own; with Authorization beside it, the call is refused",
  },
} as const;

function withExample(parameter: Parameter, noun: string, examples: Examples): object {
  if (parameter.in === "header" || !parameter.required) return parameter;
  return { ...parameter, example: examples.ofField(parameter.schema, noun, parameter.name) };
}

function bodyOf(
  name: OperationName,
  { rest }: Operation,
  schema: JsonSchema | undefined,
  examples: Examples,
): object {
  if (rest.bytes) {
    const content = Object.fromEntries(rest.bytes.map((type) => [type, FILES[type] ?? {}]));
    return { requestBody: { required: true, description: limitSentence(rest), content } };
  }
  if (!schema) return {};
  const example = { ...(examples.of(schema, nounOf(name)) as object), ...REQUESTS[name] };
  return {
    requestBody: {
      ...(schema.required !== undefined && { required: true }),
      ...(rest.maxBodyBytes && { description: limitSentence(rest) }),
      content: { "application/json": { schema, example } },
    },
  };
}

function limitSentence({ maxBodyBytes = 0 }: Operation["rest"]): string {
  return `At most ${maxBodyBytes.toLocaleString("en")} bytes`;
}
