import { randomInt } from "node:crypto";
import { USER_CODE_ALPHABET, USER_CODE_LETTERS } from "@parlance/contract/user-code";
import type { Context } from "../context.ts";

/** Makes a code that a person reads on a device and types elsewhere. */
export function newUserCode(): string {
  const letter = () => USER_CODE_ALPHABET[randomInt(USER_CODE_ALPHABET.length)];
  return Array.from({ length: USER_CODE_LETTERS }, letter).join("");
}

/** The form in which it is stored and looked up: so short a secret would be found again from a hash without a key. */
export function hashOfUserCode({ keyring }: Pick<Context, "keyring">, code: string): string {
  return keyring.fingerprint(`user code ${code}`);
}
