import { ERRORS, type ErrorCode } from "@parlance/contract/errors";
import { type AccessKind, type Operation, takesIdempotencyKey } from "@parlance/contract/operation";

/** What a credential can be refused with, by the kind of access that is asked for. */
const OF_ACCESS: Record<AccessKind, readonly ErrorCode[]> = {
  scope: ["invalid_token", "missing_scope", "wrong_organization", "grant_revoked"],
  access_token: ["invalid_token", "wrong_organization", "grant_revoked"],
  any_token: ["invalid_token", "wrong_organization", "grant_revoked"],
  role: ["sign_in_required", "invalid_token", "forbidden"],
  anyone: [],
};

/** Every call can meet these. */
const ALWAYS: readonly ErrorCode[] = [
  "invalid_request",
  "rate_limited",
  "server_error",
  "temporarily_unavailable",
];

/**
 * The codes that a call with a token or key can be refused with, in the table's order: what `access` and a door make of its
 * declaration. A session can also meet `forbidden`, when another site's page sent it; no program meets that.
 */
export function refusalsOf(operation: Operation): ErrorCode[] {
  const { access, effect, names, organizationField, refuses = [], rest } = operation;
  const isWrite = effect !== "read";
  const isAboutRows = names !== undefined || organizationField !== undefined;
  const found = new Set<ErrorCode>([...ALWAYS, ...OF_ACCESS[access.by], ...refuses]);
  if (isAboutRows || rest.path.includes(":")) found.add("not_found");
  if (isWrite && (isAboutRows || takesIdempotencyKey(operation))) found.add("conflict");
  if (isWrite) found.add("insufficient_storage");
  if (hasBody(rest)) found.add("payload_too_large").add("unsupported_media_type");
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => found.has(code));
}

/** Whether the door reads a body. */
function hasBody({ method, bytes }: Operation["rest"]): boolean {
  return bytes !== undefined || !(method === "GET" || method === "DELETE");
}
