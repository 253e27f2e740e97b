import type { Script } from "./load.ts";

const REVISION = "2026-07-28";

/** A message as a client of today sends it to `/mcp`. */
export function mcpMessage(
  headers: Readonly<Record<string, string>>,
  method: string,
  params: { name?: string; arguments?: object } = {},
): Script {
  const envelope = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1.0.0" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  return {
    method: "POST",
    path: "/mcp",
    headers: {
      ...headers,
      ...{ accept: "application/json, text/event-stream", "content-type": "application/json" },
      ...{ "mcp-protocol-version": REVISION, "mcp-method": method },
      ...(params.name && { "mcp-name": params.name }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: envelope } }),
  };
}
