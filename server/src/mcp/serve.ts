import {
  createMcpHandler,
  isLegacyRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { Log } from "../platform/log.ts";
import { asAuthInfo, type McpRequest } from "./mcp-request.ts";

/** Answers the messages in the body of one POST; `body` is parsed already. */
export type Serve = (request: Request, body: unknown, of: McpRequest) => Promise<Response>;

/**
 * Both eras of the protocol on one address, each request with a server of its own: 2026-07-28, whose messages carry their
 * context, and those before it, without the sessions that they would allow. Answers are JSON; nothing is streamed.
 */
export function serveMcp(newServer: () => Server, log: Log): Serve {
  const onerror = (error: Error) => log.debug({ err: error }, "an MCP message was refused");
  const modern = createMcpHandler(newServer, { legacy: "reject", onerror });
  return async (request, body, of) => {
    const passed = { authInfo: asAuthInfo(of), parsedBody: body };
    if (!(await isLegacyRequest(request, body))) return modern.fetch(request, passed);
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    const server = newServer();
    server.onerror = onerror;
    await server.connect(transport);
    try {
      return await transport.handleRequest(request, passed);
    } finally {
      await server.close();
    }
  };
}
