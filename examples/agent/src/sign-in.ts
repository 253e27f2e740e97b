import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { OAuthClientProvider } from "@modelcontextprotocol/client";

/** A person's consent, by a browser on this computer. */
export interface SignIn extends OAuthClientProvider {
  /** What comes back with the browser that was sent last. */
  returned(): Promise<URLSearchParams>;
  stop(): Promise<void>;
}

/**
 * Listens on a free port of this computer for the browser to come back (RFC 8252 §7.3). The library finds the server,
 * registers this program, makes the PKCE pair and checks `iss`; everything it wants kept is kept in memory.
 * `show` gets the address to open.
 */
export async function startSignIn(show: (url: URL) => void): Promise<SignIn> {
  const kept = new Map<string, unknown>();
  let arrival = Promise.withResolvers<URLSearchParams>();
  let state: string | undefined;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    // Any page can send a browser here: only the answer to what this program began is taken, and once.
    if (pathname !== "/callback" || state === undefined || searchParams.get("state") !== state) {
      response.writeHead(404).end();
      return;
    }
    state = undefined;
    response.end("You can close this window.");
    arrival.resolve(searchParams);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const redirectUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;

  return {
    redirectUrl,
    clientMetadata: {
      client_name: "Example agent",
      redirect_uris: [redirectUrl],
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    },
    state() {
      state = randomBytes(32).toString("base64url");
      arrival = Promise.withResolvers();
      return state;
    },
    clientInformation: () => kept.get("client") as never,
    saveClientInformation: (client) => void kept.set("client", client),
    tokens: () => kept.get("tokens") as never,
    saveTokens: (tokens) => void kept.set("tokens", tokens),
    codeVerifier: () => kept.get("verifier") as string,
    saveCodeVerifier: (verifier) => void kept.set("verifier", verifier),
    discoveryState: () => kept.get("discovery") as never,
    saveDiscoveryState: (discovery) => void kept.set("discovery", discovery),
    redirectToAuthorization: show,
    returned: () => arrival.promise,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
