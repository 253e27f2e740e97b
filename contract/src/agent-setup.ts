/** How each agent's program is told of an MCP server: by its address alone, or with a token to send. */

/** What the server is called in an agent's settings. */
export const AGENT_SERVER_NAME = "parlance";

/** The address of the MCP endpoint, and the token of its `Authorization: Bearer` header where nobody is to sign in. */
interface Endpoint {
  readonly url: string;
  readonly token?: string | undefined;
}

/** `.cursor/mcp.json`, or `~/.cursor/mcp.json` for every folder. */
export function cursorSettings(endpoint: Endpoint) {
  return { mcpServers: { [AGENT_SERVER_NAME]: { url: endpoint.url, ...headersOf(endpoint) } } };
}

/** `.vscode/mcp.json` */
export function vsCodeSettings(endpoint: Endpoint) {
  return { servers: { [AGENT_SERVER_NAME]: { type: "http", url: endpoint.url, ...headersOf(endpoint) } } };
}

/** `.mcp.json` in the folder of the project, as Claude Code reads it. */
export function claudeCodeSettings(endpoint: Endpoint) {
  return { mcpServers: { [AGENT_SERVER_NAME]: { type: "http", url: endpoint.url, ...headersOf(endpoint) } } };
}

/** The same as a command for a terminal. */
export function claudeCodeCommand({ url, token }: Endpoint): string {
  const command = `claude mcp add --transport http ${AGENT_SERVER_NAME} ${url}`;
  return token === undefined ? command : `${command} \\\n  --header "Authorization: Bearer ${token}"`;
}

function headersOf({ token }: Endpoint) {
  return token === undefined ? undefined : { headers: { Authorization: `Bearer ${token}` } };
}
