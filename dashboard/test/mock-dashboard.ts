// Serves the built signed-in pages with made-up answers: `node test/mock-dashboard.ts [port] [scenario]`.
// Every answer passes the operation's own schema, so that the pages are tried with what the server may really send.
// Scenarios: full, empty, loading (never answers), failing (500), member (one's role is the lowest), hostile (names that try to break out).
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MOUNTS, NAME_PARAMETERS, type Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { type Answers, answersFor, PERSON, type Scenario } from "./mock-answers.ts";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const NAMES = new Set<string>(NAME_PARAMETERS);
const ROUTES = Object.entries(OPERATIONS).map(
  ([
    name,
    {
      rest: { method, mount, path },
    },
  ]) => ({
    name: name as OperationName,
    method,
    parameters: [...path.matchAll(/:(\w+)/g)].map(([, parameter]) => parameter as string),
    pattern: new RegExp(`^${(MOUNTS[mount] + path).replace(/:\w+/g, "([^/]+)")}$`),
  }),
);

/** Starts on 127.0.0.1; resolves to `{ url, close }`. */
export function startMockDashboard({
  port = 0,
  scenario = "full",
  dist = DIST,
}: {
  port?: number;
  scenario?: Scenario;
  dist?: string;
} = {}): Promise<{ url: string; close: () => Promise<void> }> {
  const answers = answersFor(scenario);
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname.startsWith("/assets/")) return file(response, join(dist, normalize(url.pathname)));
    if (!url.pathname.startsWith("/api/")) return page(response, dist);
    if (url.pathname === "/api/auth/get-session") return json(response, 200, { user: PERSON });
    if (url.pathname.startsWith("/api/auth/")) return json(response, 200, { status: true });
    const isShell = url.pathname === "/api/dashboard/organizations";
    if (scenario === "loading" && !isShell) return;
    if (scenario === "failing" && !isShell) {
      const error_description = "Something went wrong on our side.";
      return json(response, 500, { error: "server_error", error_description, request_id: "rq_7f3ak2m9" });
    }
    try {
      await answer(request, response, url, answers);
    } catch (error) {
      console.error(request.method, url.pathname, error);
      json(response, 500, { error: "server_error", request_id: "rq_mock" });
    }
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      const close = () => new Promise<void>((done) => server.close(() => done()).closeAllConnections());
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close });
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, url: URL, answers: Answers) {
  const route = ROUTES.find((one) => one.method === request.method && one.pattern.test(url.pathname));
  if (!route) return json(response, 404, { error: "not_found", error_description: "There is nothing here." });
  const values = (url.pathname.match(route.pattern) ?? []).slice(1).map(decodeURIComponent);
  const path = route.parameters.map((parameter, index) => [parameter, values[index]] as const);
  const isName = ([parameter]: readonly [string, unknown]) => NAMES.has(parameter);
  const names = Object.fromEntries(path.filter(isName));
  const { input, output, rest }: Operation = OPERATIONS[route.name];
  const { bytes, headers = {} } = rest;
  const body = await bodyOf(request);
  const sent = bytes || body.length === 0 ? {} : JSON.parse(body.toString());
  const fromHeaders = Object.fromEntries(
    Object.entries(headers).map(([field, name]) => [field, request.headers[name.toLowerCase()]]),
  );
  const parsed = input.safeParse({
    ...Object.fromEntries(url.searchParams),
    ...fromHeaders,
    ...sent,
    ...Object.fromEntries(path.filter((one) => !isName(one))),
  });
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => ({
      pointer: `/${issue.path.join("/")}`,
      code: issue.code,
      expected: issue.message,
    }));
    return json(response, 400, {
      error: "invalid_request",
      error_description: "A field is not right.",
      errors,
    });
  }
  const result = answers[route.name]?.({ ...(parsed.data as object), ...names } as never, body.length);
  if (result === null)
    return json(response, 404, { error: "not_found", error_description: "There is nothing here." });
  if (result === undefined) return response.writeHead(204).end();
  json(response, 200, output.parse(result));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function json(response: ServerResponse, status: number, value: unknown) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function page(response: ServerResponse, dist: string) {
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY };
  response.writeHead(200, headers).end(readFileSync(join(dist, "index.html")));
}

function file(response: ServerResponse, path: string) {
  try {
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" }).end(readFileSync(path));
  } catch {
    response.writeHead(404).end();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url } = await startMockDashboard({
    port: Number(process.argv[2] ?? 0),
    scenario: (process.argv[3] ?? "full") as Scenario,
  });
  console.log(url);
}
