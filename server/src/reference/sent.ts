import {
  NAME_PARAMETERS,
  type NameParameter,
  type Operation,
  takesIdempotencyKey,
} from "@parlance/contract/operation";
import type { JsonSchema } from "./schemas.ts";

/** Where a field of an operation's input travels, and what travels beside it. Mirrors `rest/read-request.ts`. */
export interface Sent {
  readonly parameters: Parameter[];
  /** Of a JSON body; undefined when it has no fields, or the body is a file. */
  readonly body: JsonSchema | undefined;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** Parameters and body of an operation, from the schema of its input. */
export function sentOf(operation: Operation, input: JsonSchema): Sent {
  const { rest } = operation;
  const { headers: headerNames = {} } = rest;
  const fields = (input.properties ?? {}) as Record<string, JsonSchema>;
  const required = new Set((input.required ?? []) as string[]);
  const inPath = [...rest.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  const others = Object.keys(fields).filter((name) => !inPath.includes(name));
  const inHeaders = others.filter((name) => Object.hasOwn(headerNames, name));
  const left = others.filter((name) => !inHeaders.includes(name));
  const asQuery = rest.method === "GET" || rest.method === "DELETE" || rest.bytes !== undefined;
  const parameter = (name: string, at: Parameter["in"], as = name): Parameter => ({
    ...described(as, fields[name] ?? {}),
    in: at,
    ...(required.has(name) && { required: true }),
  });
  return {
    parameters: [
      ...inPath.map((name) => pathParameter(name, fields[name])),
      ...(asQuery ? left.map((name) => parameter(name, "query")) : []),
      ...inHeaders.map((name) => parameter(name, "header", headerNames[name])),
      ...optionsOf(operation),
    ],
    body: asQuery || left.length === 0 ? undefined : withOnly(input, left),
  };
}

const NAMED: Record<NameParameter, string> = {
  organizationId: "The organization: its id or its slug",
  organizationSlug: "The organization: its slug or its id",
  projectId: "The project: its id, or `organization/project` by their slugs, the slash written as `%2F`",
  projectSlug: "The project's slug",
};

function isNameParameter(name: string): name is NameParameter {
  return (NAME_PARAMETERS as readonly string[]).includes(name);
}

function pathParameter(name: string, field: JsonSchema | undefined): Parameter {
  const own = isNameParameter(name) ? { description: NAMED[name], type: "string" } : { type: "string" };
  return { ...described(name, field ?? own), in: "path", required: true };
}

/** A description beside the parameter and not in its schema, where every reader looks for it. */
function described(name: string, { description, ...schema }: JsonSchema): Omit<Parameter, "in"> {
  return { name, ...(typeof description === "string" && { description }), schema };
}

function withOnly(input: JsonSchema, names: readonly string[]): JsonSchema {
  const fields = input.properties as Record<string, JsonSchema>;
  const required = ((input.required ?? []) as string[]).filter((name) => names.includes(name));
  return {
    ...input,
    properties: Object.fromEntries(names.map((name) => [name, fields[name]])),
    required: required.length > 0 ? required : undefined,
  };
}

/** What a call may say about itself, as far as this one can hold to it (`access/options.ts`). */
function optionsOf(operation: Operation): Parameter[] {
  return [
    ...(takesDryRun(operation) ? [DRY_RUN] : []),
    ...(takesIdempotencyKey(operation) ? [IDEMPOTENCY_KEY] : []),
    ...(operation.takesRevision ? [IF_MATCH] : []),
  ];
}

export function takesDryRun({ effect, answersCredential, ownTransactions }: Operation): boolean {
  return effect !== "read" && !answersCredential && !ownTransactions;
}

const DRY_RUN: Parameter = {
  name: "dry_run",
  in: "query",
  description: "With `true` the answer is what it would be, and nothing is stored",
  schema: { type: "string", enum: ["true", "false"], default: "false" },
};

const IDEMPOTENCY_KEY: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "The same call with the same key is done once: for 24 hours a repetition is answered as the first was. Another call with the key is `409 conflict`",
  schema: { type: "string", minLength: 1, maxLength: 200, pattern: "^[\\x21-\\x7e]+$" },
};

const IF_MATCH: Parameter = {
  name: "If-Match",
  in: "header",
  description: "Write only if what is written still has this revision, else `409 conflict` with both sides",
  schema: { type: "string", pattern: '^(?:"\\d{1,9}"|\\d{1,9})$' },
};
