import {
  claudeCodeCommand,
  cursorSettings,
  AGENT_SERVER_NAME as NAME,
  vsCodeSettings,
} from "@parlance/contract/agent-setup";

/** What people copy to connect an agent. A key never stands in it: only where one goes. */

const KEY = "bi-…";

export function claudeCode(mcpUrl: string): string {
  return claudeCodeCommand({ url: mcpUrl });
}

export function claudeCodeWithKey(mcpUrl: string): string {
  return claudeCodeCommand({ url: mcpUrl, token: KEY });
}

/** `.cursor/mcp.json`, or `~/.cursor/mcp.json` for every folder. */
export function cursor(mcpUrl: string): string {
  return json(cursorSettings({ url: mcpUrl }));
}

/** Opens Cursor, which asks before it adds the server. */
export function cursorLink(mcpUrl: string): string {
  const config = btoa(JSON.stringify({ url: mcpUrl }));
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=${NAME}&config=${encodeURIComponent(config)}`;
}

/** `.vscode/mcp.json` */
export function vsCode(mcpUrl: string): string {
  return json(vsCodeSettings({ url: mcpUrl }));
}

/** For a client that takes headers. */
export function withKey(mcpUrl: string): string {
  return json(cursorSettings({ url: mcpUrl, token: KEY }));
}

/**
 * For a client that starts programs only: the stdio command, which adds `/mcp` to the address it is given (contract/mcp §2).
 * It has to be installed: a package by a name that is nobody's here would be run with the key. Null where the MCP endpoint
 * does not end so.
 */
export function bridge(mcpUrl: string): string | null {
  if (!mcpUrl.endsWith("/mcp")) return null;
  const env = { BETTER_I18N_API_KEY: KEY, BETTER_I18N_MCP_URL: mcpUrl.slice(0, -"/mcp".length) };
  return json({ mcpServers: { [NAME]: { command: "better-i18n-mcp", env } } });
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
