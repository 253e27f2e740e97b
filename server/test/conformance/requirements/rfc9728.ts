import { NO_SIGNED_METADATA, TLS_ENDS_BEFORE_US } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

const NO_RESOURCE_KEYS = "The resource server signs no answers, so it publishes no keys or algorithms.";

/** RFC 9728, OAuth 2.0 Protected Resource Metadata. */
export const rfc9728 = requirementsOf(9728, [
  {
    at: "1.2-1",
    level: "SHOULD NOT",
    requirement: "A resource identifier is an https URL without fragment and query.",
    note: "http on loopback in development only.",
    provenBy: ["protected-resource/identifier", "settings/https-required"],
  },
  {
    at: "2-1",
    level: "REQUIRED",
    requirement: "resource is stated.",
    provenBy: ["protected-resource/identifier"],
  },
  {
    at: "2-2",
    level: "MUST",
    requirement: "jwks_uri is an https address, and its keys name their use.",
    notApplicable: NO_RESOURCE_KEYS,
  },
  {
    at: "2-3",
    level: "RECOMMENDED",
    requirement: "scopes_supported is stated.",
    provenBy: ["protected-resource/members"],
  },
  {
    at: "2-4",
    level: "MUST NOT",
    requirement: "none is not among the signing algorithms.",
    notApplicable: NO_RESOURCE_KEYS,
  },
  {
    at: "2-5",
    level: "RECOMMENDED",
    requirement: "resource_name is stated.",
    provenBy: ["protected-resource/members"],
  },
  {
    at: "2.1-1",
    level: "RECOMMENDED",
    requirement: "Names come without a language tag too, in words that display everywhere.",
    provenBy: ["protected-resource/members"],
  },
  {
    at: "2.2-1",
    level: "MUST",
    requirement: "Signed metadata is signed, names its issuer and does not contain itself.",
    notApplicable: NO_SIGNED_METADATA,
  },
  {
    at: "3-1",
    level: "MUST",
    requirement: "The document lies at the well-known path, inserted between host and path of the resource.",
    provenBy: ["protected-resource/well-known"],
  },
  {
    at: "3-2",
    level: "MUST",
    requirement: "The well-known suffix is a registered one, and it is said which.",
    provenBy: ["protected-resource/well-known"],
  },
  {
    at: "3.1-1",
    level: "MUST",
    requirement: "The document answers GET.",
    provenBy: ["protected-resource/well-known"],
  },
  {
    at: "3.1-2",
    level: "MUST",
    requirement: "A slash after the host is left out before the well-known path is inserted.",
    provenBy: ["protected-resource/well-known"],
  },
  {
    at: "3.2-1",
    level: "MUST",
    requirement: "The answer is 200 with a JSON object as application/json.",
    provenBy: ["protected-resource/well-known"],
  },
  {
    at: "3.2-2",
    level: "MUST",
    requirement: "Parameters with no values are left out.",
    provenBy: ["protected-resource/members"],
  },
  {
    at: "3.3-1",
    level: "MUST",
    requirement: "resource is exactly the identifier that the document's address was made from.",
    note: "The document at the root names the bare origin, which existing clients send for MCP.",
    provenBy: ["protected-resource/identifier"],
  },
  {
    at: "3.3-2",
    level: "MUST",
    requirement: "resource of a document named in a challenge is the URL that was called.",
    notApplicable:
      "Deliberate: the identifier names the API's base URL, as RFC 8707 §2 advises; a document for every single call would have as many audiences as addresses. The comparison is the client's, and clients compare the base.",
  },
  {
    at: "6-1",
    level: "MUST",
    requirement: "Strings are compared code point by code point, without normalization.",
    provenBy: ["target/unknown"],
  },
  {
    at: "7.1-1",
    level: "MUST",
    requirement: "TLS is supported as BCP 195 says.",
    notApplicable: TLS_ENDS_BEFORE_US,
  },
  {
    at: "7.4-1",
    level: "SHOULD",
    requirement: "Tokens restricted to an audience can be had.",
    provenBy: ["target/audience", "jwt/audience-checked"],
  },
  {
    at: "7.10-1",
    level: "SHOULD",
    requirement: "The document says how long it may be cached.",
    provenBy: ["protected-resource/members"],
  },
]);
