import { NO_CLIENT_KEYS, NO_SIGNED_METADATA, TLS_ENDS_BEFORE_US } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

/** RFC 8414, OAuth 2.0 Authorization Server Metadata. */
export const rfc8414 = requirementsOf(8414, [
  {
    at: "2-1",
    level: "REQUIRED",
    requirement: "issuer is an https URL without query and fragment.",
    note: "http on loopback in development only.",
    provenBy: ["metadata/issuer", "settings/https-required"],
  },
  {
    at: "2-2",
    level: "REQUIRED",
    requirement: "authorization_endpoint is stated.",
    provenBy: ["metadata/addresses"],
  },
  {
    at: "2-3",
    level: "REQUIRED",
    requirement: "token_endpoint is stated.",
    provenBy: ["metadata/addresses"],
  },
  {
    at: "2-4",
    level: "MUST",
    requirement: "jwks_uri is an https address.",
    note: "http on loopback in development only.",
    provenBy: ["metadata/addresses", "settings/https-required"],
  },
  {
    at: "2-5",
    level: "REQUIRED",
    requirement: "Where signing and encryption keys are published, each names its use.",
    note: "There are signing keys only; each says so all the same.",
    provenBy: ["jwks/keys"],
  },
  {
    at: "2-6",
    level: "RECOMMENDED",
    requirement: "scopes_supported is stated.",
    provenBy: ["metadata/scopes"],
  },
  {
    at: "2-7",
    level: "REQUIRED",
    requirement: "response_types_supported is stated.",
    provenBy: ["metadata/capabilities"],
  },
  {
    at: "2-8",
    level: "MUST",
    requirement: "Methods that sign a JWT come with their algorithms, none not among them.",
    notApplicable: NO_CLIENT_KEYS,
  },
  {
    at: "2-9",
    level: "MUST",
    requirement: "Without introspection_endpoint_auth_methods_supported clients learn the methods elsewhere.",
    provenBy: ["metadata/capabilities"],
  },
  {
    at: "2.1-1",
    level: "MUST",
    requirement: "Signed metadata is signed and names its issuer.",
    notApplicable: NO_SIGNED_METADATA,
  },
  {
    at: "3-1",
    level: "MUST",
    requirement: "The document lies at the well-known path, inserted between host and path of the issuer.",
    provenBy: ["metadata/well-known"],
  },
  {
    at: "3-2",
    level: "MUST",
    requirement: "The well-known suffix is a registered one, and it is said which.",
    provenBy: ["metadata/well-known"],
  },
  {
    at: "3.1-1",
    level: "MUST",
    requirement: "The document answers GET.",
    provenBy: ["metadata/well-known"],
  },
  {
    at: "3.1-2",
    level: "MUST",
    requirement: "A slash at the end of an issuer with a path is left out of the metadata address.",
    notApplicable:
      "The issuer is an origin: it has no path, and PUBLIC_URL is taken without a slash at its end.",
  },
  {
    at: "3.2-1",
    level: "MUST",
    requirement: "The answer is 200 with a JSON object as application/json.",
    provenBy: ["metadata/well-known"],
  },
  {
    at: "3.2-2",
    level: "MUST",
    requirement: "Empty lists are left out.",
    provenBy: ["metadata/capabilities"],
  },
  {
    at: "3.3-1",
    level: "MUST",
    requirement: "issuer is exactly the identifier that the metadata address was made from.",
    provenBy: ["metadata/issuer"],
  },
  {
    at: "4-1",
    level: "MUST",
    requirement: "Strings are compared code point by code point, without normalization.",
    provenBy: ["redirect-uri/exact", "authorize/response-type"],
  },
  {
    at: "6.1-1",
    level: "MUST",
    requirement: "TLS is supported in version 1.2.",
    notApplicable: TLS_ENDS_BEFORE_US,
  },
]);
