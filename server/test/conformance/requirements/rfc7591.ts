import { NO_CLIENT_KEYS, NO_SOFTWARE_STATEMENTS, TLS_ENDS_BEFORE_US } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

const NO_CLIENT_LINKS =
  "Deliberate: nothing that an unknown app chose is linked or loaded, so that nobody is led away from the consent page (spec/oauth §2, RFC 9700 §4.2.4). client_uri is shown as text, beside the redirect host and that the app is not verified; the others are not kept.";

/** RFC 7591, OAuth 2.0 Dynamic Client Registration Protocol. */
export const rfc7591 = requirementsOf(7591, [
  {
    at: "2-1",
    level: "MUST",
    requirement: "redirect_uris is supported.",
    provenBy: ["register/answer"],
  },
  {
    at: "2-2",
    level: "MUST",
    requirement: "Unknown metadata is ignored.",
    provenBy: ["register/unknown-is-ignored"],
  },
  {
    at: "2-3",
    level: "SHOULD",
    requirement: "client_uri, tos_uri and policy_uri are shown to the user as links.",
    notApplicable: NO_CLIENT_LINKS,
  },
  {
    at: "2-4",
    level: "SHOULD",
    requirement: "The logo is shown to the user.",
    notApplicable: NO_CLIENT_LINKS,
  },
  {
    at: "2-5",
    level: "MUST NOT",
    requirement: "jwks and jwks_uri do not come together.",
    notApplicable: NO_CLIENT_KEYS,
  },
  {
    at: "2.1-1",
    level: "SHOULD",
    requirement: "An app is never left with grant types and response types that do not fit together.",
    note: "What was sent is replaced by what is offered here, and the answer says so (§3.2.1).",
    provenBy: ["register/consistent"],
  },
  {
    at: "2.2-1",
    level: "SHOULD",
    requirement: "Language tags of metadata are read without regard to case.",
    note: "Of the human-readable members, names are kept in several languages.",
    provenBy: ["register/languages"],
  },
  {
    at: "2.2-2",
    level: "MUST",
    requirement: "A name without language tag is shown as it came, with no assumption about its language.",
    note: "What takes no room is left out when the name is registered (§3.2.1), so that no two names look alike.",
    provenBy: ["register/name-as-sent", "register/unseen"],
  },
  {
    at: "2.3-1",
    level: "MUST",
    requirement: "Software statements are signed and name their issuer.",
    notApplicable: NO_SOFTWARE_STATEMENTS,
  },
  {
    at: "3-1",
    level: "MUST",
    requirement: "Registration is a POST of application/json.",
    provenBy: ["register/answer", "register/json-only"],
  },
  {
    at: "3-2",
    level: "MUST",
    requirement: "Registration travels over TLS.",
    provenBy: ["settings/https-required"],
  },
  {
    at: "3-3",
    level: "SHOULD",
    requirement: "Registration is open to everybody, within a rate limit.",
    note: "REGISTRATION=token or off closes it; a secret always needs the registration token.",
    provenBy: ["register/answer", "register/rate-limited"],
  },
  {
    at: "3.1.1-1",
    level: "MUST",
    requirement: "Values of a software statement win over plain ones.",
    notApplicable: NO_SOFTWARE_STATEMENTS,
  },
  {
    at: "3.2.1-1",
    level: "REQUIRED",
    requirement: "The answer is a 201 with a client_id.",
    provenBy: ["register/answer"],
  },
  {
    at: "3.2.1-2",
    level: "SHOULD NOT",
    requirement: "No two apps have the same client_id.",
    provenBy: ["register/unique"],
  },
  {
    at: "3.2.1-3",
    level: "MUST",
    requirement: "Every app's secret is its own.",
    provenBy: ["register/unique"],
  },
  {
    at: "3.2.1-4",
    level: "REQUIRED",
    requirement: "With a secret comes client_secret_expires_at.",
    provenBy: ["register/secret-method"],
  },
  {
    at: "3.2.1-5",
    level: "MUST",
    requirement: "The answer states all metadata as registered, defaults and replaced values included.",
    provenBy: ["register/answer", "register/defaults"],
  },
  {
    at: "3.2.1-6",
    level: "MUST",
    requirement: "A software statement comes back unchanged.",
    notApplicable: NO_SOFTWARE_STATEMENTS,
  },
  {
    at: "3.2.2-1",
    level: "REQUIRED",
    requirement: "A refused registration is a 400 with one of the defined error codes in JSON.",
    provenBy: ["register/errors"],
  },
  {
    at: "3.2.2-2",
    level: "MUST",
    requirement: "A missing or wrong initial access token is answered as its token type demands.",
    provenBy: ["register/secret-method"],
  },
  {
    at: "5-1",
    level: "MUST",
    requirement: "TLS is required, and version 1.2 is supported.",
    notApplicable: TLS_ENDS_BEFORE_US,
  },
  {
    at: "5-2",
    level: "MUST",
    requirement: "Apps that are redirected to register their redirect URIs.",
    provenBy: ["register/redirect-uri-required"],
  },
  {
    at: "5-3",
    level: "MUST",
    requirement: "A redirect URI is an https address, a program on this computer or an app's own scheme.",
    provenBy: ["redirect-uri/https", "redirect-uri/private-schemes"],
  },
  {
    at: "5-4",
    level: "MUST",
    requirement: "Metadata that nobody vouches for is treated as the app's own claim.",
    provenBy: ["consent/shows-who-asks"],
  },
  {
    at: "5-5",
    level: "SHOULD",
    requirement: "Logo and links that are shown have the host and scheme of a redirect URI and resolve.",
    notApplicable: NO_CLIENT_LINKS,
  },
  {
    at: "5-6",
    level: "SHOULD",
    requirement: "Users are protected from malicious content behind an app's links.",
    provenBy: ["register/links-are-inert"],
  },
  {
    at: "5-7",
    level: "MUST",
    requirement: "A request with a software statement is judged as a whole.",
    notApplicable: NO_SOFTWARE_STATEMENTS,
  },
  {
    at: "5-8",
    level: "SHOULD",
    requirement: "A doubtful second registration of the same software is refused.",
    notApplicable:
      "Registrations are per installation: software_id is an unproven claim and is not compared.",
  },
  {
    at: "5-9",
    level: "SHOULD NOT",
    requirement: "One secret is not given to several instances of an app.",
    provenBy: ["register/unique"],
  },
]);
