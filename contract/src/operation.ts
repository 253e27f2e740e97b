import { z } from "zod";
import type { FieldError } from "./errors.ts";
import type { Role } from "./roles.ts";
import type { Scope } from "./scopes.ts";

/**
 * Who may call an operation:
 * - `scope`: an installation token whose grant holds the scope, or a session whose role holds it
 * - `access_token`: a partner's access token (mint, show and revoke grants)
 * - `any_token`: an access token or an installation token
 * - `role`: a session only; `null` means that being signed in is enough
 * - `anyone`: no credential is looked at
 */
export type Access =
  | { readonly by: "scope"; readonly scope: Scope }
  | { readonly by: "access_token" }
  | { readonly by: "any_token" }
  | { readonly by: "role"; readonly role: Role | null }
  | { readonly by: "anyone" };

/** Where an operation is mounted: the partner API or the dashboard's own. */
export const MOUNTS = { api: "/api/oauth-client", dashboard: "/api/dashboard" } as const;

/**
 * One thing a caller can do over REST. Route, enforcement, handler type, refusal tests and reference follow from it.
 *
 * Path parameters `:organizationId`, `:organizationSlug`, `:projectId` and `:projectSlug` are resolved and checked
 * against the caller before a handler runs. `input` holds path parameters, and the query (GET, DELETE) or the JSON body.
 * An output of `bytesAnswer` is sent as a file while it is made.
 */
export interface Operation<
  In extends z.ZodType = z.ZodType,
  Out extends z.ZodType = z.ZodType,
  Path extends string = string,
> {
  readonly summary: string;
  readonly mount: keyof typeof MOUNTS;
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: Path;
  readonly access: Access;
  /** `read` runs outside a transaction; everything else inside one. */
  readonly effect: "read" | "create" | "change" | "delete";
  readonly input: In;
  /** `z.void()` answers 204; otherwise 201 for `create` and 200, unless `status` says more. */
  readonly output: Out;
  readonly status?: 202;
  /** The answer carries a credential: never cached, never stored, `Idempotency-Key` refused. */
  readonly answersCredential?: true;
  /** The handler opens its own transactions, because it waits for more than the database; `call.store` is then the reader. */
  readonly ownTransactions?: true;
  /** The operation can write one thing only if its revision is still the one in `If-Match`. */
  readonly takesIfMatch?: true;
  /** Body limit in bytes; 1 MiB unless told. */
  readonly maxBodyBytes?: number;
  /** The body is bytes of one of these content types and read by the handler (`call.bytes`); `input` then holds the query. */
  readonly bytes?: readonly string[];
  /** Fields of `input` that come in headers, by field. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A limit of its own, counted per grant or user, beside the general one. */
  readonly rateLimit?: { readonly count: number; readonly seconds: number };
}

/** Keeps an operation's exact types. */
export function operation<In extends z.ZodType, Out extends z.ZodType, const Path extends string>(
  declared: Operation<In, Out, Path>,
): Operation<In, Out, Path> {
  return declared;
}

/** A page of a list: `nextCursor` is opaque; null on the last page. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

const names = { expected: z.array(z.string()), found: z.array(z.string()) };

/** What is wrong with one text. */
export const warning = z.strictObject({
  pointer: z.string().describe("JSON pointer into the input"),
  code: z.string(),
  expected: z.string().optional(),
  found: z.string().optional(),
  argument: z.string().optional(),
  arguments: z.strictObject(names).optional(),
  tags: z.strictObject(names).optional(),
  categories: z.strictObject({ ...names, missing: z.array(z.string()) }).optional(),
  offset: z.number().int().optional(),
  suggestion: z.string().optional(),
}) satisfies z.ZodType<FieldError>;

/** Texts that were stored although they break a rule: only there when the project wants to be warned, and of something. */
export const warnings = z.array(warning).optional();

/** A file as a handler answers it: its bytes are asked for one piece at a time, as fast as the client takes them. */
export interface BytesAnswer {
  readonly contentType: string;
  readonly fileName: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}
export const bytesAnswer = z.custom<BytesAnswer>(
  (answer) => typeof answer === "object" && answer !== null && "bytes" in answer,
);

/** Query fields of every list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(250).default(100),
  cursor: z.string().max(500).optional(),
};

/** ISO 8601 in UTC, milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });
export const name = z
  .string()
  .trim()
  .min(1)
  .max(120)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  .regex(/^[^\u0000-\u001f\u007f]*$/, "must not contain control characters");
export const slug = z
  .string()
  .min(2)
  .max(60)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens");
