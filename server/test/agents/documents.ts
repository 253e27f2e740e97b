import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of metadata documents on this machine. */
export interface Documents {
  /** Without a slash at the end. */
  base: string;
  /** The paths that were asked for, in order. */
  asked: string[];
  /** Serves a document that names its own address, changed by `fields`; answers its address. */
  publish(path: string, fields?: object, headers?: Record<string, string>): string;
  /** Answers whatever else stands there; answers its address. */
  answer(path: string, answer: Answer): string;
  close(): Promise<void>;
}

export const CALLBACK = "https://agent.example/callback";

export async function startDocuments(): Promise<Documents> {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = answers.get(request.url ?? "");
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    base,
    asked,
    publish(path, fields = {}, headers = {}) {
      const document = { client_id: base + path, client_name: "Agent", redirect_uris: [CALLBACK], ...fields };
      answers.set(path, (_, response) =>
        response
          .writeHead(200, { "content-type": "application/json", ...headers })
          .end(JSON.stringify(document)),
      );
      return base + path;
    },
    answer(path, answer) {
      answers.set(path, answer);
      return base + path;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
