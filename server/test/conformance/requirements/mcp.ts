import { requirementsOf } from "./requirement.ts";

/** The Model Context Protocol's authorization, as far as it asks something of the authorization server. */
export const mcp = requirementsOf("mcp", [
  {
    at: "overview-1",
    level: "MUST",
    requirement:
      "OAuth 2.1 with security for confidential and public clients: PKCE of every app, exact redirect URIs.",
    provenBy: ["pkce/required", "redirect-uri/exact"],
  },
  {
    at: "discovery-1",
    level: "MUST",
    requirement: "Authorization server metadata is offered (RFC 8414).",
    provenBy: ["agents/discovery"],
  },
  {
    at: "discovery-2",
    level: "MUST",
    requirement: "Protected resource metadata names the authorization server (RFC 9728).",
    provenBy: ["agents/discovery"],
  },
  {
    at: "discovery-3",
    level: "MUST",
    requirement: "code_challenge_methods_supported says S256, or clients refuse to go on.",
    provenBy: ["agents/discovery"],
  },
  {
    at: "registration-1",
    level: "SHOULD",
    requirement: "Client ID Metadata Documents are supported.",
    provenBy: ["cimd/whole-flow", "cimd/advertised"],
  },
  {
    at: "registration-2",
    level: "SHOULD",
    requirement: "A document is fetched, and its client_id, JSON and required members are checked.",
    provenBy: ["cimd/refused-content", "cimd/refused-answers"],
  },
  {
    at: "registration-3",
    level: "MUST",
    requirement: "The redirect URI of a request is checked against the document.",
    provenBy: ["cimd/redirect-uris"],
  },
  {
    at: "registration-4",
    level: "SHOULD",
    requirement: "Documents are cached as their headers say.",
    provenBy: ["cimd/cached", "cimd/cache-bounds"],
  },
  {
    at: "tokens-1",
    level: "MUST",
    requirement: "resource binds a token to its audience (RFC 8707).",
    provenBy: ["target/audience", "target/spellings", "target/one-audience"],
  },
  {
    at: "tokens-2",
    level: "MUST",
    requirement: "Refresh tokens of public clients are rotated.",
    provenBy: ["refresh/rotates"],
  },
  {
    at: "security-1",
    level: "MUST",
    requirement: "Localhost redirect URIs of a document are shown as what they are.",
    provenBy: ["cimd/redirect-uris"],
  },
  {
    at: "security-2",
    level: "MUST",
    requirement: "Fetching documents does not reach internal addresses.",
    provenBy: ["cimd/special-use", "cimd/rebinding", "cimd/own-hosts"],
  },
]);
