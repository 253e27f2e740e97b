import { ApiError } from "../platform/api-error.ts";
import { hashOf } from "../platform/crypto.ts";
import { fetchWithHeaders, type OutgoingConfig, type Resolve } from "../platform/outgoing.ts";
import { type ClientMetadata, readClientMetadata } from "./client-metadata.ts";

const LIMITS = { maxBytes: 5 * 1024, timeoutMs: 5000, accept: "application/json" } as const;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
/** What only an app with a shared secret has; nobody can share one with a stranger (draft §4.1). */
const SECRETS = ["client_secret", "client_secret_expires_at"];

/** How long a document counts as fresh (draft §4.3): what it says, within these. */
const FRESH_SECONDS = { least: 60, unsaid: 600, most: 24 * 60 * 60 } as const;

/** A document cannot be used, whoever asks again; the message is the reason, as the end of a sentence. */
export class BadDocument extends Error {}

/** A metadata document as it was fetched. */
export interface ClientDocument {
  readonly metadata: ClientMetadata;
  /** Of what a person is shown, and of where they are sent. */
  readonly hash: string;
  readonly freshSeconds: number;
}

/**
 * Fetches a metadata document behind the guard for outgoing requests. Its own address has to stand in it, so that nobody
 * can pass off another's (draft §4.1).
 *
 * Throws `OutgoingError` when it cannot be fetched, and `BadDocument` when it is no document of this address.
 */
export async function fetchDocument(
  config: OutgoingConfig,
  address: string,
  resolve?: Resolve,
): Promise<ClientDocument> {
  const { body, headers } = await fetchWithHeaders(config, address, LIMITS, resolve);
  if (!JSON_TYPE.test(headers["content-type"] ?? "")) throw new BadDocument("it is not application/json");
  const metadata = readDocument(body, address);
  return { metadata, hash: hashOfDocument(metadata), freshSeconds: freshness(headers) };
}

/** Throws `BadDocument`. No I/O, no clock. */
export function readDocument(body: Uint8Array, address: string): ClientMetadata {
  const fields = parse(body);
  if (fields.client_id !== address) throw new BadDocument("its client_id is not its own address");
  const secret = SECRETS.find((field) => fields[field] != null);
  if (secret) throw new BadDocument(`it must not have the field ${secret}`);
  const method = fields.token_endpoint_auth_method;
  if (method != null && method !== "" && method !== "none") {
    throw new BadDocument("its token_endpoint_auth_method must be none");
  }
  try {
    const metadata = readClientMetadata({ client_name: new URL(address).host, ...nonEmpty(fields) });
    return { ...metadata, authentication: "none" };
  } catch (error) {
    if (error instanceof ApiError) throw new BadDocument(error.message);
    throw error;
  }
}

function parse(body: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch (error) {
    throw new BadDocument("it is not valid JSON", { cause: error });
  }
  throw new BadDocument("it is not a JSON object");
}

function nonEmpty(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null && value !== ""));
}

/** The scopes are left out: a person is asked for them anyway, and each call looks at the ceiling of its moment. */
function hashOfDocument({ name, names, homepage, redirectUris }: ClientMetadata): string {
  return hashOf(JSON.stringify([name, names, homepage, redirectUris.toSorted()]));
}

/** A cache shared by many (RFC 9111 §4.2.1); what is not to be stored is fetched again as soon as our own bounds allow. */
function freshness(headers: Partial<Record<string, string>>): number {
  const control = headers["cache-control"]?.toLowerCase() ?? "";
  if (/(?:^|[,\s])(?:no-store|no-cache|private)(?:$|[,\s=])/.test(control)) return FRESH_SECONDS.least;
  const said =
    /(?:^|[,\s])s-maxage="?(\d{1,10})/.exec(control) ?? /(?:^|[,\s])max-age="?(\d{1,10})/.exec(control);
  if (!said) return FRESH_SECONDS.unsaid;
  const age = /^\d{1,10}$/.test(headers.age ?? "") ? Number(headers.age) : 0;
  return Math.min(Math.max(Number(said[1]) - age, FRESH_SECONDS.least), FRESH_SECONDS.most);
}
