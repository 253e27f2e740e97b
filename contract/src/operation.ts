import { z } from "zod";
import type { ErrorCode, FieldError } from "./errors.ts";
import { isSeen, withoutUnseen } from "./names.ts";
import type { Role } from "./roles.ts";
import type { Scope } from "./scopes.ts";

/**
 * Who may call an operation:
 * - `scope`: an installation token or secret key that holds the scope, or a session whose role holds it
 * - `access_token`: a partner's access token (mint, show and revoke grants)
 * - `any_token`: an access token or an installation token
 * - `role`: a session only; `null` means that being signed in is enough
 * - `anyone`: everybody; no credential is looked at
 *
 * Which credentials open which of these stands beside them, in `credentials.ts`.
 */
export type Access =
  | { readonly by: "scope"; readonly scope: Scope }
  | { readonly by: "access_token" }
  | { readonly by: "any_token" }
  | { readonly by: "role"; readonly role: Role | null }
  | { readonly by: "anyone" };

export type AccessKind = Access["by"];

/** What is true of one thing a caller can do, whatever door it comes through. */
export interface Declaration<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType> {
  readonly summary: string;
  readonly access: Access;
  /** `read` runs outside a transaction; everything else inside one. */
  readonly effect: "read" | "create" | "change" | "delete";
  /**
   * What a call has to name, by id or slug. It is resolved and checked against the caller before a handler runs, and is
   * not part of the input.
   */
  readonly names?: "organization" | "project";
  /** The field of the input that names the organization, in place of the call; a token that has only one may leave it out. */
  readonly organizationField?: string;
  /** It is about every organization that the caller reaches, and so names none. */
  readonly everywhere?: true;
  /** The input field that holds the target for the audit; defaults to what the call names. */
  readonly target?: string;
  readonly input: In;
  /** `z.void()` when the answer has no body. */
  readonly output: Out;
  /** The answer carries a credential: never cached, never stored, an idempotency key is refused. */
  readonly answersCredential?: true;
  /** The handler opens its own transactions, because it waits for more than the database. */
  readonly ownTransactions?: true;
  /** The operation can write one thing only if it still has the revision that the caller expects. */
  readonly takesRevision?: true;
  /** Error codes of its handler, beside those that follow from the rest of the declaration. */
  readonly refuses?: readonly ErrorCode[];
  /** A limit of its own, counted per grant or user, beside the general one. */
  readonly rateLimit?: { readonly count: number; readonly seconds: number };
}

/** Where an operation is mounted: the partner API or the dashboard's own. */
export const MOUNTS = { api: "/api/oauth-client", dashboard: "/api/dashboard" } as const;

/** Path parameters that name what a declaration `names`; they are no fields of its input. */
export const NAME_PARAMETERS = ["organizationId", "organizationSlug", "projectId", "projectSlug"] as const;
export type NameParameter = (typeof NAME_PARAMETERS)[number];

/** The part of an operation that only HTTP needs. */
export interface RestPart<Path extends string = string> {
  readonly mount: keyof typeof MOUNTS;
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Its parameters are fields of the input, but for `NAME_PARAMETERS`. */
  readonly path: Path;
  /** Defaults to 204 without an answer, 201 for `create`, and 200 otherwise. */
  readonly status?: 202;
  /** The largest body in bytes; defaults to 1 MiB. */
  readonly maxBodyBytes?: number;
  /** The content types of a body that the handler reads as bytes (`call.bytes`); `input` then holds the query. */
  readonly bytes?: readonly string[];
  /** The headers that carry fields of `input`, by field. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A declaration in the REST dialect. Route, enforcement, handler type, refusal tests and reference follow from it.
 *
 * Besides what the path names, `input` holds path parameters, and the query (GET, DELETE) or the JSON body. An output of
 * `bytesAnswer` is sent as a file while it is made.
 */
export interface Operation<
  In extends z.ZodType = z.ZodType,
  Out extends z.ZodType = z.ZodType,
  Path extends string = string,
> extends Declaration<In, Out> {
  readonly rest: RestPart<Path>;
}

/** Whether a call may say "once" with an `Idempotency-Key`, so that it can be sent again when its answer was lost. */
export function takesIdempotencyKey({ access, effect, answersCredential, rest }: Operation): boolean {
  return rest.method === "POST" && effect !== "read" && !answersCredential && access.by !== "anyone";
}

/** Keeps an operation's exact types. */
export function operation<const Declared extends Operation>(declared: Declared): Declared {
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

/** Texts that were stored although they break a rule; only present when the project warns and a text is at fault. */
export const warnings = z.array(warning).optional();

/** A file as a handler answers it: its bytes are pulled one piece at a time, as fast as the client reads them. */
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
/** What people call a person, an organization, a project or an app; it may stand on the consent page. */
export const name = z
  .string()
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "must not contain control characters or line separators")
  .overwrite(withoutUnseen)
  .trim()
  .min(1)
  .max(120)
  .refine(isSeen, "must have a letter, a digit or a symbol that can be seen");
export const slug = z
  .string()
  .min(2)
  .max(60)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens");
