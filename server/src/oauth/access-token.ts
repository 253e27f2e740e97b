import { CREDENTIALS, OPENS } from "@parlance/contract/credentials";
import { isScope, type Scope } from "@parlance/contract/scopes";
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import type { Caller, Context } from "../context.ts";
import { accessCaller, agentCaller } from "../installations/access-caller.ts";
import { type FamilyGrant, grantsOfFamily, liveGrants } from "../installations/family.ts";
import { noteGrantUseLater } from "../installations/note-use.ts";
import { ApiError } from "../platform/api-error.ts";
import { hashOf, newId } from "../platform/crypto.ts";
import { Lru } from "../platform/lru.ts";
import { findFamily } from "./families.ts";
import { signJwt } from "./sign-jwt.ts";
import type { SigningKeys } from "./signing-keys.ts";

const SECOND = 1000;
const TYPE = "at+jwt";
/** An app uses its token again and again, and verifying a signature costs more than the rest of a call. */
const MOST_VERIFIED = 10_000;

/** A token whose signature is valid, and the key that made it. */
interface Verified {
  kid: string;
  claims: AccessClaims;
}

export interface AccessClaims {
  familyId: string;
  appId: string;
  userId: string;
  audience: string;
  scopes: Scope[];
  issuedAtSeconds: number;
  expiresAtSeconds: number;
  tokenId: string;
}

/** The resource identifiers that an access token can be for (RFC 8707 §2). */
export function audiences(ctx: Context): { partner: string; mcp: string } {
  return { partner: `${ctx.config.API_URL}/api/oauth-client`, mcp: ctx.config.MCP_URL };
}

/**
 * Signs and reads access tokens (RFC 9068). What is cached of a token is only that its signature is valid: its key, its
 * expiry, its family and its grants are checked at every use.
 */
export class AccessTokens {
  readonly #ctx: Context;
  readonly #keys: SigningKeys;
  /** By the token's hash. */
  readonly #verified: Lru<Verified>;

  /** @param mostVerified how many verified tokens are cached */
  constructor(ctx: Context, keys: SigningKeys, mostVerified = MOST_VERIFIED) {
    this.#ctx = ctx;
    this.#keys = keys;
    this.#verified = new Lru(mostVerified);
  }

  async sign(
    claims: Pick<AccessClaims, "familyId" | "appId" | "userId" | "audience"> & { scopes: readonly string[] },
    now: number,
  ): Promise<string> {
    const key = await this.#keys.current(now);
    const issuedAt = Math.floor(now / SECOND);
    const token = signJwt(key, TYPE, {
      client_id: claims.appId,
      scope: claims.scopes.join(" "),
      family: claims.familyId,
      iss: this.#ctx.config.PUBLIC_URL,
      sub: claims.userId,
      aud: claims.audience,
      iat: issuedAt,
      exp: issuedAt + this.#ctx.config.ACCESS_TOKEN_SECONDS,
      jti: newId("jti"),
    });
    this.#ctx.strangers.remember(token);
    return token;
  }

  /** The claims of a token that we signed, whatever the state of its family; null for anything else. */
  async read(token: string, now: number, { evenExpired = false } = {}): Promise<AccessClaims | null> {
    const hash = hashOf(token);
    const cached = this.#verified.get(hash);
    const isCurrent = cached !== undefined && (await this.#keys.find(cached.kid, now)) !== null;
    const verified = isCurrent ? cached : await this.#verify(token, now);
    if (!verified) return null;
    if (!isCurrent) this.#verified.set(hash, verified);
    const isExpired = verified.claims.expiresAtSeconds <= Math.floor(now / SECOND);
    return isExpired && !evenExpired ? null : verified.claims;
  }

  /**
   * The family that a token says it is of, when it is made as ours are, under a key that is published; null otherwise. Its
   * signature is not looked at, so that this costs little and proves nothing.
   */
  async claimedFamily(token: string, now: number): Promise<string | null> {
    const said = readUnchecked(token);
    const key = said?.kid === undefined ? null : await this.#keys.find(said.kid, now);
    if (!said || !key || said.alg !== key.algorithm || said.typ !== TYPE) return null;
    return said.iss === this.#ctx.config.PUBLIC_URL && typeof said.family === "string" ? said.family : null;
  }

  /** Everything about a token that does not change, so its expiry is not looked at. */
  async #verify(token: string, now: number): Promise<Verified | null> {
    try {
      const { kid = "" } = decodeProtectedHeader(token);
      const key = await this.#keys.find(kid, now);
      if (!key) return null;
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [key.algorithm],
        issuer: this.#ctx.config.PUBLIC_URL,
        typ: TYPE,
        currentDate: new Date(0),
        requiredClaims: ["exp", "iat", "sub", "aud", "client_id", "family"],
      });
      return { kid, claims: toClaims(payload) };
    } catch {
      return null;
    }
  }

  /**
   * Who holds this access token, by the rows as they are now. Throws `invalid_token` (unknown, expired, ended, another
   * audience) or `grant_revoked` when no grant of its family lives.
   */
  async find(token: string, audience: "partner" | "mcp", now: number): Promise<Caller> {
    const claims = await this.read(token, now);
    if (!claims || claims.audience !== audiences(this.#ctx)[audience]) throw new ApiError("invalid_token");
    const facts = { ...claims, grants: await this.findLive(claims) };
    if (audience === "partner") return accessCaller(facts);
    return agentCaller(facts, (grantId) => noteGrantUseLater(this.#ctx, grantId, now));
  }

  /** The recognizer of access tokens, for `identify`. */
  recognizer() {
    return {
      prefix: CREDENTIALS.access_token.prefix,
      opens: OPENS.access_token,
      recognize: (token: string, audience: "partner" | "mcp", now: number) => this.find(token, audience, now),
    };
  }

  /** The grants of the family, when it has not ended and one of them is not revoked; throws otherwise. */
  async findLive(claims: AccessClaims): Promise<FamilyGrant[]> {
    const store = this.#ctx.db.read;
    const [family, grants] = await Promise.all([
      findFamily(store, claims.familyId),
      grantsOfFamily(store, claims.familyId),
    ]);
    if (!family || family.appId !== claims.appId) throw new ApiError("invalid_token");
    if (grants.every((grant) => grant.standing === "revoked")) throw new ApiError("grant_revoked");
    if (family.endedAt !== null) throw new ApiError("invalid_token");
    return grants;
  }

  /** Whether the token still opens anything (introspection). */
  async isLive(claims: AccessClaims): Promise<boolean> {
    try {
      return liveGrants(await this.findLive(claims)).length > 0;
    } catch (error) {
      if (error instanceof ApiError) return false;
      throw error;
    }
  }
}

/** Header and claims; null for what is not made as a JWT is. */
function readUnchecked(token: string) {
  try {
    return { ...decodeJwt(token), ...decodeProtectedHeader(token) };
  } catch {
    return null;
  }
}

function toClaims(payload: JWTPayload): AccessClaims {
  return {
    familyId: String(payload.family),
    appId: String(payload.client_id),
    userId: String(payload.sub),
    audience: String(payload.aud),
    scopes: String(payload.scope ?? "")
      .split(" ")
      .filter(isScope),
    issuedAtSeconds: payload.iat ?? 0,
    expiresAtSeconds: payload.exp ?? 0,
    tokenId: payload.jti ?? "",
  };
}
