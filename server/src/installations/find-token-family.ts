import type { Reader } from "../context.ts";
import { hashOf } from "../platform/crypto.ts";
import { selectToken } from "./store.ts";

/** The app and family of an installation token in any state. */
export async function findTokenFamily(
  store: Reader,
  token: string,
): Promise<{ appId: string; familyId: string; expiresAt: number } | null> {
  const row = await selectToken(store, hashOf(token));
  return row ? { appId: row.appId, familyId: row.familyId, expiresAt: row.expiresAt } : null;
}
