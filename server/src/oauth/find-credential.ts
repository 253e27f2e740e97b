import type { Reader } from "../context.ts";
import { findTokenFamily } from "../installations/find-token-family.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import type { AccessClaims, AccessTokens } from "./access-token.ts";
import { type RefreshRow, selectRefreshToken } from "./store-families.ts";

/** A token of ours in any state, with the app and family it belongs to. */
type FoundCredential =
  | { kind: "access"; appId: string; familyId: string; claims: AccessClaims }
  | { kind: "refresh"; appId: string; familyId: string; row: RefreshRow }
  | { kind: "installation"; appId: string; familyId: string; expiresAt: number };

/** Recognizes a token by its form and finds its family; null for anything that is not ours. */
export async function findCredential(
  store: Reader,
  accessTokens: AccessTokens,
  token: string,
  now: number,
): Promise<FoundCredential | null> {
  if (looksLike("refresh_token", token)) {
    const row = await selectRefreshToken(store, hashOf(token));
    return row ? { kind: "refresh", appId: row.appId, familyId: row.familyId, row } : null;
  }
  if (looksLike("installation_token", token)) {
    const row = await findTokenFamily(store, token);
    return row ? { kind: "installation", ...row } : null;
  }
  const claims = await accessTokens.read(token, now, { evenExpired: true });
  return claims && { kind: "access", appId: claims.appId, familyId: claims.familyId, claims };
}
