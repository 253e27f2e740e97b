import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a program in another runtime cannot do itself, over HTTP, from any origin. */
export interface Helper {
  url: string;
  close(): void;
}

export interface Help {
  /** Sends the user's browser to an address, and answers the one that it came back to. */
  consent(url: string): Promise<URL>;
  /** Moves the server's clock; answers what it shows, in epoch milliseconds. */
  advance(milliseconds: number): Promise<number>;
}

/** `POST /consent` and `POST /advance`; a `GET` is an empty page, to be a page of an origin. */
export async function startHelper({ consent, advance }: Help): Promise<Helper> {
  const answer = async (path: string | undefined, body: string) => {
    if (path === "/consent") return (await consent(body)).href;
    return path === "/advance"
      ? String(await advance(Number(body)))
      : "<!doctype html><title>Partner</title>";
  };
  const server = createServer(async (request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("content-type", request.method === "GET" ? "text/html" : "text/plain");
    try {
      response.end(await answer(request.url, await text(request)));
    } catch (error) {
      // The program then fails with the status; why, is for whoever reads the test's output.
      console.error(error);
      response.writeHead(500).end();
    }
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => void server.close(),
  };
}
