import {
  CLIENT_INFO_META_KEY,
  type Implementation,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { withoutUnseen } from "@parlance/contract/names";
import { toStorable } from "@parlance/contract/storable";
import type { Perform } from "../access/perform.ts";
import type { ToolHandlers } from "../context.ts";
import { callTool } from "./call-tool.ts";
import { INSTRUCTIONS } from "./instructions.ts";
import { requestOf } from "./mcp-request.ts";
import { listResources, listTemplates, readResource } from "./resources.ts";
import { listTools } from "./tool-list.ts";

const INFO = { name: "better-i18n", title: "Parlance", version: "0.1.0" };
const MINUTE_MS = 60_000;
const LONGEST_AGENT = 120;

/**
 * Lists follow the caller's scopes, which may change at any moment; a call is checked by itself, so that a list which is a
 * minute old costs a refusal at worst.
 */
const CACHE_HINTS = {
  "tools/list": { ttlMs: MINUTE_MS, cacheScope: "private" },
  "resources/list": { ttlMs: MINUTE_MS, cacheScope: "private" },
  "resources/templates/list": { ttlMs: MINUTE_MS, cacheScope: "private" },
  "resources/read": { ttlMs: 0, cacheScope: "private" },
  "server/discover": { ttlMs: 60 * MINUTE_MS, cacheScope: "public" },
} as const;

/** The server of one request, as the library wants it; it keeps nothing. */
export function newServer(parts: { perform: Perform; handlers: ToolHandlers }): Server {
  const server = new Server(INFO, {
    capabilities: { tools: {}, resources: {}, logging: {} },
    instructions: INSTRUCTIONS,
    cacheHints: CACHE_HINTS,
  });
  const request = ({ http }: ServerContext) => requestOf(http?.authInfo);
  server.setRequestHandler("tools/list", async (_message, context) => ({
    tools: listTools(request(context).caller.held),
  }));
  server.setRequestHandler("tools/call", ({ params }, context) =>
    callTool(parts, request(context), {
      name: params.name,
      arguments: params.arguments ?? {},
      agent: agentOf(context),
    }),
  );
  server.setRequestHandler("resources/list", (_message, context) => listResources(parts, request(context)));
  server.setRequestHandler("resources/templates/list", async (_message, context) =>
    listTemplates(request(context)),
  );
  server.setRequestHandler("resources/read", ({ params }, context) =>
    readResource(parts, request(context), params.uri),
  );
  return server;
}

/** The agent's program and its session, where its messages say so; older ones say it in no message but the first. */
function agentOf({ mcpReq, http }: ServerContext): string | null {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  const client = envelope[CLIENT_INFO_META_KEY] as Partial<Implementation> | undefined;
  const { session } = requestOf(http?.authInfo);
  const parts = [client?.name, client?.version, session].filter(
    (part) => typeof part === "string" && part !== "",
  );
  const line = withoutUnseen(parts.join(" ").replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")).trim();
  return line === "" ? null : toStorable(line.slice(0, LONGEST_AGENT));
}
