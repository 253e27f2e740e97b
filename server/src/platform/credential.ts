import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { CREDENTIALS, FORMS, type OpaqueCredentialKind } from "@parlance/contract/credentials";
import { toLetters } from "./letters.ts";

/** Makes a new credential of the given kind. Only its hash may be stored. */
export function newCredential(kind: OpaqueCredentialKind): string {
  return formatCredential(kind, randomBytes(FORMS[CREDENTIALS[kind].form].randomBytes));
}

/** The credential of the given kind made of these random bytes. */
export function formatCredential(kind: OpaqueCredentialKind, bytes: Uint8Array): string {
  const { prefix, form } = CREDENTIALS[kind];
  const { alphabet, randomLetters } = FORMS[form];
  const body = prefix + toLetters(bytes, alphabet, randomLetters);
  return body + checksum(body, form);
}

/** Whether prefix, length, alphabet and checksum are valid. Tested before any look-up. */
export function looksLike(kind: OpaqueCredentialKind, text: string): boolean {
  const { prefix, form } = CREDENTIALS[kind];
  const { randomLetters, checksumLetters } = FORMS[form];
  if (!text.startsWith(prefix)) return false;
  if (text.length !== prefix.length + randomLetters + checksumLetters) return false;
  const body = text.slice(0, -checksumLetters);
  return checksum(body, form) === text.slice(-checksumLetters);
}

function checksum(body: string, form: keyof typeof FORMS): string {
  const { alphabet, checksumLetters } = FORMS[form];
  const number = Buffer.alloc(4);
  number.writeUInt32BE(crc32(body));
  return toLetters(number, alphabet, checksumLetters);
}
