import { createHash, randomBytes } from "node:crypto";

/** What an app asked for when it sent a user to the authorization endpoint (RFC 6749 §4.1.1). */
export interface AuthorizeRequest {
  readonly redirectUri: string | null;
  readonly state: string | null;
  readonly challenge: string | null;
  readonly challengeMethod: string | null;
  readonly query: URLSearchParams;
}

/** One link of a chain of refresh tokens; `delivered` is false where its answer was lost on purpose. */
interface Link {
  readonly token: string;
  delivered: boolean;
}

/** What one user allowed, with every token that hangs on it. */
export interface Grant {
  readonly id: string;
  /** The newest is the last one. */
  readonly chain: Link[];
  readonly accessTokens: Set<string>;
  readonly installationTokens: Set<string>;
  revoked: boolean;
}

interface Code {
  readonly request: AuthorizeRequest;
  used: boolean;
}

/** Everything the doctor's server ever issued, so that a leak is found and a token is known for what it was. */
export class Grants {
  readonly #grants: Grant[] = [];
  readonly #codes = new Map<string, Code>();
  /** Every credential that was issued or presented. */
  readonly secrets = new Map<string, string>();

  issueCode(request: AuthorizeRequest): string {
    const code = this.#secret("an authorization code", "bi_ac_");
    this.#codes.set(code, { request, used: false });
    return code;
  }

  /** The code's request, once; undefined for a code that is unknown or used. */
  redeem(code: string): AuthorizeRequest | undefined {
    const known = this.#codes.get(code);
    if (!known || known.used) return undefined;
    known.used = true;
    return known.request;
  }

  create(): Grant {
    const grant: Grant = {
      id: `grt_${randomBytes(9).toString("hex")}`,
      chain: [],
      accessTokens: new Set(),
      installationTokens: new Set(),
      revoked: false,
    };
    this.#grants.push(grant);
    this.rotate(grant);
    grant.accessTokens.clear();
    return grant;
  }

  /** A new refresh token, and an access token with it. */
  rotate(grant: Grant): { link: Link; accessToken: string } {
    const link = { token: this.#secret("a refresh token", "rt_"), delivered: true };
    grant.chain.push(link);
    return { link, accessToken: this.accessToken(grant) };
  }

  accessToken(grant: Grant): string {
    const token = this.#secret("an access token", "eyJ");
    grant.accessTokens.add(token);
    return token;
  }

  installationToken(grant: Grant): string {
    const token = this.#secret("an installation token", "bi_oat_");
    grant.installationTokens.add(token);
    return token;
  }

  /** Access and installation tokens end, as they do with time; the refresh token stays good. */
  expire(grant: Grant): void {
    grant.accessTokens.clear();
    grant.installationTokens.clear();
  }

  byId(id: string): Grant | undefined {
    return this.#grants.find((grant) => grant.id === id);
  }

  byRefreshToken(token: string): Grant | undefined {
    return this.#grants.find(({ chain }) => chain.some((link) => link.token === token));
  }

  byInstallationToken(token: string): Grant | undefined {
    return this.#grants.find(({ installationTokens }) => installationTokens.has(token));
  }

  byAccessToken(token: string): Grant | undefined {
    return this.#grants.find(({ accessTokens }) => accessTokens.has(token));
  }

  remember(kind: string, secret: string): void {
    if (secret.length >= 8) this.secrets.set(secret, kind);
  }

  #secret(kind: string, prefix: string): string {
    const secret = prefix + randomBytes(24).toString("base64url");
    this.remember(kind, secret);
    return secret;
  }
}

/** A token that was replaced, although its successor had arrived (RFC 9700 §4.14.2). */
export function isStale({ chain }: Grant, token: string): boolean {
  const at = chain.findIndex((link) => link.token === token);
  return chain.slice(at + 1).some(({ delivered }) => delivered);
}

/** RFC 7636 §4.6: whether the verifier is what the challenge was made of. */
export function proves({ challenge, challengeMethod }: AuthorizeRequest, verifier: string): boolean {
  if (challenge === null) return true;
  if (challengeMethod !== "S256") return challenge === verifier;
  return createHash("sha256").update(verifier).digest("base64url") === challenge;
}
