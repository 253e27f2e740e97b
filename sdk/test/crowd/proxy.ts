import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** What becomes of a request. Where the server acts, it has done so before anything goes wrong. */
export const FATES = {
  /** The connection breaks before the server hears of it. */
  dropped: { acts: false },
  /** Somebody in between is unwell. */
  refused: { acts: false },
  /** The server acts, and the connection breaks. */
  lost: { acts: true },
  /** The same in the middle of the answer. */
  torn: { acts: true },
  /** The server acts, and somebody in between answers 500 for it. */
  spoilt: { acts: true },
  /** The answer comes later than the SDK waits. */
  late: { acts: true },
  /** The answer comes in two pieces, slowly. */
  slow: { acts: true },
} as const;
export type Fate = keyof typeof FATES;

export interface Proxy {
  url: string;
  /** How often each fate was met; what passed is not counted. */
  met: Map<Fate, number>;
  /** Chooses what becomes of the next request; undefined lets it through. */
  fate: () => Fate | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A network between a partner and the server at `target`, as bad as it is told to be. `lateMs` is longer than anybody waits. */
export async function startProxy(target: string, lateMs: number): Promise<Proxy> {
  const met: Proxy["met"] = new Map();
  const server = createServer((incoming, response) => {
    const fate = proxy.fate();
    if (fate) met.set(fate, (met.get(fate) ?? 0) + 1);
    // Whoever gave up waiting has closed the connection, which is no fault of the proxy.
    pass(incoming, response, fate).catch(() => response.destroy());
  });
  async function pass(incoming: IncomingMessage, response: ServerResponse, fate: Fate | undefined) {
    const body = await buffer(incoming);
    if (fate === "dropped") return void response.destroy();
    if (fate === "refused") return void response.writeHead(502).end("<h1>Bad gateway</h1>");
    const { status, headers, content } = await forward(incoming, body);
    if (fate === "lost") return void response.destroy();
    if (fate === "spoilt") return void response.writeHead(500).end("<h1>Internal error</h1>");
    if (fate === "late") await sleep(lateMs);
    response.writeHead(status, headers);
    if (fate !== "torn" && fate !== "slow") return void response.end(content);
    response.write(content.subarray(0, content.length / 2));
    await sleep(lateMs / 5);
    if (fate === "torn") response.destroy();
    else response.end(content.subarray(content.length / 2));
  }
  async function forward({ method, url, headers }: IncomingMessage, body: Buffer) {
    const { host } = new URL(target);
    const sent = request(new URL(url ?? "/", target), {
      method: method ?? "GET",
      headers: { ...headers, host },
    });
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const { "transfer-encoding": _, ...kept } = answer.headers;
    return { status: answer.statusCode ?? 502, headers: kept, content: await buffer(answer) };
  }
  server.listen(0, "localhost");
  await once(server, "listening");
  const proxy: Proxy = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    met,
    fate: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}
