import {
  claudeCodeCommand,
  claudeCodeSettings,
  cursorSettings,
  vsCodeSettings,
} from "@parlance/contract/agent-setup";
import type { InstallationToken } from "./installation.ts";

/** How a program that agents run in is told of a server. */
export interface AgentServer {
  readonly type?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What an agent's workspace needs to call the tools of a connection; `token` is in each of them, and ends at `expiresAt`. */
export interface AgentConfiguration {
  /** The MCP endpoint, for any other client: `Authorization: Bearer` and the token. */
  readonly url: string;
  readonly token: string;
  /** Epoch milliseconds; write the files anew before, from the same function. */
  readonly expiresAt: number;
  /** The content of `.cursor/mcp.json`. */
  readonly cursor: { readonly mcpServers: Readonly<Record<string, AgentServer>> };
  /** The content of `.vscode/mcp.json`. */
  readonly vsCode: { readonly servers: Readonly<Record<string, AgentServer>> };
  /** The content of `.mcp.json`, and the same as a command for a terminal. */
  readonly claudeCode: { readonly mcpServers: Readonly<Record<string, AgentServer>> };
  readonly claudeCodeCommand: string;
}

/** The configuration of each agent's program, for a token that was just minted. Keep the files out of version control. */
export function agentConfiguration(
  mcpUrl: string,
  { token, expiresAt }: InstallationToken,
): AgentConfiguration {
  const endpoint = { url: mcpUrl, token };
  return {
    ...endpoint,
    expiresAt,
    cursor: cursorSettings(endpoint),
    vsCode: vsCodeSettings(endpoint),
    claudeCode: claudeCodeSettings(endpoint),
    claudeCodeCommand: claudeCodeCommand(endpoint),
  };
}
