import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Somebody may have to sign up and confirm an e-mail first. */
const PATIENCE_MS = 60 * 60_000;

export interface Loopback {
  redirectUri: string;
  /** The address that the browser comes back to, once it brings this state. */
  answer(state: string): Promise<URL>;
  stop(): Promise<void>;
}

// #region loopback
/**
 * Waits for the browser on a free port of this computer (RFC 8252 §7.3): by number, because `localhost` may be resolved
 * to something else (§8.3). Register `http://127.0.0.1/callback`; any port of it will do.
 */
export async function startLoopback(): Promise<Loopback> {
  const { promise, resolve, reject } = Promise.withResolvers<URL>();
  let expected: string | undefined;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    // Any page can send a browser here; only the answer to what this program asked is one.
    const isAnswer = url.pathname === "/callback" && url.searchParams.get("state") === expected;
    if (!isAnswer || expected === undefined) {
      response.writeHead(404, { connection: "close" }).end();
      return;
    }
    response.writeHead(200, { connection: "close" });
    response.end("Go on in your terminal. You can close this window.");
    resolve(url);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    redirectUri: `http://127.0.0.1:${port}/callback`,
    async answer(state) {
      expected = state;
      const timer = setTimeout(() => reject(new Error("Nobody came back from the browser.")), PATIENCE_MS);
      return promise.finally(() => clearTimeout(timer));
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}
// #endregion
