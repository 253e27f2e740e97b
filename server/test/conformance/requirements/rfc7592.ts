import { TLS_ENDS_BEFORE_US } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

/** RFC 7592, OAuth 2.0 Dynamic Client Registration Management Protocol. */
export const rfc7592 = requirementsOf(7592, [
  {
    at: "1-1",
    level: "MUST",
    requirement: "The address of a client's configuration is protected by TLS.",
    notApplicable: TLS_ENDS_BEFORE_US,
  },
  {
    at: "2-1",
    level: "MUST",
    requirement: "The registration access token is sent as Bearer token, and checked.",
    provenBy: ["manage/read", "manage/foreign"],
  },
  {
    at: "2-2",
    level: "MUST",
    requirement: "Methods that are not supported are refused.",
    note: "A client is changed by registering anew: PUT is a 405.",
    provenBy: ["manage/foreign"],
  },
  {
    at: "2.1-1",
    level: "MUST",
    requirement:
      "A client that does not exist is a 401, and its registration access token is revoked at once.",
    provenBy: ["manage/foreign"],
  },
  {
    at: "2.1-2",
    level: "MUST",
    requirement: "Reading answers all registered metadata, in an answer that may not be cached.",
    note: "A secret is not repeated: only its hash is known.",
    provenBy: ["manage/read"],
  },
  {
    at: "2.3-1",
    level: "SHOULD",
    requirement: "Deleting a client ends its secret, its tokens and its grants.",
    note: "With the last of the registrations that were given the same client (decision 17).",
    provenBy: ["manage/delete"],
  },
  {
    at: "2.3-2",
    level: "MUST",
    requirement: "A deleted client is a 204 without content.",
    provenBy: ["manage/delete"],
  },
  {
    at: "3-1",
    level: "REQUIRED",
    requirement: "The answer to a registration has registration_client_uri and registration_access_token.",
    provenBy: ["manage/read"],
  },
  {
    at: "3-2",
    level: "MUST",
    requirement: "The address is one of this server, for this client.",
    provenBy: ["manage/read"],
  },
  {
    at: "5-1",
    level: "MUST",
    requirement: "The registration access token has at least 128 random bits and is kept from others.",
    provenBy: ["manage/hash-only", "credentials/entropy"],
  },
]);
