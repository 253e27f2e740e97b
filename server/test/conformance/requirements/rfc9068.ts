import { requirementsOf } from "./requirement.ts";

const NOT_ENCRYPTED = "Access tokens are signed and not encrypted: they hold nothing secret.";

/** RFC 9068, JWT Profile for OAuth 2.0 Access Tokens. */
export const rfc9068 = requirementsOf(9068, [
  {
    at: "2.1-1",
    level: "MUST",
    requirement: "Access tokens are signed.",
    provenBy: ["jwt/header"],
  },
  {
    at: "2.1-2",
    level: "MUST NOT",
    requirement: "alg is never none.",
    provenBy: ["jwt/header", "jwt/forged-refused"],
  },
  {
    at: "2.1-3",
    level: "RECOMMENDED",
    requirement: "Signatures are asymmetric.",
    provenBy: ["jwt/header"],
  },
  {
    at: "2.1-4",
    level: "MUST",
    requirement: "RS256 is among the supported algorithms.",
    notApplicable:
      "Deliberate: EdDSA signs, ES256 is the second key. RS256 costs 3.8 times the CPU (design, Chosen libraries), and only this server reads these tokens, so nobody else depends on the algorithm.",
  },
  {
    at: "2.1-5",
    level: "MUST",
    requirement: "typ is at+jwt, written without application/.",
    provenBy: ["jwt/header"],
  },
  {
    at: "2.2-1",
    level: "REQUIRED",
    requirement: "iss, exp, aud, sub, client_id, iat and jti are present.",
    provenBy: ["jwt/claims"],
  },
  {
    at: "2.2-2",
    level: "SHOULD",
    requirement: "sub is the user, since every grant has one.",
    provenBy: ["jwt/claims"],
  },
  {
    at: "2.2.2-1",
    level: "SHOULD",
    requirement: "Facts about the user use the registered claim names and respect privacy.",
    notApplicable: "Access tokens hold no fact about the user but the id.",
  },
  {
    at: "2.2.3-1",
    level: "SHOULD",
    requirement: "A token for a request with scope has a scope claim.",
    provenBy: ["jwt/claims"],
  },
  {
    at: "2.2.3-2",
    level: "MUST",
    requirement: "Every scope in the token means something at its audience.",
    note: "Both audiences read the same scope table; OpenID names are left out.",
    provenBy: ["jwt/scope-is-of-the-table"],
  },
  {
    at: "2.2.3.1-1",
    level: "SHOULD",
    requirement: "Roles, groups and entitlements use the claims of RFC 7643.",
    notApplicable:
      "Roles are not in the token: they are looked up on every call, so that a change counts at once.",
  },
  {
    at: "3-1",
    level: "SHOULD",
    requirement: "aud is the resource that was asked for.",
    note: "The bare origin and the origin with a slash mean MCP_URL: published clients send them (spec/oauth §1).",
    provenBy: ["target/audience"],
  },
  {
    at: "3-2",
    level: "MUST NOT",
    requirement: "No token is issued whose authorization would be ambiguous.",
    provenBy: ["target/one-audience"],
  },
  {
    at: "3-3",
    level: "MUST",
    requirement: "Without a resource a default one becomes the audience.",
    provenBy: ["target/default"],
  },
  {
    at: "3-4",
    level: "SHOULD",
    requirement: "A default is inferred from the scope, and scopes of different defaults are refused.",
    notApplicable:
      "Every scope belongs to both audiences, so scopes never point to different ones; the partner API is the default.",
  },
  {
    at: "4-1",
    level: "SHOULD",
    requirement: "Keys and issuer are published in the metadata.",
    provenBy: ["metadata/issuer", "jwks/keys"],
  },
  {
    at: "4-2",
    level: "MUST",
    requirement: "A token of another typ is refused.",
    provenBy: ["jwt/checks"],
  },
  {
    at: "4-3",
    level: "SHOULD",
    requirement: "Where encryption was agreed, a plain token is refused.",
    notApplicable: NOT_ENCRYPTED,
  },
  {
    at: "4-4",
    level: "MUST",
    requirement: "A token of another issuer is refused.",
    provenBy: ["jwt/checks"],
  },
  {
    at: "4-5",
    level: "MUST",
    requirement: "A token for another audience is refused.",
    provenBy: ["jwt/audience-checked", "jwt/checks"],
  },
  {
    at: "4-6",
    level: "MUST",
    requirement: "The signature is checked with the published keys, and alg none is refused.",
    provenBy: ["jwt/forged-refused", "jwks/keys"],
  },
  {
    at: "4-7",
    level: "MUST",
    requirement: "A token is refused from its exp on.",
    provenBy: ["jwt/expires", "jwt/checks"],
  },
  {
    at: "4-8",
    level: "MUST",
    requirement: "Every such failure is answered as RFC 6750 says, with invalid_token.",
    provenBy: ["jwt/forged-refused", "jwt/audience-checked", "jwt/expires"],
  },
  {
    at: "4-9",
    level: "SHOULD",
    requirement: "Scopes of the token count together with everything else that is known.",
    provenBy: ["resource/scope-required"],
  },
  {
    at: "5-1",
    level: "MUST",
    requirement: "Different resources have different audiences.",
    provenBy: ["jwt/audience-checked", "protected-resource/identifier"],
  },
]);
