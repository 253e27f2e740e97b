import { TLS_ENDS_BEFORE_US } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

/** RFC 7662, OAuth 2.0 Token Introspection. */
export const rfc7662 = requirementsOf(7662, [
  {
    at: "2.1-1",
    level: "REQUIRED",
    requirement: "The token parameter is required, in a form POST.",
    provenBy: ["introspect/token-required", "introspect/post-only"],
  },
  {
    at: "2.1-2",
    level: "MUST",
    requirement: "A wrong hint does not keep the token from being found.",
    provenBy: ["introspect/wrong-hint"],
  },
  {
    at: "2.1-3",
    level: "MUST",
    requirement: "Nobody introspects without authentication.",
    provenBy: ["introspect/authentication"],
  },
  {
    at: "2.2-1",
    level: "REQUIRED",
    requirement: "The answer is JSON with a boolean active.",
    provenBy: ["introspect/active"],
  },
  {
    at: "2.2-2",
    level: "MUST",
    requirement: "Added members meant for others are registered.",
    notApplicable: "grant_id, organization_id and grants are this server's own, for its own apps.",
  },
  {
    at: "2.2-3",
    level: "MUST",
    requirement: "A token that is unknown, ended or none of the asker's business is active: false.",
    provenBy: ["introspect/ended", "introspect/foreign"],
  },
  {
    at: "2.2-4",
    level: "SHOULD NOT",
    requirement: "Nothing else is said about an inactive token.",
    provenBy: ["introspect/ended", "introspect/foreign"],
  },
  {
    at: "2.3-1",
    level: "MUST",
    requirement: "Failed authentication is a 401 as at the token endpoint.",
    provenBy: ["introspect/authentication"],
  },
  {
    at: "2.3-2",
    level: "MUST",
    requirement: "A proper question about an inactive token is not an error.",
    provenBy: ["introspect/ended"],
  },
  {
    at: "4-1",
    level: "MUST",
    requirement: "Whoever asks is authenticated, which stops scanning for tokens.",
    provenBy: ["introspect/authentication", "introspect/foreign"],
  },
  {
    at: "4-2",
    level: "SHOULD",
    requirement: "Whoever asks needs a permission of its own to do so.",
    provenBy: ["introspect/foreign"],
  },
  {
    at: "4-3",
    level: "MUST",
    requirement: "An expired token is inactive.",
    provenBy: ["introspect/expired"],
  },
  {
    at: "4-4",
    level: "MUST",
    requirement: "A token before its validity is inactive.",
    notApplicable: "Tokens are valid from the moment they are issued; nbf is not used.",
  },
  {
    at: "4-5",
    level: "MUST",
    requirement: "A revoked token is inactive.",
    provenBy: ["introspect/ended"],
  },
  {
    at: "4-6",
    level: "MUST",
    requirement: "The signature of a signed token is checked.",
    provenBy: ["introspect/forged"],
  },
  {
    at: "4-7",
    level: "MUST",
    requirement: "Where the use of a token depends on who asks, that is checked.",
    provenBy: ["introspect/foreign"],
  },
  {
    at: "4-8",
    level: "MUST",
    requirement: "TLS is supported in version 1.2.",
    notApplicable: TLS_ENDS_BEFORE_US,
  },
  {
    at: "4-9",
    level: "MUST NOT",
    requirement: "An answer with exp is not cached beyond it.",
    note: "The server forbids caching altogether.",
    provenBy: ["introspect/no-store"],
  },
  {
    at: "5-1",
    level: "MUST",
    requirement: "What an answer says about the user reaches nobody it is not meant for.",
    note: "It holds ids only, and only the app that owns the token gets it.",
    provenBy: ["introspect/active", "introspect/foreign"],
  },
]);
