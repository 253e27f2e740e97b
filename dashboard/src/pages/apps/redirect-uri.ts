export type AppType = "web" | "spa" | "native";

/**
 * The usual slips in a redirect URI, as one types; null when there is none. The server knows all rules and decides.
 */
export function redirectUriProblem(uri: string, type: AppType): string | null {
  if (!uri) return "Enter an address, or remove this line.";
  if (/\s/.test(uri)) return "Must not contain spaces.";
  if (uri.includes("*")) return "Wildcards are not possible: enter each address in full.";
  if (uri.includes("#")) return "Must not have a fragment (#…).";
  if (!URL.canParse(uri)) return "Enter a whole address, beginning with https://.";
  const url = new URL(uri);
  if (url.username || url.password) return "Must not contain a user or password.";
  if (url.protocol === "https:") return null;
  if (url.protocol === "http:") {
    return LOOPBACK.has(url.hostname) ? null : "Use https. http is only for localhost, 127.0.0.1 and [::1].";
  }
  if (type !== "native") return "Use https. A scheme of its own is only for native apps.";
  return /^[a-z][a-z0-9+-]*\.[a-z0-9.+-]+:$/.test(url.protocol)
    ? null
    : "Use https, or a scheme of your own with a dot, such as com.example.app:/callback.";
}

/** What is wrong with each line of a list, in its order; null when nothing is wrong anywhere. */
export function redirectUrisProblem(uris: string[], type: AppType): string | null {
  const repeated = uris.find((uri, index) => uris.indexOf(uri) !== index);
  if (repeated) return `${repeated} stands here twice.`;
  return uris.map((uri) => redirectUriProblem(uri, type)).find((problem) => problem !== null) ?? null;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
