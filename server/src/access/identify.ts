import type { Access, AccessKind } from "@parlance/contract/operation";
import type { Caller, Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { ANYONE } from "./anyone.ts";

/** What a token is presented for: the resource API, or the MCP endpoint (RFC 8707). */
type Audience = "partner" | "mcp";

/** What the folder of a credential offers: how its tokens begin, what they open, and who holds one. */
export interface Recognizer {
  readonly prefix: string;
  readonly opens: readonly AccessKind[];
  /** Of a credential that is for elsewhere: the sentence that says for what. */
  readonly instead?: string;
  /**
   * Who holds this token, by the rows as they are at `now` (epoch milliseconds). Throws `invalid_token` for one that is
   * unknown, expired, ended or for another audience, `grant_revoked`, and `wrong_organization` when the person behind it
   * lost the role.
   */
  recognize(token: string, audience: Audience, now: number): Promise<Caller>;
}

/** Who holds a token. */
export type Identify = (token: string, presented: Presented) => Promise<Caller>;

interface Presented {
  readonly audience: Audience;
  /** From where. */
  readonly address: string;
  readonly now: number;
  /** What the token is meant to open, where a request is one call: another kind is refused before it costs a look-up. */
  readonly wanted?: AccessKind;
  /** Called when the token is looked up. */
  readonly alongside?: (() => void) | undefined;
}

/**
 * The other way in is a session, which the door that takes cookies finds by itself. Throws what recognizers throw, and
 * `rate_limited` for tokens that nobody knows, when too many of them come from one network.
 */
export function identifier(ctx: Pick<Context, "strangers">, recognizers: readonly Recognizer[]): Identify {
  return async (token, { audience, address, now, wanted, alongside }) => {
    const recognizer = recognizers.find(({ prefix }) => token.startsWith(prefix));
    if (wanted && !recognizer?.opens.includes(wanted)) refuseKind(wanted, recognizer?.instead);
    if (!recognizer) throw new ApiError("invalid_token");
    const { strangers } = ctx;
    const visit = { credentials: [token], address, now };
    const caller = await strangers.admit(visit, () => {
      alongside?.();
      return recognizer.recognize(token, audience, now);
    });
    strangers.remember(token);
    return caller;
  };
}

/** Throws `invalid_token`, or `sign_in_required`, when what the caller presented does not open this. */
export function refuseWrongKind({ by }: Access, { authority }: Caller): void {
  if (authority.opens.includes(by)) return;
  if (authority !== ANYONE.authority) refuseKind(by);
  if (by === "role") throw new ApiError("sign_in_required");
  throw new ApiError("invalid_token", "Send a token or a secret key in the Authorization header.");
}

const SENTENCES: Partial<Record<AccessKind, string>> = {
  role: "This address takes no tokens.",
  scope: "This address takes installation tokens and secret keys only.",
  access_token: "This address takes access tokens only.",
};

function refuseKind(wanted: AccessKind, instead = SENTENCES[wanted]): never {
  throw new ApiError("invalid_token", instead);
}
