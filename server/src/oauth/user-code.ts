import { randomInt } from "node:crypto";
import type { Context } from "../context.ts";

/** Without vowels, so that no word comes of it, and without digits (RFC 8628 §6.1): 20⁸ codes, 34.5 bits. */
const ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
const LENGTH = 8;
const LONGEST_TYPED = 40;

/** Makes a code that a person reads on a device and types elsewhere. */
export function newUserCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** The code as a device shows it: `XXXX-XXXX`. */
export function shownUserCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/** The code that somebody typed, in whatever case and with whatever between its letters; null when it cannot be one. */
export function readUserCode(typed: string): string | null {
  if (typed.length > LONGEST_TYPED) return null;
  const letters = typed.toUpperCase().replace(/[\p{P}\p{S}\p{Z}\p{Cc}]/gu, "");
  return letters.length === LENGTH && [...letters].every((letter) => ALPHABET.includes(letter))
    ? letters
    : null;
}

/** The form in which it is stored and looked up: so short a secret would be found again from a hash without a key. */
export function hashOfUserCode({ keyring }: Pick<Context, "keyring">, code: string): string {
  return keyring.fingerprint(`user code ${code}`);
}
