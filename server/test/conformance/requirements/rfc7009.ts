import { requirementsOf } from "./requirement.ts";

/** RFC 7009, OAuth 2.0 Token Revocation. */
export const rfc7009 = requirementsOf(7009, [
  {
    at: "2-1",
    level: "MUST",
    requirement: "Refresh tokens can be revoked.",
    provenBy: ["revoke/refresh-token"],
  },
  {
    at: "2-2",
    level: "SHOULD",
    requirement: "Access tokens can be revoked.",
    provenBy: ["revoke/access-token"],
  },
  {
    at: "2-3",
    level: "MUST",
    requirement: "The revocation endpoint's address keeps the rules of RFC 6749 §3.1.",
    provenBy: ["metadata/addresses"],
  },
  {
    at: "2-4",
    level: "MUST",
    requirement: "Revocation travels over TLS.",
    provenBy: ["settings/https-required"],
  },
  {
    at: "2-5",
    level: "SHOULD",
    requirement: "Where the host also answers plain HTTP, revocation works there too.",
    notApplicable:
      "Whether the host answers plain HTTP is the proxy's decision; the server itself treats both alike.",
  },
  {
    at: "2-6",
    level: "MUST NOT",
    requirement: "A plain HTTP address is never published as revocation endpoint.",
    provenBy: ["settings/https-required"],
  },
  {
    at: "2.1-1",
    level: "REQUIRED",
    requirement: "The token parameter is required.",
    provenBy: ["revoke/token-required"],
  },
  {
    at: "2.1-2",
    level: "MUST",
    requirement: "A wrong hint does not keep the token from being found.",
    provenBy: ["revoke/wrong-hint"],
  },
  {
    at: "2.1-3",
    level: "MUST",
    requirement: "The app is authenticated first and refused with an error when that fails.",
    provenBy: ["revoke/authentication"],
  },
  {
    at: "2.1-4",
    level: "MUST",
    requirement: "A token is revoked only for the app it was issued to.",
    note: "A foreign token answers 200 like an unknown one, so nobody learns whether it exists.",
    provenBy: ["revoke/foreign-token-unharmed"],
  },
  {
    at: "2.1-5",
    level: "SHOULD",
    requirement: "Revoking a refresh token ends the access tokens of the same authorization.",
    provenBy: ["revoke/ends-the-family"],
  },
  {
    at: "2.1-6",
    level: "MUST",
    requirement: "A revoked token is refused from the next call on.",
    provenBy: ["revoke/refresh-token", "revoke/access-token"],
  },
  {
    at: "2.2-1",
    level: "MUST",
    requirement: "Success and an unknown token are both 200.",
    provenBy: ["revoke/unknown-token"],
  },
  {
    at: "2.2.1-1",
    level: "MUST",
    requirement: "Errors look like those of the token endpoint.",
    provenBy: ["revoke/authentication", "revoke/token-required"],
  },
  {
    at: "5-1",
    level: "MUST",
    requirement: "The revocation endpoint withstands denial of service.",
    provenBy: ["token/guessing-limited", "token/body-limit"],
  },
  {
    at: "5-2",
    level: "MUST",
    requirement: "Senseless hints cost nothing.",
    provenBy: ["revoke/wrong-hint"],
  },
]);
