import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { FORMS } from "@parlance/contract/credentials";
import { toLetters } from "./letters.ts";

const ID_BYTES = 16;
/** Ids are not secrets, so their random bytes may be made in advance. */
const ready = { bytes: Buffer.alloc(0), used: 0 };

/** Makes an id such as `grt_…`: a prefix and 128 random bits. It is not a secret. */
export function newId(prefix: string): string {
  if (ready.used === ready.bytes.length) {
    ready.bytes = randomBytes(256 * ID_BYTES);
    ready.used = 0;
  }
  const bytes = ready.bytes.subarray(ready.used, ready.used + ID_BYTES);
  ready.used += ID_BYTES;
  return `${prefix}_${toLetters(bytes, FORMS.base62.alphabet, 22)}`;
}

/** The SHA-256 of a secret as base64url, the form in which every credential is stored. */
export function hashOf(secret: string): string {
  return hash("sha256", secret, "base64url");
}

/** Compares two strings in time that depends on neither. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(
    createHash("sha256").update(one).digest(),
    createHash("sha256").update(other).digest(),
  );
}

export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

type Purpose = "sign-in" | "refresh-successor" | "encryption-at-rest" | "fingerprint";

/**
 * Keys derived from SECRET_KEY, one per purpose (HKDF-SHA256, RFC 5869). The key from before the last rotation still
 * works: stored rows name the key they were made with.
 */
export class Keyring {
  readonly currentId: string;
  readonly #secrets = new Map<string, string>();
  readonly #derived = new Map<string, Buffer>();
  /** The keys of successors, as objects: importing a key from bytes at every use costs more than the use. */
  readonly #successorKeys = new Map<string, KeyObject>();

  constructor(current: string, previous?: string) {
    this.currentId = keyId(current);
    if (previous) this.#secrets.set(keyId(previous), previous);
    this.#secrets.set(this.currentId, current);
  }

  /** A key of 32 bytes; undefined when the named key is no longer configured. */
  derive(purpose: Purpose, id = this.currentId): Buffer | undefined {
    const secret = this.#secrets.get(id);
    if (secret === undefined) return undefined;
    const cached = this.#derived.get(purpose + id);
    if (cached) return cached;
    const key = Buffer.from(hkdfSync("sha256", secret, "parlance", purpose, 32));
    this.#derived.set(purpose + id, key);
    return key;
  }

  /** Encrypts with AES-256-GCM; the answer carries the id of its key. */
  encrypt(plain: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.derive("encryption-at-rest") as Buffer, iv);
    const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    return [
      this.currentId,
      iv.toString("base64url"),
      body.toString("base64url"),
      cipher.getAuthTag().toString("base64url"),
    ].join(".");
  }

  /** The plain text; undefined when the key is missing or the text was altered. */
  decrypt(text: string): string | undefined {
    const [id = "", iv = "", body = "", tag = ""] = text.split(".");
    const key = this.derive("encryption-at-rest", id);
    if (!key) return undefined;
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv, "base64url"), {
        authTagLength: 16,
      });
      decipher.setAuthTag(Buffer.from(tag, "base64url"));
      return decipher.update(body, "base64url", "utf8") + decipher.final("utf8");
    } catch {
      return undefined;
    }
  }

  /** The HMAC-SHA256 of what a stranger sent: it is recognized when it comes again, and says nothing to whoever reads it. */
  fingerprint(text: string): string {
    return createHmac("sha256", this.derive("fingerprint") as Buffer)
      .update(text)
      .digest("base64url");
  }

  /** The HMAC-SHA256 of the parts, cut to the 20 bytes of a credential; undefined when the named key is missing. */
  successorBytes(id: string, salt: string, parent: string): Uint8Array | undefined {
    const key = this.#successorKeys.get(id) ?? this.#openSuccessorKey(id);
    return (
      key &&
      createHmac("sha256", key).update(`${salt}|${parent}`).digest().subarray(0, FORMS.base62.randomBytes)
    );
  }

  #openSuccessorKey(id: string): KeyObject | undefined {
    const bytes = this.derive("refresh-successor", id);
    if (!bytes) return undefined;
    const key = createSecretKey(bytes);
    this.#successorKeys.set(id, key);
    return key;
  }
}

function keyId(secret: string): string {
  return hashOf(`key-id:${secret}`).slice(0, 8);
}
