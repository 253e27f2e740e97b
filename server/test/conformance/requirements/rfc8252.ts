import { requirementsOf } from "./requirement.ts";

/** RFC 8252, OAuth 2.0 for Native Apps. */
export const rfc8252 = requirementsOf(8252, [
  {
    at: "6-1",
    level: "MUST",
    requirement: "Native apps can use PKCE.",
    provenBy: ["native/whole-flow"],
  },
  {
    at: "7-1",
    level: "MUST",
    requirement: "Native apps can choose between a private scheme, a claimed https address and loopback.",
    provenBy: ["native/three-kinds-of-redirect-uris"],
  },
  {
    at: "7.2-1",
    level: "REQUIRED",
    requirement: "The client type is recorded, because an https redirect URI does not tell it.",
    provenBy: ["register/type-is-recorded"],
  },
  {
    at: "7.3-1",
    level: "MUST",
    requirement: "On loopback any port is allowed at run time.",
    provenBy: ["native/any-loopback-port"],
  },
  {
    at: "8.1-1",
    level: "SHOULD",
    requirement: "Native apps that do not use PKCE are refused.",
    provenBy: ["pkce/required"],
  },
  {
    at: "8.2-1",
    level: "NOT RECOMMENDED",
    requirement: "Native apps do not use the implicit grant.",
    provenBy: ["authorize/response-type"],
  },
  {
    at: "8.4-1",
    level: "MUST",
    requirement: "Native apps are registered as public clients.",
    provenBy: ["register/no-secret-for-public-types"],
  },
  {
    at: "8.4-2",
    level: "MUST",
    requirement: "The client type is part of the registration.",
    provenBy: ["register/type-is-recorded"],
  },
  {
    at: "8.4-3",
    level: "MUST",
    requirement: "Whole redirect URIs are registered, path included.",
    provenBy: ["native/only-the-port-is-free"],
  },
  {
    at: "8.4-4",
    level: "MUST",
    requirement:
      "A redirect URI that differs from the registered one is refused; on loopback only the port may differ.",
    provenBy: ["redirect-uri/exact", "native/only-the-port-is-free"],
  },
  {
    at: "8.4-5",
    level: "SHOULD",
    requirement: "Private schemes are reverse domain names.",
    note: "A dot is what the server can check; who owns the domain it cannot.",
    provenBy: ["redirect-uri/private-schemes"],
  },
  {
    at: "8.4-6",
    level: "SHOULD",
    requirement: "A private scheme without a dot is refused.",
    provenBy: ["redirect-uri/private-schemes"],
  },
  {
    at: "8.5-1",
    level: "NOT RECOMMENDED",
    requirement: "Native apps are not asked for a shared secret.",
    provenBy: ["native/whole-flow", "register/no-secret-for-public-types"],
  },
  {
    at: "8.5-2",
    level: "MUST",
    requirement: "A secret that every copy of an app holds proves nothing.",
    provenBy: ["token/public-secret-refused"],
  },
  {
    at: "8.6-1",
    level: "SHOULD NOT",
    requirement: "No request is approved without the user, not even a repeated one.",
    provenBy: ["consent/asked-every-time"],
  },
]);
