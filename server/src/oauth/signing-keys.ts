import { createPrivateKey, type KeyObject } from "node:crypto";
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importJWK,
  type JWK,
} from "jose";
import type { Context } from "../context.ts";
import { signingKeysLock } from "../database/locks.ts";
import { after } from "../platform/clock.ts";
import { insertSigningKey, selectSigningKeys } from "./store-keys.ts";

type Algorithm = "EdDSA" | "ES256";
const ALGORITHMS: Algorithm[] = ["EdDSA", "ES256"];

const DAY_SECONDS = 24 * 60 * 60;
/** A key signs for 90 days; its successor stands in the JWKS for a day before it is used. */
const SIGNING_SECONDS = 90 * DAY_SECONDS;
const PUBLISHED_BEFORE_SECONDS = DAY_SECONDS;
/** Other nodes learn of a new key within this time, well before it signs. */
const RELOAD_SECONDS = 60;

/** The part of the context that keys need; the command line does not have more. */
type Tools = Pick<Context, "config" | "db" | "log" | "keyring">;

export interface SigningKey {
  id: string;
  algorithm: Algorithm;
  publicJwk: JWK;
  publicKey: CryptoKey;
  privateKey: KeyObject;
  activeFrom: number;
}

/**
 * The asymmetric keys of access tokens: one EdDSA and one ES256 key at a time, both published. Private keys are stored
 * encrypted under SECRET_KEY. A replaced key stays published until the last token it signed has expired.
 */
export class SigningKeys {
  readonly #ctx: Tools;
  #keys: SigningKey[] = [];
  #loadedAt = Number.NEGATIVE_INFINITY;
  #reloading: Promise<void> | undefined;

  constructor(ctx: Tools) {
    this.#ctx = ctx;
  }

  /** The key that signs now. */
  async current(now: number): Promise<SigningKey> {
    await this.#reload(now);
    const key = this.#newestActive(this.#ctx.config.SIGNING_ALGORITHM, now);
    if (!key) throw new Error("no signing key");
    return key;
  }

  /** The public key with this id; null when it is unknown or long replaced. */
  async find(id: string, now: number): Promise<SigningKey | null> {
    await this.#reload(now);
    return this.#published(now).find((key) => key.id === id) ?? null;
  }

  /** The published keys as a JWK Set (RFC 7517 §5). */
  async jwks(now: number): Promise<{ keys: JWK[] }> {
    await this.#reload(now);
    return { keys: this.#published(now).map((key) => key.publicJwk) };
  }

  /** Publishes successors now and lets them sign after a day; from the command line, or by itself every 90 days. */
  async rotate(now: number): Promise<void> {
    // A successor follows the newest key, so that one has to be known first.
    await this.#reload(now);
    for (const algorithm of ALGORITHMS)
      await this.#create(algorithm, now, after(now, PUBLISHED_BEFORE_SECONDS));
    this.#loadedAt = Number.NEGATIVE_INFINITY;
  }

  /** Runs one at a time; callers that come meanwhile wait for it, so that none finds the list empty after a start. */
  async #reload(now: number): Promise<void> {
    if (now >= this.#loadedAt && now < after(this.#loadedAt, RELOAD_SECONDS)) return;
    this.#reloading ??= this.#readAndRenew(now).finally(() => {
      this.#reloading = undefined;
    });
    await this.#reloading;
  }

  async #readAndRenew(now: number): Promise<void> {
    await this.#load();
    for (const algorithm of ALGORITHMS) {
      const newest = this.#keys.filter((key) => key.algorithm === algorithm).at(-1);
      if (!newest) await this.#create(algorithm, now, now);
      else if (now >= after(newest.activeFrom, SIGNING_SECONDS - PUBLISHED_BEFORE_SECONDS)) {
        await this.#create(algorithm, now, after(now, PUBLISHED_BEFORE_SECONDS));
      }
    }
    await this.#load();
    this.#loadedAt = now;
  }

  async #load(): Promise<void> {
    const rows = await selectSigningKeys(this.#ctx.db.read);
    const known = new Map(this.#keys.map((key) => [key.id, key]));
    const keys = await Promise.all(rows.map(async (row) => known.get(row.id) ?? this.#open(row)));
    this.#keys = keys.filter((key) => key !== null);
  }

  async #open(row: Awaited<ReturnType<typeof selectSigningKeys>>[number]): Promise<SigningKey | null> {
    const pkcs8 = this.#ctx.keyring.decrypt(row.privateKey);
    if (pkcs8 === undefined) {
      this.#ctx.log.warn({ kid: row.id }, "a signing key cannot be read with the present SECRET_KEY");
      return null;
    }
    const publicJwk = JSON.parse(row.publicJwk) as JWK;
    return {
      id: row.id,
      algorithm: row.algorithm,
      publicJwk,
      publicKey: (await importJWK(publicJwk, row.algorithm)) as CryptoKey,
      privateKey: createPrivateKey(pkcs8),
      activeFrom: row.activeFrom,
    };
  }

  /** Two nodes that find the same key missing agree on one: the lock lets the second see the first's. */
  async #create(algorithm: Algorithm, now: number, activeFrom: number): Promise<void> {
    const pair = await generateKeyPair(algorithm, { extractable: true });
    const publicJwk = await exportJWK(pair.publicKey);
    const id = await calculateJwkThumbprint(publicJwk);
    const privateKey = this.#ctx.keyring.encrypt(await exportPKCS8(pair.privateKey));
    const jwk = JSON.stringify({ ...publicJwk, kid: id, alg: algorithm, use: "sig" });
    const newest = this.#keys.filter((key) => key.algorithm === algorithm).at(-1)?.activeFrom ?? -1;
    await this.#ctx.db.write(async (tx) => {
      await this.#ctx.db.lock(tx, signingKeysLock);
      const later = (await selectSigningKeys(tx)).filter(
        (row) => row.algorithm === algorithm && row.activeFrom > newest,
      );
      if (later.some((row) => this.#ctx.keyring.decrypt(row.privateKey) !== undefined)) return;
      await insertSigningKey(tx, { id, algorithm, publicJwk: jwk, privateKey, createdAt: now, activeFrom });
    });
  }

  /** The first of all signs for whoever asks a little before it was made, by another clock or in the same moment. */
  #newestActive(algorithm: Algorithm, now: number): SigningKey | undefined {
    const keys = this.#keys.filter((key) => key.algorithm === algorithm);
    return keys.filter((key) => key.activeFrom <= now).at(-1) ?? keys[0];
  }

  #published(now: number): SigningKey[] {
    const lastToken = this.#ctx.config.ACCESS_TOKEN_SECONDS + RELOAD_SECONDS;
    return this.#keys.filter((key) => {
      const successor = this.#keys.find(
        (other) => other.algorithm === key.algorithm && other.activeFrom > key.activeFrom,
      );
      return !successor || now < after(successor.activeFrom, lastToken);
    });
  }
}
