// The library alone: the same tools, whose calls answer one text and do nothing, on both eras of the protocol.
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createMcpHandler, Server } from "@modelcontextprotocol/server";

const { PORT, TOOLS = "[]", ANSWER = "" } = process.env;
const tools = JSON.parse(TOOLS);

const { fetch } = createMcpHandler(() => {
  const server = new Server({ name: "bare", version: "1.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", async () => ({ tools }));
  server.setRequestHandler("tools/call", async () => ({ content: [{ type: "text", text: ANSWER }] }));
  return server;
});

createServer(getRequestListener((request) => fetch(request))).listen(Number(PORT), "127.0.0.1");
