/** What the server says of itself in the head of every page. A page served by anything else takes its own address. */
export const SERVER = {
  /** The one address at which cookies, sign-in and connecting work: an origin. */
  publicUrl: told("public-url") ?? location.origin,
  /** The MCP endpoint. */
  mcpUrl: told("mcp-url") ?? `${location.origin}/mcp`,
};

function told(name: string): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
}

/** Where this page is at the server's own address; null when that is here. */
export function properAddress(): string | null {
  if (location.origin === SERVER.publicUrl) return null;
  return SERVER.publicUrl + location.pathname + location.search;
}

/** Takes away the mark that the server left when it moved the browser here from another name of this machine. */
export function forgetMove(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has("moved")) return;
  url.searchParams.delete("moved");
  history.replaceState(history.state, "", url);
}
