import { html } from "hono/html";
import type { Config } from "../platform/config.ts";

/** What pages have to know of the settings before they draw anything. Anybody may read it. */
export type ToldSettings = Pick<Config, "PUBLIC_URL" | "MCP_URL">;

/** A built page with these settings in its head, where scripts read them without another request. */
export function withSettings(page: string, { PUBLIC_URL, MCP_URL }: ToldSettings): string {
  const head = html`<meta name="public-url" content="${PUBLIC_URL}" /><meta name="mcp-url" content="${MCP_URL}" />`;
  // A function, because `$` in a replacement would mean something.
  return page.replace("</head>", () => `${head}</head>`);
}
