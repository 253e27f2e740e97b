import {
  NO_CLIENT_CREDENTIALS_GRANT,
  NO_EXTENSION_GRANTS,
  NO_IMPLICIT_GRANT,
  NO_PASSWORD_GRANT,
} from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

/** RFC 6749: the grants, issuing and refreshing tokens (sections 4 to 6). */
export const rfc6749Grants = requirementsOf(6749, [
  {
    at: "4.1.1-1",
    level: "REQUIRED",
    requirement: "An authorization request without client_id is refused.",
    provenBy: ["authorize/unknown-client-is-shown"],
  },
  {
    at: "4.1.2-1",
    level: "REQUIRED",
    requirement: "The answer to an approved request carries one code.",
    provenBy: ["authorize/answer"],
  },
  {
    at: "4.1.2-2",
    level: "MUST",
    requirement: "A code expires shortly after it was issued.",
    provenBy: ["code/expires"],
  },
  {
    at: "4.1.2-3",
    level: "RECOMMENDED",
    requirement: "A code lives ten minutes at most.",
    provenBy: ["code/expires"],
  },
  {
    at: "4.1.2-4",
    level: "MUST",
    requirement: "A code that was used is refused.",
    provenBy: ["code/once"],
  },
  {
    at: "4.1.2-5",
    level: "SHOULD",
    requirement: "A code used twice ends the tokens that were issued for it.",
    note: "Within ten seconds a replay is only refused: it is a client's own retry. A replay without client authentication or verifier harms nobody.",
    provenBy: ["code/replay-ends-tokens"],
  },
  {
    at: "4.1.2-6",
    level: "REQUIRED",
    requirement: "A state that was sent comes back exactly.",
    provenBy: ["authorize/state-is-returned"],
  },
  {
    at: "4.1.2-7",
    level: "SHOULD",
    requirement: "The size of a code is documented.",
    provenBy: ["credentials/documented-size"],
  },
  {
    at: "4.1.2.1-1",
    level: "SHOULD",
    requirement: "A wrong redirect URI or client_id is explained to the user on a page.",
    provenBy: ["redirect-uri/unregistered-is-shown", "authorize/unknown-client-is-shown"],
  },
  {
    at: "4.1.2.1-2",
    level: "MUST NOT",
    requirement: "A request with a wrong redirect URI or client_id is never redirected.",
    provenBy: ["redirect-uri/unregistered-is-shown", "authorize/unknown-client-is-shown"],
  },
  {
    at: "4.1.2.1-3",
    level: "REQUIRED",
    requirement: "Any other fault reaches the app as one of the defined error codes.",
    note: "Only where the user is signed in and the target is trusted; otherwise a page offers the same answer (RFC 9700 §4.11.2).",
    provenBy: ["authorize/errors", "authorize/denied"],
  },
  {
    at: "4.1.2.1-4",
    level: "MUST NOT",
    requirement: "error and error_description keep to printable ASCII without quote and backslash.",
    provenBy: ["authorize/errors"],
  },
  {
    at: "4.1.2.1-5",
    level: "MUST",
    requirement: "error_uri is a URI reference.",
    notApplicable: "error_uri is never sent.",
  },
  {
    at: "4.1.2.1-6",
    level: "REQUIRED",
    requirement: "A state that was sent comes back exactly with an error too.",
    provenBy: ["authorize/errors", "authorize/denied"],
  },
  {
    at: "4.1.3-1",
    level: "REQUIRED",
    requirement: "grant_type and code are required in the exchange.",
    provenBy: ["token/required-parameters"],
  },
  {
    at: "4.1.3-2",
    level: "MUST",
    requirement: "Apps with a secret have to authenticate to exchange a code.",
    provenBy: ["token/confidential-must-authenticate"],
  },
  {
    at: "4.1.3-3",
    level: "MUST",
    requirement: "Authentication that is sent is checked.",
    provenBy: ["token/wrong-secret-refused", "token/public-secret-refused"],
  },
  {
    at: "4.1.3-4",
    level: "MUST",
    requirement: "A code is exchanged only by the app it was issued to.",
    provenBy: ["code/bound-to-client"],
  },
  {
    at: "4.1.3-5",
    level: "MUST",
    requirement: "Only a valid code is exchanged.",
    provenBy: ["code/unknown-refused", "code/once", "code/expires"],
  },
  {
    at: "4.1.3-6",
    level: "MUST",
    requirement: "A redirect URI that was part of the authorization request is part of the exchange too.",
    notApplicable:
      "Deliberate: published clients exchange without redirect_uri (spec/oauth §3). The verifier binds code and request, which is what the parameter was for (RFC 9700 §4.5.3.1), and OAuth 2.1 drops it.",
  },
  {
    at: "4.1.3-7",
    level: "MUST",
    requirement: "A redirect URI in the exchange equals the one of the authorization request.",
    provenBy: ["code/bound-to-redirect-uri"],
  },
  {
    at: "4.2.1-1",
    level: "MUST",
    requirement: "Implicit grant: the redirect URI is a registered one.",
    notApplicable: NO_IMPLICIT_GRANT,
  },
  {
    at: "4.2.2-1",
    level: "REQUIRED",
    requirement:
      "Implicit grant: the answer carries token, type and scope, documents life and size, and returns the state.",
    notApplicable: NO_IMPLICIT_GRANT,
  },
  {
    at: "4.2.2-2",
    level: "MUST NOT",
    requirement: "Implicit grant: no refresh token is issued.",
    notApplicable: NO_IMPLICIT_GRANT,
  },
  {
    at: "4.2.2.1-1",
    level: "MUST NOT",
    requirement:
      "Implicit grant: a wrong redirect URI is shown and never redirected to; errors keep to the character set.",
    notApplicable: NO_IMPLICIT_GRANT,
  },
  {
    at: "4.3.2-1",
    level: "MUST",
    requirement: "Password grant: the app authenticates, the password is checked and guessing is prevented.",
    notApplicable: NO_PASSWORD_GRANT,
  },
  {
    at: "4.3-1",
    level: "SHOULD",
    requirement: "Password grant: it is enabled with special care only.",
    notApplicable: NO_PASSWORD_GRANT,
  },
  {
    at: "4.4-1",
    level: "MUST",
    requirement: "Client-credentials grant: only confidential apps use it, and they authenticate.",
    notApplicable: NO_CLIENT_CREDENTIALS_GRANT,
  },
  {
    at: "4.4.3-1",
    level: "SHOULD NOT",
    requirement: "Client-credentials grant: no refresh token is issued.",
    notApplicable: NO_CLIENT_CREDENTIALS_GRANT,
  },
  {
    at: "4.5-1",
    level: "MUST",
    requirement: "Extension grants are named by an absolute URI.",
    notApplicable: NO_EXTENSION_GRANTS,
  },
  {
    at: "5.1-1",
    level: "REQUIRED",
    requirement: "A token answer is 200 with access_token and token_type in JSON at the top level.",
    provenBy: ["token/answer", "refresh/answer"],
  },
  {
    at: "5.1-2",
    level: "RECOMMENDED",
    requirement: "A token answer says in seconds how long the access token lives.",
    provenBy: ["token/answer"],
  },
  {
    at: "5.1-3",
    level: "SHOULD",
    requirement: "Without expires_in the life is documented.",
    notApplicable: "expires_in is always sent.",
  },
  {
    at: "5.1-4",
    level: "REQUIRED",
    requirement: "A scope that differs from the requested one is part of the token answer.",
    provenBy: ["token/scope-is-told"],
  },
  {
    at: "5.1-5",
    level: "MUST",
    requirement: "Answers with tokens or credentials say Cache-Control: no-store and Pragma: no-cache.",
    provenBy: ["token/no-store", "register/no-store"],
  },
  {
    at: "5.1-6",
    level: "SHOULD",
    requirement: "The size of every issued value is documented.",
    provenBy: ["credentials/documented-size"],
  },
  {
    at: "5.2-1",
    level: "REQUIRED",
    requirement: "A refused token request is a 400 with one of the defined error codes in JSON.",
    provenBy: ["token/errors"],
  },
  {
    at: "5.2-2",
    level: "MUST",
    requirement: "Failed authentication by header is a 401 with a challenge of the same scheme.",
    provenBy: ["token/basic-challenge"],
  },
  {
    at: "5.2-3",
    level: "MUST NOT",
    requirement:
      "error and error_description of the token endpoint keep to printable ASCII without quote and backslash.",
    provenBy: ["token/errors"],
  },
  {
    at: "5.2-4",
    level: "MUST",
    requirement: "error_uri of the token endpoint is a URI reference.",
    notApplicable: "error_uri is never sent.",
  },
  {
    at: "6-1",
    level: "REQUIRED",
    requirement: "refresh_token is required in a refresh.",
    provenBy: ["token/required-parameters"],
  },
  {
    at: "6-2",
    level: "MUST NOT",
    requirement: "A refresh cannot ask for a scope that was not granted.",
    provenBy: ["refresh/scope-only-narrows"],
  },
  {
    at: "6-3",
    level: "MUST",
    requirement: "Apps with a secret have to authenticate to refresh.",
    provenBy: ["refresh/confidential-must-authenticate"],
  },
  {
    at: "6-4",
    level: "MUST",
    requirement: "A refresh token works only for the app it was issued to.",
    provenBy: ["refresh/bound-to-client"],
  },
  {
    at: "6-5",
    level: "MUST",
    requirement: "Only a valid refresh token is taken.",
    provenBy: ["refresh/unknown-refused", "refresh/expires"],
  },
  {
    at: "6-6",
    level: "MUST",
    requirement:
      "A new refresh token has the scope of the one it replaces, however narrow this access token was asked.",
    provenBy: ["refresh/successor-keeps-scope"],
  },
]);
