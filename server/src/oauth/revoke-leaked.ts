import { findLeakable, revokeLeakedKey } from "../api-keys/revoke-keys.ts";
import { findLiveRegistrations, revokeRegistrationToken } from "../apps/registrations.ts";
import { findLiveSecrets, markSecretLeaked } from "../apps/secrets.ts";
import type { OwnCall } from "../context.ts";
import { inChunks } from "../database/in-chunks.ts";
import { findLiveTokens, revokeInstallationToken } from "../installations/revoke-token.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import type { AccessTokens } from "./access-token.ts";
import { endFamilies } from "./families.ts";
import { selectFamiliesOfTokens, selectLiveFamilies } from "./store-families.ts";

/**
 * Acts on leaked credentials that anyone may report (spec/oauth, "Credentials"): the family of a refresh or access token
 * ends, an installation token or secret key is revoked, a client secret is marked, a registration token opens nothing any more.
 * The answer does not say whether one was real.
 *
 * Everything is looked up first, many at a time, and only what is alive costs a write: a short one for each, so that
 * others have their turn between.
 */
export async function revokeLeaked(
  accessTokens: AccessTokens,
  call: OwnCall,
  credentials: readonly string[],
): Promise<void> {
  const { db, store, now } = call;
  const reported = sortByKind(credentials);
  const families = await familiesOf(accessTokens, call, reported);
  for (const id of await inChunks(families, (ids) => selectLiveFamilies(store, ids))) {
    await db.write((tx) => endFamilies(tx, { id }, "reported_leaked", now));
  }
  for (const hash of await inChunks(reported.installation, (hashes) => findLiveTokens(store, hashes))) {
    await db.write((tx) => revokeInstallationToken(tx, hash, now));
  }
  for (const hash of await inChunks(reported.key, (hashes) => findLeakable(store, hashes))) {
    await db.write((tx) => revokeLeakedKey(call, tx, hash, now));
  }
  for (const hash of await inChunks(reported.secret, (hashes) => findLiveSecrets(store, hashes))) {
    await db.write((tx) => markSecretLeaked(call, tx, hash, now));
  }
  for (const hash of await inChunks(reported.registration, (hashes) =>
    findLiveRegistrations(store, hashes),
  )) {
    await db.write((tx) => revokeRegistrationToken(tx, hash));
  }
}

/** Hashes of opaque credentials, and everything else, which may be an access token. Each stands there once. */
function sortByKind(credentials: readonly string[]) {
  const sorted = {
    refresh: [] as string[],
    installation: [] as string[],
    key: [] as string[],
    secret: [] as string[],
    registration: [] as string[],
    other: [] as string[],
  };
  for (const credential of new Set(credentials)) {
    if (looksLike("refresh_token", credential)) sorted.refresh.push(hashOf(credential));
    else if (looksLike("installation_token", credential)) sorted.installation.push(hashOf(credential));
    else if (looksLike("organization_key", credential)) sorted.key.push(hashOf(credential));
    else if (looksLike("client_secret", credential)) sorted.secret.push(hashOf(credential));
    else if (looksLike("registration_token", credential)) sorted.registration.push(hashOf(credential));
    else sorted.other.push(credential);
  }
  return sorted;
}

/**
 * The families whose refresh or access tokens these are. Signatures are checked last, and only of tokens that say they are
 * of a family which lives: none but its holders know its name. Looking at an access token may make signing keys, a write
 * of its own, so no transaction may be open.
 */
async function familiesOf(
  accessTokens: AccessTokens,
  { store, now, address, strangers }: OwnCall,
  { refresh, other }: ReturnType<typeof sortByKind>,
): Promise<string[]> {
  const ids = new Set(await inChunks(refresh, (hashes) => selectFamiliesOfTokens(store, hashes)));
  const claiming = new Map<string, string[]>();
  for (const token of other) {
    const family = await accessTokens.claimedFamily(token, now);
    if (family !== null) claiming.set(family, [...(claiming.get(family) ?? []), token]);
  }
  for (const family of await inChunks([...claiming.keys()], (part) => selectLiveFamilies(store, part))) {
    for (const token of claiming.get(family) ?? []) {
      // Who has presented so many forged ones is answered as ever, and no further one is looked at in this minute.
      if (ids.has(family) || strangers.isBadNetwork(address, now)) break;
      if (await accessTokens.read(token, now, { evenExpired: true })) ids.add(family);
      else strangers.noteFailure({ credentials: [], address, now });
    }
  }
  return [...ids];
}
