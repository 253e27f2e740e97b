import type { Operation } from "@parlance/contract/operation";
import type { Options } from "../access/options.ts";
import type { Names } from "../access/place.ts";
import { ApiError } from "../platform/api-error.ts";
import type { HeaderFields, Incoming } from "../platform/incoming.ts";
import { readJson, refuseTooLarge } from "../platform/read-body.ts";
import { isStorable } from "../platform/storable.ts";

/** What the router has taken apart of a request. */
export interface Sent {
  readonly incoming: Incoming;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

export const DEFAULT_BODY_BYTES = 1024 * 1024;

/** Organization and project, as the path names them. */
export function namesIn({ params }: Sent): Names {
  return {
    organization: params.organizationId ?? params.organizationSlug,
    project: params.projectId ?? params.projectSlug,
  };
}

/** Input and options out of path, query or JSON body, and headers. Throws `invalid_request` and what reading a body throws. */
export async function readRequest(
  operation: Operation,
  sent: Sent,
): Promise<{ input: unknown; options: Options }> {
  const { organizationId: _o, organizationSlug: _s, projectId: _p, projectSlug: _q, ...params } = sent.params;
  // Nothing is called so, and Postgres refuses to be asked.
  if (!Object.values(params).every(isStorable)) throw new ApiError("not_found");
  const fields = await fieldsOf(operation, sent);
  const doubled = Object.keys(sent.params).find((name) => Object.hasOwn(fields, name));
  if (doubled) throw new ApiError("invalid_request", `The field ${doubled} stands in the path already.`);
  return { input: { ...fields, ...params }, options: optionsOf(operation, sent) };
}

async function fieldsOf({ effect, rest }: Operation, { incoming, query }: Sent): Promise<object> {
  if (rest.bytes) refuseOtherBytes(rest, incoming.headers);
  if (rest.method === "GET" || rest.method === "DELETE" || rest.bytes) {
    // Of a write, `dry_run` is a word about the call and no field of its input.
    const { dry_run: _, ...fields } = query;
    return { ...(effect === "read" ? query : fields), ...headerFields(rest, incoming.headers) };
  }
  const body = await readJson(incoming, rest.maxBodyBytes ?? DEFAULT_BODY_BYTES);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new ApiError("invalid_request", "The body must be a JSON object.");
}

/** Before any of the body is read. */
function refuseOtherBytes({ bytes = [], maxBodyBytes }: Operation["rest"], headers: HeaderFields): void {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!bytes.includes(type)) {
    throw new ApiError("unsupported_media_type", `Send the body as ${bytes.join(", ")}.`);
  }
  refuseTooLarge(headers, maxBodyBytes ?? DEFAULT_BODY_BYTES);
}

function headerFields(
  { headers: names = {} }: Operation["rest"],
  headers: HeaderFields,
): Record<string, string> {
  const given = Object.entries(names).map(([field, header]) => [field, headers.get(header)] as const);
  return Object.fromEntries(given.filter((entry): entry is readonly [string, string] => entry[1] !== null));
}

/** `Idempotency-Key` is for POST: what other methods do twice is done once. */
function optionsOf({ effect, rest }: Operation, { incoming: { headers }, query }: Sent): Options {
  if (effect === "read") return {};
  return {
    idempotencyKey: rest.method === "POST" ? (headers.get("idempotency-key") ?? undefined) : undefined,
    dryRun: dryRun(query.dry_run),
    expectedRevision: expectedRevision(headers.get("if-match")),
  };
}

function dryRun(asked: string | undefined): boolean {
  if (asked === undefined || asked === "true" || asked === "false") return asked === "true";
  throw new ApiError("invalid_request", "The parameter dry_run must be true or false.");
}

/** The revision in `If-Match` (RFC 9110 §13.1.1), with quotes or without. */
function expectedRevision(header: string | null): number | undefined {
  if (header === null) return undefined;
  const [, quoted, bare] = /^(?:"(\d{1,9})"|(\d{1,9}))$/.exec(header) ?? [];
  const revision = quoted ?? bare;
  if (revision === undefined) throw new ApiError("invalid_request", "If-Match must be one revision.");
  return Number(revision);
}
