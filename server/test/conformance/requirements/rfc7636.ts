import { requirementsOf } from "./requirement.ts";

const NO_PLAIN = "The plain method is refused: only S256 is offered.";

/** RFC 7636, Proof Key for Code Exchange. */
export const rfc7636 = requirementsOf(7636, [
  {
    at: "4.1-1",
    level: "MUST",
    requirement: "A verifier is 43 to 128 unreserved characters.",
    provenBy: ["pkce/verifier-form"],
  },
  {
    at: "4.2-1",
    level: "MUST",
    requirement: "S256 is supported.",
    provenBy: ["pkce/s256"],
  },
  {
    at: "4.3-1",
    level: "REQUIRED",
    requirement: "code_challenge is required, in the form of a challenge.",
    provenBy: ["pkce/required", "pkce/challenge-form"],
  },
  {
    at: "4.3-2",
    level: "MUST",
    requirement: "A challenge without method means plain.",
    note: "It is therefore refused, like plain.",
    provenBy: ["pkce/plain-refused"],
  },
  {
    at: "4.4-1",
    level: "MUST",
    requirement: "Challenge and method are kept with the code.",
    provenBy: ["pkce/wrong-verifier"],
  },
  {
    at: "4.4-2",
    level: "MUST NOT",
    requirement: "The code does not reveal the challenge.",
    provenBy: ["pkce/challenge-stays-secret"],
  },
  {
    at: "4.4.1-1",
    level: "MUST",
    requirement: "Where a challenge is required, a request without one is invalid_request.",
    provenBy: ["pkce/required"],
  },
  {
    at: "4.4.1-2",
    level: "SHOULD",
    requirement: "The description says that the challenge is what is missing.",
    provenBy: ["pkce/required"],
  },
  {
    at: "4.4.1-3",
    level: "MUST",
    requirement: "A method that is not supported is invalid_request.",
    provenBy: ["pkce/plain-refused"],
  },
  {
    at: "4.4.1-4",
    level: "SHOULD",
    requirement: "The description says that the method is what is wrong.",
    provenBy: ["pkce/plain-refused"],
  },
  {
    at: "4.5-1",
    level: "REQUIRED",
    requirement: "code_verifier is required where a challenge was sent.",
    provenBy: ["pkce/verifier-required"],
  },
  {
    at: "4.5-2",
    level: "MUST",
    requirement: "The verifier is checked with the method that was kept with the code.",
    provenBy: ["pkce/s256", "pkce/wrong-verifier"],
  },
  {
    at: "4.6-1",
    level: "MUST",
    requirement: "A matching verifier lets the exchange go on.",
    provenBy: ["pkce/s256"],
  },
  {
    at: "4.6-2",
    level: "MUST",
    requirement: "A verifier that does not match is invalid_grant.",
    provenBy: ["pkce/wrong-verifier"],
  },
  {
    at: "7.2-1",
    level: "SHOULD NOT",
    requirement: "plain is not used in new implementations.",
    provenBy: ["pkce/plain-refused"],
  },
  {
    at: "7.2-2",
    level: "SHOULD",
    requirement: "S256 or a stronger method protects against those who read the request.",
    provenBy: ["pkce/s256", "pkce/plain-refused"],
  },
  {
    at: "7.2-3",
    level: "MUST",
    requirement: "A plain challenge inside the code is encrypted.",
    notApplicable: NO_PLAIN,
  },
]);
