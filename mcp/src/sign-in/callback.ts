import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { EXIT, Problem } from "../problem.ts";

const PORTS = 17;
const PATH = "/callback";
/** This computer by both families: a browser may ask either for `localhost`. */
const HOSTS = ["127.0.0.1", "::1"];

export interface Answer {
  readonly code: string | undefined;
  readonly error: string | undefined;
  /** Who answers (RFC 9207). */
  readonly iss: string | undefined;
  /** Shows the person how it went. */
  show(title: string, text: string): void;
}

export interface Callback {
  readonly redirectUri: string;
  /** What the answer has to carry for us to believe that it is for this sign-in. */
  readonly state: string;
  /** The browser's answer. An answer with another state is refused and awaited no less. */
  readonly answered: Promise<Answer>;
  close(): void;
}

/** Listens on this computer for the answer of the authorization endpoint (RFC 8252 §7.3), from `firstPort` on. Throws `Problem`. */
export async function openCallback(firstPort: number): Promise<Callback> {
  const state = randomBytes(24).toString("base64url");
  let resolve: (answer: Answer) => void = () => {};
  const answered = new Promise<Answer>((settle) => {
    resolve = settle;
  });
  for (let port = firstPort; port < firstPort + PORTS && port < 65_536; port += 1) {
    const servers = await listen(port, (request, response) => {
      const answer = read(request, response, { state, port });
      if (answer) resolve(answer);
    });
    if (!servers) continue;
    return {
      ...{ redirectUri: `http://localhost:${port}${PATH}`, state, answered },
      close: () => {
        for (const server of servers) server.close();
      },
    };
  }
  throw new Problem(
    `No port from ${firstPort} to ${firstPort + PORTS - 1} is free for the answer of the browser. Set BETTER_I18N_OAUTH_PORT to one that is.`,
    EXIT.usage,
  );
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Servers on the port at each address of this computer; null when somebody else listens at one of them. */
async function listen(port: number, handle: Handle): Promise<Server[] | null> {
  const servers: Server[] = [];
  for (const host of HOSTS) {
    const server = createServer(handle);
    const fault = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      server.once("error", resolve);
      server.listen(port, host, () => resolve(null));
    });
    if (!fault) servers.push(server);
    // A computer without IPv6 has nobody there either.
    else if (!["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(fault.code ?? "")) {
      for (const other of servers) other.close();
      return null;
    }
  }
  return servers.length > 0 ? servers : null;
}

function read(
  request: IncomingMessage,
  response: ServerResponse,
  { state, port }: { state: string; port: number },
): Answer | null {
  const base = `http://localhost:${port}`;
  const url = new URL(URL.canParse(request.url ?? "", base) ? (request.url ?? "") : "/", base);
  if (request.method !== "GET" || url.pathname !== PATH) {
    page(response, 404, "There is nothing here", "This address only takes the answer of a sign-in.");
    return null;
  }
  const all = (name: string) => url.searchParams.getAll(name);
  const isOurs = ["code", "error", "iss", "state"].every((name) => all(name).length < 2);
  if (!isOurs || all("state")[0] !== state) {
    page(
      response,
      400,
      "This is not the answer that was awaited",
      "Go back to the page that was opened last.",
    );
    return null;
  }
  return {
    code: all("code")[0] || undefined,
    error: all("error")[0] || undefined,
    iss: all("iss")[0],
    show: (title, text) => page(response, 200, title, text),
  };
}

function page(response: ServerResponse, status: number, title: string, text: string): void {
  if (response.writableEnded) return;
  response.writeHead(status, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    Connection: "close",
  });
  response.end(
    `<!doctype html><html lang="en"><title>${escaped(title)}</title><h1>${escaped(title)}</h1><p>${escaped(text)}</p></html>`,
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
