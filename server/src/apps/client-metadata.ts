import { withoutUnseen } from "@parlance/contract/names";
import { name as nameSchema } from "@parlance/contract/operation";
import {
  ALL_SCOPES,
  type IdentityScope,
  inOrder,
  isIdentityScope,
  isScope,
  type Scope,
} from "@parlance/contract/scopes";
import { ApiError } from "../platform/api-error.ts";
import { homepageErrors } from "./change-app.ts";
import { isLocalProgram, redirectUriProblem } from "./redirect-uri.ts";

/** The `grant_type` of a device that polls (RFC 8628 §3.4). */
export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

const UNNAMED = "Unnamed app";
const LONGEST_NAME = 120;
const LONGEST_HOMEPAGE = 2000;
const MOST_REDIRECT_URIS = 20;
const MOST_LANGUAGES = 20;

/** What an app says about itself, made fit to be stored and shown. */
export interface ClientMetadata {
  readonly name: string;
  /** By language tag in its canonical case (RFC 7591 §2.2). */
  readonly names: Readonly<Record<string, string>>;
  readonly homepage: string | null;
  readonly redirectUris: readonly string[];
  readonly type: "web" | "native";
  /** How the app wants to authenticate: as it was said, or `none`. */
  readonly authentication: string;
  /** Whether it asks for people on devices without a browser (RFC 8628 §4). */
  readonly deviceFlow: boolean;
  /** The widest that a connection of it can become. */
  readonly scopes: readonly Scope[];
  readonly identityScopes: readonly IdentityScope[];
}

/**
 * Reads the metadata that a stranger sent or published (RFC 7591 §2, cases/agents). A member that is empty, null or of the
 * wrong kind counts as absent, one that nobody knows is ignored, and a value that cannot be kept is cut, dropped or replaced.
 * Only redirect URIs are refused: they decide who receives a code. No I/O, no clock.
 *
 * Throws `invalid_client_metadata` for what is no object, and `invalid_redirect_uri`.
 */
export function readClientMetadata(body: unknown): ClientMetadata {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new ApiError("invalid_client_metadata", "The metadata must be a JSON object.");
  }
  const fields = new Map<string, unknown>(Object.entries(body));
  const grantTypes = listOf(fields.get("grant_types"));
  const deviceFlow = grantTypes.includes(DEVICE_GRANT);
  const returns = !deviceFlow || grantTypes.includes("authorization_code");
  const redirectUris = readRedirectUris(fields.get("redirect_uris"), { returns });
  const scope = textOf(fields.get("scope")).split(" ");
  const known = inOrder(scope.filter(isScope));
  return {
    name: readName(fields.get("client_name")) ?? UNNAMED,
    names: readNames(fields),
    homepage: readHomepage(fields.get("client_uri")),
    redirectUris,
    type: readType(fields.get("application_type")) ?? defaultType(redirectUris),
    authentication: textOf(fields.get("token_endpoint_auth_method")) || "none",
    deviceFlow,
    scopes: known.length > 0 ? known : ALL_SCOPES,
    identityScopes: [...new Set(scope.filter(isIdentityScope))],
  };
}

/** Throws `invalid_redirect_uri` naming the first that may not be registered by an app with, or without, a secret. */
export function checkRedirectUris(uris: readonly string[], app: { confidential: boolean }): void {
  for (const uri of uris) {
    const problem = redirectUriProblem(uri, app);
    if (problem) throw new ApiError("invalid_redirect_uri", `A redirect URI is not allowed: it ${problem}.`);
  }
}

function readRedirectUris(value: unknown, { returns }: { returns: boolean }): string[] {
  const uris = [...new Set(listOf(value))];
  if ((returns && uris.length === 0) || uris.length > MOST_REDIRECT_URIS) {
    throw new ApiError(
      "invalid_redirect_uri",
      `The field redirect_uris must be a list of 1 to ${MOST_REDIRECT_URIS} addresses.`,
    );
  }
  checkRedirectUris(uris, { confidential: false });
  return uris;
}

/** A name in one line, cut to its length; null when nobody could see it. */
function readName(value: unknown): string | null {
  const line = withoutUnseen(textOf(value).toWellFormed()).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  const name = nameSchema.safeParse(cut(line.trim(), LONGEST_NAME));
  return name.success ? name.data : null;
}

function readNames(fields: ReadonlyMap<string, unknown>): Record<string, string> {
  const names = new Map<string, string>();
  for (const [field, value] of fields) {
    const language = field.startsWith("client_name#") && canonicalTag(field.slice("client_name#".length));
    const name = language && readName(value);
    if (language && name && !names.has(language)) names.set(language, name);
    if (names.size === MOST_LANGUAGES) break;
  }
  return Object.fromEntries([...names].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Tags are compared without regard to case (RFC 5646 §2.1.1). */
function canonicalTag(tag: string): string | null {
  if (!/^[A-Za-z0-9-]{2,35}$/.test(tag)) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

function readHomepage(value: unknown): string | null {
  const homepage = textOf(value);
  if (homepage === "" || homepage.length > LONGEST_HOMEPAGE) return null;
  return homepageErrors(homepage).length === 0 ? homepage : null;
}

function readType(value: unknown): ClientMetadata["type"] | null {
  return value === "web" || value === "native" ? value : null;
}

/** Native when every redirect URI stays on the person's computer, else web. */
function defaultType(redirectUris: readonly string[]): ClientMetadata["type"] {
  return redirectUris.every(isLocalProgram) ? "native" : "web";
}

/** A list of texts; empty for anything else. */
function listOf(value: unknown): string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string") ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** At most `most` UTF-16 code units, without half a character at the end. */
function cut(text: string, most: number): string {
  const end = text.slice(0, most);
  return end.isWellFormed() ? end : end.slice(0, -1);
}
