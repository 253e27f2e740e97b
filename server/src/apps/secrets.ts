import { recordAudit } from "../audit/record.ts";
import type { Context, Reader, Transaction } from "../context.ts";
import { ANYONE } from "../database/actor.ts";
import type { AppSecretTable } from "../database/schema.ts";
import type { Notifier } from "../organizations/notify-owners.ts";
import { ApiError } from "../platform/api-error.ts";
import { looksLike, newCredential } from "../platform/credential.ts";
import { hashOf, newId } from "../platform/crypto.ts";
import { NOTED_EVERY_MS, noteEachMinute } from "../platform/note-each-minute.ts";
import { notifyAppOwners } from "./notify.ts";
import { lockApp, selectAppOwner } from "./store.ts";
import {
  insertSecret,
  selectLiveHashes,
  selectLiveSecrets,
  selectSecretByHash,
  updateSecret,
  updateSecretUse,
} from "./store-secrets.ts";

const MOST_LIVE_SECRETS = 2;

/**
 * Adds a client secret, whose clear text exists only in the answer. Has to run in a transaction. Throws `conflict` when
 * the app has two live ones.
 */
export async function addSecret(
  store: Reader,
  appId: string,
  now: number,
): Promise<{ row: AppSecretTable; clientSecret: string }> {
  await lockApp(store, appId);
  if ((await selectLiveSecrets(store, [appId])).length >= MOST_LIVE_SECRETS) {
    throw new ApiError("conflict", "Two secrets exist already. Delete one first.");
  }
  const clientSecret = newCredential("client_secret");
  const row: AppSecretTable = {
    id: newId("sec"),
    appId,
    hash: hashOf(clientSecret),
    lastFour: clientSecret.slice(-4),
    createdAt: now,
    lastUsedAt: null,
    leakedAt: null,
    deletedAt: null,
  };
  await insertSecret(store, row);
  return { row, clientSecret };
}

/** The live secret that this is, with its app; undefined when it is none. */
export async function findSecret(
  store: Reader,
  secret: string,
): Promise<Pick<AppSecretTable, "id" | "appId"> | undefined> {
  return looksLike("client_secret", secret) ? selectSecretByHash(store, hashOf(secret)) : undefined;
}

/** The hashes among these that are of live secrets. */
export function findLiveSecrets(store: Reader, hashes: readonly string[]): Promise<string[]> {
  return selectLiveHashes(store, hashes);
}

const isToNote = noteEachMinute();

/** Notes in the background that a secret was used, at most once a minute. Never throws, and no caller waits for it. */
export function noteSecretUse(ctx: Pick<Context, "db" | "log">, secretId: string, now: number): void {
  if (!isToNote(ctx.db, secretId, now)) return;
  ctx.db
    .write((tx) => updateSecretUse(tx, secretId, now, now - NOTED_EVERY_MS))
    .catch((error: unknown) => ctx.log.warn({ err: error }, "the last use of a client secret was not noted"));
}

/**
 * Acts on a report of a leaked client secret (spec/oauth, "Credentials"): it is marked, the owners get a mail, and it is
 * deleted only when a second one that did not leak keeps the app working. Answers whether the hash was of a live secret.
 */
export async function markSecretLeaked(
  call: Notifier,
  store: Transaction,
  hash: string,
  now: number,
): Promise<boolean> {
  const found = await selectSecretByHash(store, hash);
  if (!found) return false;
  await lockApp(store, found.appId);
  // Read again behind the lock: two reports at once must not delete both secrets.
  const live = await selectLiveSecrets(store, [found.appId]);
  const secret = live.find((row) => row.id === found.id);
  if (!secret) return true;
  const replaced = live.some((row) => row.id !== secret.id && row.leakedAt === null);
  if (secret.leakedAt !== null && !replaced) return true;
  await updateSecret(store, secret.id, {
    leakedAt: secret.leakedAt ?? now,
    deletedAt: replaced ? now : null,
  });
  await recordAudit(store, {
    at: now,
    action: "secrets.leaked",
    organizationId: await selectAppOwner(store, secret.appId),
    actor: ANYONE,
    appId: secret.appId,
    target: secret.id,
    details: { deleted: replaced },
  });
  await notifyAppOwners(call, store, secret.appId, leakMail(secret.lastFour, replaced));
  return true;
}

function leakMail(lastFour: string, deleted: boolean): { subject: string; text: string } {
  return {
    subject: "A client secret of your app was reported as leaked",
    text: [
      `Somebody reported the client secret that ends in ${lastFour} as leaked.`,
      deleted
        ? "It was deleted, because the app has another one."
        : "It still works, because the app has no other one. Add a new secret under Developer → Apps, put it into your app, then delete this one.",
    ].join("\n\n"),
  };
}
