import { sign } from "node:crypto";
import type { SigningKey } from "./signing-keys.ts";

/**
 * Answers a JWT in compact form (RFC 7515 §3.1), signed by Ed25519 (RFC 8037 §3.1) or ECDSA on P-256 (RFC 7518 §3.4). It
 * signs on this thread: a signature takes less time than handing it to another one.
 */
export function signJwt(
  { algorithm, id, privateKey }: Pick<SigningKey, "algorithm" | "id" | "privateKey">,
  type: string,
  claims: object,
): string {
  const signed = `${encode({ alg: algorithm, kid: id, typ: type })}.${encode(claims)}`;
  const bytes = Buffer.from(signed);
  const signature =
    algorithm === "EdDSA"
      ? sign(null, bytes, privateKey)
      : // Both halves in their full length, as JWS has them.
        sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${signed}.${signature.toString("base64url")}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
