import type { Config } from "../platform/config.ts";

export type Addresses = Pick<Config, "PUBLIC_URL" | "API_URL" | "CDN_URL" | "MCP_URL">;

/** The server of somebody who follows a guide at home; guides name it wherever they mean "your server". */
const AT_HOME = "http://localhost:3000";

/** A guide as this server gives it: with its own addresses in place of those at home, ready to be copied. */
export function withAddresses(
  markdown: string,
  { PUBLIC_URL, API_URL, CDN_URL, MCP_URL }: Addresses,
): string {
  const own: [string, string][] = [
    [`${AT_HOME}/api/oauth-client`, `${API_URL}/api/oauth-client`],
    [`${AT_HOME}/cdn`, CDN_URL],
    [`${AT_HOME}/mcp`, MCP_URL],
    [AT_HOME, PUBLIC_URL],
  ];
  // One pass, so that an address that was put in is not replaced again.
  const any = new RegExp(`(?:${own.map(([home]) => home).join("|")})(?![\\w-])`, "g");
  return markdown.replace(any, (home) => new Map(own).get(home) as string);
}
