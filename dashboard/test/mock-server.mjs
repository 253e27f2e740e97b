// Serves the built pages with made-up answers, one address per state: `node test/mock-server.mjs [port]`, then
// /connect/req_<state> with a state below. Sends the policy the real server sends, so that a page that needs more fails here.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { approve, requestFor, STATES } from "./mock-requests.mjs";

const DIST = join(fileURLToPath(new URL("../dist/", import.meta.url)));
const CONNECT =
  /^\/(sign-in|sign-up|verify-email|forgot-password|reset-password|invitations\/[^/]+|connect\/[^/]+)\/?$/;
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const TYPES = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const PERSON = { id: "usr_1", name: "Mira Okafor", email: "mira@acme.example", emailVerified: true };

/** Starts on 127.0.0.1; resolves to `{ url, close }`. Decisions are remembered per request until it stops. */
export function startMockServer(port = 0, dist = DIST) {
  const decided = new Map();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    if (url.pathname.startsWith("/api/")) return api(request, url, response, decided);
    if (url.pathname.startsWith("/assets/")) return file(response, join(dist, normalize(url.pathname)));
    return page(response, join(dist, CONNECT.test(url.pathname) ? "connect.html" : "index.html"));
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      const close = () => new Promise((done) => server.close(done).closeAllConnections());
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close });
    });
  });
}

async function api(request, url, response, decided) {
  const body = request.method === "POST" ? JSON.parse((await text(request)) || "{}") : null;
  const cookie = request.headers.cookie ?? "";
  const [, id, action] = url.pathname.match(/^\/api\/auth\/mcp\/requests\/([^/]+)(?:\/(\w+))?$/) ?? [];
  if (id) return connection(response, id, action, body, decided);
  const invitation = url.pathname.match(/^\/api\/dashboard\/invitations\/by-token\/([^/]+)(\/accept)?$/);
  if (invitation) return json(response, ...inviting(invitation[1], Boolean(invitation[2])));
  switch (url.pathname) {
    case "/api/auth/get-session":
      return json(response, 200, session(cookie));
    case "/api/auth/sign-in/email":
      if (body.email.startsWith("unverified"))
        return json(response, 403, { code: "EMAIL_NOT_VERIFIED", message: "" });
      if (body.password === "wrong")
        return json(response, 401, { code: "INVALID_EMAIL_OR_PASSWORD", message: "" });
      if (body.password === "broken")
        return json(response, 500, { error: "server_error", request_id: "rq_81c2" });
      return json(response, 200, { user: PERSON });
    case "/api/auth/sign-up/email":
      return json(response, 200, { token: null });
    case "/api/dashboard/organizations":
      for (const [key, state] of decided) if (state === "no_organization") decided.set(key, "one");
      return json(response, 200, { id: "org_new", slug: "new", name: body?.name, role: "owner" });
    default:
      return json(response, 200, { status: true });
  }
}

function connection(response, id, action, body, decided) {
  const state = decided.get(id) ?? id.replace(/^req_/, "");
  decided.set(id, state);
  if (action === "decision") {
    decided.set(
      id,
      body.approve ? approve(requestFor(state), body) : { ...requestFor(state), status: "denied" },
    );
    return json(response, 200, decided.get(id));
  }
  const answer = typeof state === "string" ? requestFor(state) : state;
  if ("error" in answer) return json(response, answer.status, { ...answer, status: undefined });
  return json(response, 200, answer);
}

/** Who is signed in follows from a cookie `person=verified|unverified|other`. */
function session(cookie) {
  const who = cookie.match(/person=(\w+)/)?.[1];
  if (!who) return null;
  const email = who === "other" ? "someone.else@example.org" : PERSON.email;
  return { session: {}, user: { ...PERSON, email, emailVerified: who !== "unverified" } };
}

function inviting(token, accepting) {
  if (token === "unknown") return [404, { error: "not_found", error_description: "Not found." }];
  if (token === "expired") return [410, { error: "gone", error_description: "Expired." }];
  const organization = { name: "Acme", slug: "acme" };
  if (accepting) return [200, { organization }];
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  return [200, { organization, email: PERSON.email, role: "member", invitedBy: "Jonas Weber", expiresAt }];
}

function page(response, path) {
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY };
  response.writeHead(200, { ...headers, "referrer-policy": "no-referrer" }).end(readFileSync(path));
}

function file(response, path) {
  try {
    const body = readFileSync(path);
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

function json(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function text(request) {
  let all = "";
  for await (const part of request) all += part;
  return all;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url } = await startMockServer(Number(process.argv[2] ?? 4173));
  for (const state of STATES) console.log(`${url}/connect/req_${state}`);
}
