import { TLS_ENDS_BEFORE_US } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

/** RFC 6750, Bearer Token Usage. */
export const rfc6750 = requirementsOf(6750, [
  {
    at: "2-1",
    level: "MUST NOT",
    requirement: "A call that presents credentials in two ways is refused.",
    provenBy: ["resource/two-credentials-refused"],
  },
  {
    at: "2.1-1",
    level: "MUST",
    requirement: "The resource server takes tokens from the Authorization header.",
    provenBy: ["resource/bearer-header"],
  },
  {
    at: "2.2-1",
    level: "SHOULD NOT",
    requirement: "Tokens in a form body are not used where a header can be sent.",
    provenBy: ["resource/body-is-not-read"],
  },
  {
    at: "2.3-1",
    level: "SHOULD NOT",
    requirement: "Tokens in the query are not used.",
    provenBy: ["resource/query-is-not-read"],
  },
  {
    at: "2.3-2",
    level: "SHOULD",
    requirement: "Answers to calls with a token in the query are marked private.",
    notApplicable: "A token in the query is ignored, so no such call succeeds.",
  },
  {
    at: "3-1",
    level: "MUST",
    requirement: "A call without a usable token is answered with a WWW-Authenticate challenge.",
    provenBy: ["resource/challenge-without-token", "resource/challenge-invalid-token"],
  },
  {
    at: "3-2",
    level: "MUST",
    requirement: "The challenge is of the Bearer scheme and has at least one parameter.",
    provenBy: ["resource/challenge-without-token"],
  },
  {
    at: "3-3",
    level: "MUST NOT",
    requirement: "No parameter of a challenge appears twice, and each keeps to its character set.",
    provenBy: ["resource/challenge-is-well-formed"],
  },
  {
    at: "3-4",
    level: "SHOULD",
    requirement: "A challenge to a call whose token failed names the error.",
    provenBy: ["resource/challenge-invalid-token"],
  },
  {
    at: "3.1-1",
    level: "SHOULD",
    requirement: "A malformed call is answered with 400.",
    provenBy: ["resource/two-credentials-refused"],
  },
  {
    at: "3.1-2",
    level: "SHOULD",
    requirement: "An expired, revoked or malformed token is answered with 401.",
    note: "A token of a revoked grant answers 410 grant_revoked, so that partners can tell 'Reconnect' from 'refresh' (spec/oauth, Errors).",
    provenBy: ["resource/challenge-invalid-token", "resource/expired-refused"],
  },
  {
    at: "3.1-3",
    level: "SHOULD",
    requirement: "A missing scope is answered with 403.",
    provenBy: ["resource/scope-required"],
  },
  {
    at: "3.1-4",
    level: "SHOULD NOT",
    requirement: "A challenge to a call without credentials names no error.",
    provenBy: ["resource/challenge-without-token"],
  },
  {
    at: "5.2-1",
    level: "MUST",
    requirement: "Tokens cannot be altered: they are signed, or references that only the server resolves.",
    provenBy: ["jwt/forged-refused", "resource/unknown-refused"],
  },
  {
    at: "5.2-2",
    level: "MUST",
    requirement: "A token says for whom it is meant.",
    provenBy: ["jwt/claims", "jwt/audience-checked"],
  },
  {
    at: "5.2-3",
    level: "RECOMMENDED",
    requirement: "A token is limited in scope.",
    provenBy: ["jwt/claims", "resource/scope-required"],
  },
  {
    at: "5.2-4",
    level: "MUST",
    requirement: "TLS is implemented, with ciphers that protect secrecy and integrity.",
    notApplicable: TLS_ENDS_BEFORE_US,
  },
  {
    at: "5.2-5",
    level: "MUST",
    requirement: "Tokens that the app must not read are encrypted.",
    notApplicable: "Access tokens hold nothing that the app does not know: ids, scope and times.",
  },
  {
    at: "5.2-6",
    level: "MUST NOT",
    requirement: "Tokens are not kept in cookies.",
    provenBy: ["storage/no-token-in-cookies"],
  },
  {
    at: "5.2-7",
    level: "MUST",
    requirement: "Between a proxy that ends TLS and the server tokens stay secret.",
    notApplicable:
      "The operator's network between proxy and server is out of the program's reach; it listens on loopback unless told otherwise.",
  },
  {
    at: "5.2-8",
    level: "MUST",
    requirement: "The life of a token is limited.",
    provenBy: ["jwt/claims", "resource/expired-refused"],
  },
  {
    at: "5.3-1",
    level: "MUST NOT",
    requirement: "Tokens are not stored in cookies that could travel in the clear.",
    provenBy: ["storage/no-token-in-cookies"],
  },
  {
    at: "5.3-2",
    level: "SHOULD",
    requirement: "Tokens live an hour or less.",
    provenBy: ["jwt/claims", "resource/short-lived"],
  },
  {
    at: "5.3-3",
    level: "SHOULD",
    requirement: "Tokens are restricted to an audience and a scope.",
    provenBy: ["jwt/claims", "jwt/audience-checked"],
  },
  {
    at: "5.3-4",
    level: "SHOULD NOT",
    requirement: "Tokens do not appear in page addresses.",
    provenBy: ["authorize/answer", "resource/query-is-not-read"],
  },
]);
