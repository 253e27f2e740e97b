import { TLS_ENDS_BEFORE_US } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

const NO_SESSIONS = "There are no sessions: every request says who sends it, and none is remembered.";
const NO_STREAMS =
  "Every answer is one JSON object; GET is 405, and a subscription that could bring nothing ends at once.";
const NO_HEADERS_OF_PARAMETERS = "No tool of ours mirrors an argument into a header.";
const NO_PROXY = "The endpoint is no proxy of another's API: its tools end in functions of this server.";

/**
 * What the Model Context Protocol asks of a server over HTTP: Streamable HTTP of 2025-11-25 and 2026-07-28, authorization as a
 * resource server, and the security best practices.
 */
export const mcpServer = requirementsOf("mcp-server", [
  {
    at: "http-1",
    level: "MUST",
    requirement: "One path takes POST, and GET in 2025-11-25, where 405 says that there is no stream.",
    provenBy: ["mcp/older-client", "mcp/product-scenarios"],
  },
  {
    at: "http.security-1",
    level: "MUST",
    requirement: "Origin is checked against DNS rebinding, and an invalid one is 403.",
    note: "Host is checked instead, on loopback, where a page could lead a foreign name; any origin may call, because no cookie or address opens anything, only a token that the page must hold.",
    provenBy: ["mcp/foreign-host", "mcp/no-ambient-authority", "mcp/product-scenarios"],
  },
  {
    at: "http.security-2",
    level: "SHOULD",
    requirement: "A local server binds to localhost only.",
    notApplicable:
      "HOST is 127.0.0.1 in development (platform/config); in production it is the operator's choice.",
  },
  {
    at: "http.security-3",
    level: "SHOULD",
    requirement: "Every connection is authenticated.",
    provenBy: ["mcp/challenge"],
  },
  {
    at: "http.sending-1",
    level: "MUST",
    requirement: "An accepted notification is 202 without a body.",
    provenBy: ["mcp/older-client", "mcp/notification"],
  },
  {
    at: "http.sending-2",
    level: "MUST",
    requirement: "What cannot be accepted is an HTTP error.",
    provenBy: ["mcp/malformed", "mcp/body-limit"],
  },
  {
    at: "http.sending-3",
    level: "MUST",
    requirement: "A request is answered as application/json or text/event-stream.",
    provenBy: ["mcp/older-client", "mcp/http-scenarios"],
  },
  {
    at: "http.receiving-1",
    level: "MUST NOT",
    requirement: "A response stream of 2026-07-28 carries no request of the server.",
    provenBy: ["mcp/http-scenarios"],
  },
  {
    at: "http.receiving-2",
    level: "SHOULD",
    requirement:
      "A stream ends with its response, says so to buffers before it, and primes its client to come back.",
    notApplicable: NO_STREAMS,
  },
  {
    at: "http.cancellation-1",
    level: "MUST",
    requirement: "A stream that the client closes cancels its request.",
    notApplicable: NO_STREAMS,
  },
  {
    at: "http.sessions-1",
    level: "SHOULD",
    requirement: "Session ids are unique, visible ASCII, and 404 once they have ended.",
    notApplicable: NO_SESSIONS,
  },
  {
    at: "http.sessions-2",
    level: "SHOULD",
    requirement: "A session id that a client sends is ignored and never echoed.",
    provenBy: ["mcp/session-ignored"],
  },
  {
    at: "http.version-1",
    level: "MUST",
    requirement: "A protocol version that is not supported is 400 and says which are.",
    provenBy: ["mcp/version-refused", "mcp/http-scenarios"],
  },
  {
    at: "http.version-2",
    level: "SHOULD",
    requirement: "A request of an older client without a version is served.",
    provenBy: ["mcp/older-client"],
  },
  {
    at: "http.metadata-1",
    level: "MUST",
    requirement: "Headers that do not match the body, or lack, are 400 with HeaderMismatch.",
    provenBy: ["mcp/product-scenarios", "mcp/http-scenarios"],
  },
  {
    at: "http.metadata-2",
    level: "MUST",
    requirement: "An unknown method of 2026-07-28 is 404 with -32601.",
    provenBy: ["mcp/http-scenarios"],
  },
  {
    at: "http.metadata-3",
    level: "MUST",
    requirement: "Mcp-Param headers are decoded and compared with the arguments.",
    notApplicable: NO_HEADERS_OF_PARAMETERS,
  },
  {
    at: "authorization-1",
    level: "MUST",
    requirement: "Protected resource metadata is served and named in the challenge (RFC 9728).",
    provenBy: ["mcp/challenge", "protected-resource/well-known"],
  },
  {
    at: "authorization-2",
    level: "SHOULD",
    requirement: "The challenge names the scopes to begin with.",
    provenBy: ["mcp/challenge"],
  },
  {
    at: "authorization-3",
    level: "MUST",
    requirement: "Tokens are validated, and invalid or expired ones are 401.",
    provenBy: ["mcp/challenge", "mcp/revoked", "mcp/refused-tokens"],
  },
  {
    at: "authorization-4",
    level: "MUST",
    requirement: "Only tokens issued for this server are accepted.",
    provenBy: ["mcp/audience"],
  },
  {
    at: "authorization-5",
    level: "MUST NOT",
    requirement: "A token does not travel in the query.",
    provenBy: ["mcp/query-is-not-read"],
  },
  {
    at: "authorization-6",
    level: "MUST NOT",
    requirement: "The client's token is not passed on to anybody else.",
    notApplicable: NO_PROXY,
  },
  {
    at: "authorization-7",
    level: "SHOULD",
    requirement:
      "Too few scopes are 403 with insufficient_scope, all needed scopes at once, and the metadata's address.",
    provenBy: ["mcp/insufficient-scope"],
  },
  {
    at: "authorization-8",
    level: "SHOULD NOT",
    requirement: "offline_access is asked for neither in a challenge nor in the resource's metadata.",
    provenBy: ["mcp/no-offline-access"],
  },
  {
    at: "authorization-9",
    level: "MUST",
    requirement: "A broader scope stands for the narrower ones that it implies.",
    notApplicable: "No scope implies another here: each is one sentence that the person said yes to.",
  },
  {
    at: "authorization-10",
    level: "MUST",
    requirement: "Endpoints are served over HTTPS.",
    notApplicable: TLS_ENDS_BEFORE_US,
  },
  {
    at: "practices-1",
    level: "SHOULD",
    requirement: "Tools are allowed per user and scope.",
    provenBy: ["mcp/insufficient-scope", "mcp/tool-errors"],
  },
  {
    at: "practices-2",
    level: "SHOULD",
    requirement: "Bodies are bounded, inputs have strict schemas, unknown fields are refused.",
    provenBy: ["mcp/body-limit", "mcp/tool-errors"],
  },
  {
    at: "practices-3",
    level: "SHOULD",
    requirement:
      "CORS is no wildcard on an authenticated endpoint, or nothing is authenticated by the browser.",
    note: "The wildcard is meant: agents run in pages of any origin. Without cookies and credentials it opens nothing.",
    provenBy: ["mcp/no-ambient-authority"],
  },
  {
    at: "practices-4",
    level: "MUST",
    requirement: "Every request is verified, and sessions authenticate nobody.",
    provenBy: ["mcp/session-ignored", "mcp/challenge"],
  },
  {
    at: "practices-5",
    level: "MUST",
    requirement: "A proxy that uses one client id asks for consent per client.",
    notApplicable: NO_PROXY,
  },
  {
    at: "practices-6",
    level: "SHOULD",
    requirement: "The first scopes are few and harmless, and more are asked for when they are needed.",
    provenBy: ["mcp/challenge", "mcp/insufficient-scope"],
  },
]);
