import { isScope, type Scope } from "@parlance/contract/scopes";
import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Caller, Context } from "../context.ts";
import { type FamilyGrant, grantsOfFamily, liveGrants } from "../installations/family.ts";
import { ApiError } from "../platform/api-error.ts";
import { newId } from "../platform/crypto.ts";
import { findFamily } from "./families.ts";
import type { SigningKeys } from "./signing-keys.ts";

const SECOND = 1000;
const TYPE = "at+jwt";

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

/** Signs and reads access tokens (RFC 9068). */
export class AccessTokens {
  readonly #ctx: Context;
  readonly #keys: SigningKeys;

  constructor(ctx: Context, keys: SigningKeys) {
    this.#ctx = ctx;
    this.#keys = keys;
  }

  async sign(
    claims: Pick<AccessClaims, "familyId" | "appId" | "userId" | "audience"> & { scopes: readonly string[] },
    now: number,
  ): Promise<string> {
    const key = await this.#keys.current(now);
    const issuedAt = Math.floor(now / SECOND);
    return new SignJWT({ client_id: claims.appId, scope: claims.scopes.join(" "), family: claims.familyId })
      .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: TYPE })
      .setIssuer(this.#ctx.config.PUBLIC_URL)
      .setSubject(claims.userId)
      .setAudience(claims.audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + this.#ctx.config.ACCESS_TOKEN_SECONDS)
      .setJti(newId("jti"))
      .sign(key.privateKey);
  }

  /** The claims of a token that we signed, whatever has become of its family; null for anything else. */
  async read(token: string, now: number, { evenExpired = false } = {}): Promise<AccessClaims | null> {
    try {
      const { kid = "" } = decodeProtectedHeader(token);
      const key = await this.#keys.find(kid, now);
      if (!key) return null;
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [key.algorithm],
        issuer: this.#ctx.config.PUBLIC_URL,
        typ: TYPE,
        currentDate: new Date(evenExpired ? 0 : now),
        requiredClaims: ["exp", "iat", "sub", "aud", "client_id", "family"],
      });
      return toClaims(payload);
    } catch {
      return null;
    }
  }

  /**
   * Who holds this access token, by the rows as they are now. Throws `invalid_token` (unknown, expired, ended, another
   * audience) or `grant_revoked` when no grant of its family lives.
   */
  async find(
    token: string,
    audience: "partner" | "mcp",
    now: number,
  ): Promise<Extract<Caller, { kind: "access" }>> {
    const claims = await this.read(token, now);
    if (!claims || claims.audience !== audiences(this.#ctx)[audience]) throw new ApiError("invalid_token");
    await this.findLive(claims);
    const { familyId, appId, userId, scopes } = claims;
    return { kind: "access", familyId, appId, userId, scopes };
  }

  /** The family's grants when the family has not ended and one of them is not revoked; throws otherwise. */
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
