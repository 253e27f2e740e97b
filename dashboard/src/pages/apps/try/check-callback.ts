import type { Metadata, Started } from "./flow.ts";

/** One thing that an app has to look at when somebody comes back. */
export interface Check {
  readonly isPassed: boolean;
  readonly text: string;
}

/** Looks at the address to which somebody came back, as an app must before it sends the code on (RFC 9207, RFC 9700 §2.1). */
export function checkCallback(
  address: string,
  started: Started,
  { issuer }: Metadata,
): { checks: Check[]; code: string | null } {
  const url = URL.parse(address.trim());
  if (!url) return { checks: [{ isPassed: false, text: "This is no address." }], code: null };
  const parameter = (name: string) => url.searchParams.get(name);
  const error = parameter("error");
  const code = parameter("code");
  const said = parameter("error_description");
  const checks = [
    { isPassed: isSamePlace(url, started.redirectUri), text: "It is the redirect address that was sent." },
    { isPassed: parameter("state") === started.state, text: "state is the one that was made above." },
    { isPassed: parameter("iss") === issuer, text: `iss is this server: ${issuer}.` },
    error === null
      ? { isPassed: code !== null, text: "There is a code." }
      : { isPassed: false, text: `The answer is an error: ${error}${said ? `, ${said}` : ""}` },
  ];
  return { checks, code: checks.every(({ isPassed }) => isPassed) ? code : null };
}

/** An app on this computer may listen on any port (RFC 8252 §7.3). */
function isSamePlace(url: URL, redirectUri: string): boolean {
  const sent = URL.parse(redirectUri);
  if (!sent || url.protocol !== sent.protocol || url.pathname !== sent.pathname) return false;
  const isLoopback = ["127.0.0.1", "[::1]"].includes(sent.hostname);
  return isLoopback ? url.hostname === sent.hostname : url.host === sent.host;
}
