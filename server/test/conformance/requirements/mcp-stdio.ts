import { requirementsOf } from "./requirement.ts";

/** What the Model Context Protocol asks of a server on stdin and stdout: of our command, `mcp/`. */
export const mcpStdio = requirementsOf("mcp-stdio", [
  {
    at: "stdio-1",
    level: "MUST NOT",
    requirement: "Nothing but messages is written to stdout, one a line.",
    provenBy: ["stdio/stdout"],
  },
  {
    at: "authorization-1",
    level: "SHOULD NOT",
    requirement: "Credentials come from the environment and not by the flow of HTTP.",
    note: "Without a key in the environment the command signs in as a client of the HTTP endpoint, so that nobody has to copy a key.",
    provenBy: ["stdio/key", "stdio/sign-in"],
  },
  {
    at: "authorization-2",
    level: "MUST",
    requirement: "Stored tokens are kept from others.",
    provenBy: ["stdio/stored"],
  },
  {
    at: "authorization-3",
    level: "MUST",
    requirement: "As a client: PKCE with S256, resource, state, and iss as RFC 9207 says.",
    provenBy: ["stdio/sign-in", "stdio/state", "stdio/issuer"],
  },
  {
    at: "authorization-4",
    level: "SHOULD",
    requirement:
      "As a client: only the challenged scopes at first, and more by a step-up that is not repeated without end.",
    provenBy: ["stdio/sign-in", "stdio/step-up", "stdio/step-up-refused"],
  },
  {
    at: "practices-1",
    level: "SHOULD",
    requirement: "What runs locally is reached by the client that started it only.",
    note: "The one port that it opens takes the answer of a sign-in with its state, and closes.",
    provenBy: ["stdio/stdout", "stdio/state"],
  },
]);
