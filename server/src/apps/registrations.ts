import { ALL_SCOPES } from "@parlance/contract/scopes";
import { recordAudit } from "../audit/record.ts";
import type { Context, Reader, Transaction } from "../context.ts";
import { ANYONE, appActor } from "../database/actor.ts";
import { after } from "../platform/clock.ts";
import { looksLike, newCredential } from "../platform/credential.ts";
import { hashOf, newId } from "../platform/crypto.ts";
import { registerApp } from "./apps.ts";
import type { ClientMetadata } from "./client-metadata.ts";
import { deleteApp } from "./end-app.ts";
import { addSecret } from "./secrets.ts";
import { lockApp } from "./store.ts";
import {
  clearRegistrationToken,
  deleteRegistration,
  deleteUnapproved,
  extendUnapproved,
  hasRegistrations,
  insertRegistration,
  selectRegistration,
  selectTokenHashes,
  selectUnapproved,
} from "./store-registrations.ts";

/** A self-registered app that nobody approved is gone after this long. */
const UNAPPROVED_SECONDS = 7 * 24 * 60 * 60;

/** What a registration is answered with; the credentials exist in clear only here. */
export interface Registration {
  readonly appId: string;
  readonly token: string;
  readonly clientSecret: string | null;
}

/** Registers an app that speaks for itself, with a secret when it is confidential. It expires unless somebody approves it. */
export async function registerOwn(
  tx: Transaction,
  metadata: ClientMetadata,
  { confidential, fingerprint, now }: { confidential: boolean; fingerprint: string | null; now: number },
): Promise<Registration> {
  const appId = await registerApp(
    tx,
    {
      name: metadata.name,
      names: metadata.names,
      type: metadata.type,
      authentication: confidential ? "secret" : "none",
      origin: "registered",
      organizationId: null,
      homepage: metadata.homepage,
      redirectUris: [...metadata.redirectUris],
      // What a public one names is what it begins with: it may ask people for more later (decision 24).
      scopes: confidential ? [...metadata.scopes] : ALL_SCOPES,
      createdBy: null,
      expiresAt: after(now, UNAPPROVED_SECONDS),
      fingerprint,
      deviceFlow: metadata.deviceFlow,
    },
    now,
  );
  await recordAudit(tx, { at: now, action: "client.registered", actor: ANYONE, appId, target: appId });
  const token = await addRegistration(tx, appId, now);
  return { appId, token, clientSecret: confidential ? (await addSecret(tx, appId, now)).clientSecret : null };
}

/**
 * Gives the same app again to whoever registers the same from the same network, as long as nobody approved it; undefined
 * without one. Each registration has a token of its own (decision 17).
 */
export async function registerAgain(
  { db }: Pick<Context, "db">,
  fingerprint: string,
  now: number,
): Promise<Registration | undefined> {
  const appId = await selectUnapproved(db.read, fingerprint, now);
  if (appId === undefined) return undefined;
  return db.write(async (tx) => {
    const expiresAt = after(now, UNAPPROVED_SECONDS);
    if (!(await extendUnapproved(tx, appId, { fingerprint, now, expiresAt }))) return undefined;
    return { appId, token: await addRegistration(tx, appId, now), clientSecret: null };
  });
}

/** The registration that this token manages; undefined when it is none. */
export async function findRegistration(
  store: Reader,
  token: string,
): Promise<{ id: string; appId: string } | undefined> {
  return looksLike("registration_token", token) ? selectRegistration(store, hashOf(token)) : undefined;
}

/**
 * Ends one registration, and with the last one its app: whoever was given the same app keeps it (decision 17). Answers
 * whether it was there.
 */
export async function endRegistration(
  tx: Transaction,
  { id, appId }: { id: string; appId: string },
  now: number,
): Promise<boolean> {
  // Two that end at once are not both the last but one.
  await lockApp(tx, appId);
  if (!(await deleteRegistration(tx, id))) return false;
  const isShared = await hasRegistrations(tx, appId);
  const actor = appActor({ appId });
  await recordAudit(tx, {
    at: now,
    action: "client.unregistered",
    actor,
    appId,
    target: appId,
    details: { isShared },
  });
  if (isShared || (await deleteUnapproved(tx, appId))) return true;
  await deleteApp(tx, appId, { actor }, now);
  return true;
}

/** The hashes among these that are of registration tokens. */
export function findLiveRegistrations(store: Reader, hashes: readonly string[]): Promise<string[]> {
  return selectTokenHashes(store, hashes);
}

/** Takes its power from a token that was reported as leaked; the app stays. */
export async function revokeRegistrationToken(tx: Transaction, hash: string): Promise<void> {
  await clearRegistrationToken(tx, hash);
}

async function addRegistration(tx: Transaction, appId: string, now: number): Promise<string> {
  const token = newCredential("registration_token");
  await insertRegistration(tx, { id: newId("reg"), appId, tokenHash: hashOf(token), createdAt: now });
  return token;
}
