// Serves the built pages with made-up answers, one address per state: `node test/mock-server.ts [port]`, then
// /connect/req_<state> (or req_<state>-anything) with a state of mock-requests. Sends the policy the real server sends, so that a page that needs
// more fails here.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Approval } from "../src/connect/request.ts";
import { approve, type MockAnswer, requestFor, STATES } from "./mock-requests.ts";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const CONNECT =
  /^\/(sign-in|sign-up|verify-email|forgot-password|reset-password|cli-auth|device|invitations\/[^/]+|connect\/[^/]+)\/?$/;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const PERSON = { id: "usr_1", name: "Mira Okafor", email: "mira@acme.example", emailVerified: true };

/** What a request is now: the name of its first state, or the answer after a decision. */
type Remembered = Map<string, string | MockAnswer>;

/** Starts on 127.0.0.1. Decisions are remembered per request until it stops. */
export function startMockServer(port = 0, dist = DIST): Promise<{ url: string; close: () => Promise<void> }> {
  const remembered: Remembered = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname.startsWith("/api/")) return api(request, pathname, response, remembered);
    if (pathname.startsWith("/assets/")) return file(response, join(dist, normalize(pathname)));
    return page(response, join(dist, CONNECT.test(pathname) ? "connect.html" : "index.html"));
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      async function close() {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close });
    });
  });
}

async function api(request: IncomingMessage, path: string, response: ServerResponse, remembered: Remembered) {
  const body = request.method === "POST" ? JSON.parse((await text(request)) || "{}") : {};
  const [, id, action] = path.match(/^\/api\/auth\/mcp\/requests\/([^/]+)(?:\/(\w+))?$/) ?? [];
  if (id) return connection(response, id, action, body, remembered);
  const [, token, accepting] =
    path.match(/^\/api\/dashboard\/invitations\/by-token\/([^/]+)(\/accept)?$/) ?? [];
  if (token) return json(response, ...inviting(token, Boolean(accepting)));
  switch (path) {
    case "/api/auth/get-session":
      return json(response, 200, session(request.headers.cookie ?? ""));
    case "/api/auth/sign-in/email":
      if (body.password === "wrong") return json(response, 401, { code: "INVALID_EMAIL_OR_PASSWORD" });
      if (body.password === "broken") return json(response, 500, { error: "server_error" });
      signedIn(response, body.email.startsWith("new") ? "unverified" : "verified", remembered);
      return json(response, 200, { user: PERSON });
    case "/api/auth/mcp/device":
      return json(response, ...typed(body.user_code));
    case "/api/dashboard/organizations":
      advance(remembered, "no_organization", "one");
      return json(response, 200, { id: "org_new", slug: "new", name: body.name, role: "owner" });
    default:
      return json(response, 200, { status: true });
  }
}

function connection(
  response: ServerResponse,
  id: string,
  action: string | undefined,
  body: Approval | { approve: false },
  remembered: Remembered,
) {
  const state = remembered.get(id) ?? id.replace(/^req_|-.*$/g, "");
  const answer = typeof state === "string" ? requestFor(state) : state;
  remembered.set(id, state);
  if ("error" in answer) return json(response, answer.status, { ...answer, status: undefined });
  if (action !== "decision") return json(response, 200, answer);
  const decided = body.approve ? approve(answer, body) : { ...answer, status: "denied" as const };
  remembered.set(id, decided);
  return json(response, 200, decided);
}

/** A new account still has to verify its address. */
function signedIn(response: ServerResponse, who: "verified" | "unverified", remembered: Remembered) {
  response.setHeader("set-cookie", `person=${who}; Path=/`);
  advance(remembered, "sign_in", who === "verified" ? "several" : "verify_email");
}

function advance(remembered: Remembered, from: string, to: string) {
  for (const [id, state] of remembered) if (state === from) remembered.set(id, to);
}

/** Who is signed in follows from a cookie `person=verified|unverified|other`. */
function session(cookie: string) {
  const who = cookie.match(/person=(\w+)/)?.[1];
  if (!who) return null;
  const email = who === "other" ? "someone.else@example.org" : PERSON.email;
  return { session: {}, user: { ...PERSON, email, emailVerified: who !== "unverified" } };
}

function inviting(token: string, accepting: boolean): [status: number, body: object] {
  if (token === "unknown") return [404, { error: "not_found", error_description: "Not found." }];
  if (token === "expired") return [410, { error: "gone", error_description: "Expired." }];
  const organization = { name: "Acme", slug: "acme" };
  if (accepting) return [200, { organization }];
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  return [200, { organization, email: PERSON.email, role: "member", invitedBy: "Jonas Weber", expiresAt }];
}

/** What comes of a code follows from its letters. */
function typed(code: string): [status: number, body: object] {
  const refused = (status: number, error: string, error_description: string) =>
    [status, { error, error_description }] as [number, object];
  if (code === "BBBBBBBB")
    return refused(404, "not_found", "No device shows this code. Check it, letter by letter.");
  if (code === "CCCCCCCC") return refused(410, "request_expired", "This code has expired.");
  if (code === "DDDDDDDD") return refused(409, "already_decided", "This code was used already.");
  if (code === "FFFFFFFF") return refused(429, "rate_limited", "Too many requests.");
  if (code === "GGGGGGGG") return refused(500, "server_error", "");
  return [200, { request_id: "req_device" }];
}

function page(response: ServerResponse, path: string) {
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY };
  response.writeHead(200, { ...headers, "referrer-policy": "no-referrer" }).end(readFileSync(path));
}

function file(response: ServerResponse, path: string) {
  try {
    const body = readFileSync(path);
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

function json(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function text(request: IncomingMessage): Promise<string> {
  let all = "";
  for await (const part of request) all += part;
  return all;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url } = await startMockServer(Number(process.argv[2] ?? 4173));
  for (const state of STATES) console.log(`${url}/connect/req_${state}`);
}
