import { createHash } from "node:crypto";
import { sameSecret } from "../platform/crypto.ts";

/** Whether the text is an S256 challenge: the base64url of a SHA-256, 43 letters (RFC 7636 §4.2). */
export function isChallenge(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** Whether the text is a verifier: 43 to 128 unreserved characters (RFC 7636 §4.1). */
function isVerifier(text: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(text);
}

/** Whether the verifier belongs to the S256 challenge (RFC 7636 §4.6); `plain` is never accepted. */
export function verifierMatches(verifier: string, challenge: string): boolean {
  return (
    isVerifier(verifier) && sameSecret(createHash("sha256").update(verifier).digest("base64url"), challenge)
  );
}
