import { NO_CLIENT_KEYS } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

/** draft-ietf-oauth-client-id-metadata-document; sections by their place in its version 02. */
export const cimd = requirementsOf("cimd", [
  {
    at: "3-1",
    level: "MUST",
    requirement: "A client identifier URL is https, with a path, without user, fragment or dot segments.",
    provenBy: ["cimd/address-form", "cimd/https-only"],
  },
  {
    at: "3-2",
    level: "MUST",
    requirement: "Client identifier URLs are compared as strings.",
    note: "Only the one spelling that needs no normalization is taken.",
    provenBy: ["cimd/address-form", "cimd/refused-content"],
  },
  {
    at: "4-1",
    level: "MUST",
    requirement: "The document's client_id is the address that it was fetched from.",
    provenBy: ["cimd/refused-content"],
  },
  {
    at: "4.1-1",
    level: "MUST NOT",
    requirement: "No method with a shared secret and no secret stands in a document.",
    provenBy: ["cimd/refused-content"],
  },
  {
    at: "4.1-2",
    level: "MUST NOT",
    requirement: "No private key stands in a document.",
    notApplicable: NO_CLIENT_KEYS,
  },
  {
    at: "4.2-1",
    level: "MUST",
    requirement: "The redirect URI of a request is one of the document's.",
    provenBy: ["cimd/redirect-uris"],
  },
  {
    at: "5-1",
    level: "SHOULD",
    requirement: "The document is fetched, and fetched again from time to time.",
    provenBy: ["cimd/whole-flow", "cimd/cached"],
  },
  {
    at: "5-2",
    level: "MUST",
    requirement: "Every status but 200 is an error.",
    provenBy: ["cimd/refused-answers"],
  },
  {
    at: "5-3",
    level: "MUST NOT",
    requirement: "Redirects are not followed.",
    provenBy: ["cimd/refused-answers"],
  },
  {
    at: "5.1-1",
    level: "SHOULD",
    requirement: "A document that cannot be fetched ends the authorization request.",
    note: "An app that somebody approved is used for up to a day after its last fetch, the longest that a document may count as fresh.",
    provenBy: ["cimd/refused-answers", "cimd/not-stranded"],
  },
  {
    at: "5.2-1",
    level: "SHOULD",
    requirement: "Cache headers are respected, within bounds of ours.",
    provenBy: ["cimd/cached", "cimd/cache-bounds"],
  },
  {
    at: "5.2-2",
    level: "MUST NOT",
    requirement: "Errors and invalid documents are not cached.",
    provenBy: ["cimd/cached", "cimd/refused-content"],
  },
  {
    at: "6-1",
    level: "MUST",
    requirement: "The metadata of the server says client_id_metadata_document_supported.",
    provenBy: ["cimd/advertised", "cimd/closed"],
  },
  {
    at: "7-1",
    level: "SHOULD",
    requirement: "Ids that the server makes do not begin with https://.",
    provenBy: ["credentials/documented-size"],
  },
  {
    at: "8.2-1",
    level: "MUST",
    requirement: "A client that declares private_key_jwt has to authenticate so.",
    note: "Such a document is refused, since no keys of clients are taken.",
    provenBy: ["cimd/refused-content"],
  },
  {
    at: "8.5-1",
    level: "SHOULD",
    requirement: "The host of the client_id is shown beside what the document says.",
    provenBy: ["cimd/whole-flow"],
  },
  {
    at: "8.6-1",
    level: "MUST NOT",
    requirement: "No document is fetched from a special-use address.",
    provenBy: ["cimd/special-use", "cimd/rebinding"],
  },
  {
    at: "8.6-2",
    level: "SHOULD",
    requirement: "Only known schemes are fetched.",
    provenBy: ["cimd/https-only"],
  },
  {
    at: "8.7-1",
    level: "SHOULD",
    requirement: "No more than some kilobytes are read.",
    provenBy: ["cimd/refused-answers"],
  },
  {
    at: "8.8-1",
    level: "SHOULD",
    requirement: "A logo is fetched beforehand and cached.",
    notApplicable: "Logos of documents are never fetched: nobody here has looked at them (spec/oauth, Apps).",
  },
  {
    at: "9.1-1",
    level: "SHOULD",
    requirement: "Cache headers keep the publisher from watching who authorizes when.",
    provenBy: ["cimd/cached"],
  },
]);
