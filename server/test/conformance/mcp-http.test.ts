import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { DEFAULT_SCOPES } from "@parlance/contract/scopes";
import { afterAll, describe, expect, test } from "vitest";
import { startScene } from "../refusals/scene.ts";
import { runNode } from "./mcp-tool.ts";

/** The HTTP of the MCP endpoint, header by header, and the inspector against it. */
const scene = await startScene();
const { base, organization, project, people, server } = scene;
afterAll(() => server.close());
const { key } = await scene.addApiKey(people.owner, organization);
const named = `${organization.slug}/${project.slug}`;
const url = server.ctx.config.MCP_URL;
const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} };

function send(body: object, headers: Record<string, string> = {}, address = url): Promise<Response> {
  return fetch(address, {
    method: "POST",
    headers: {
      ...{ accept: "application/json, text/event-stream", "content-type": "application/json" },
      ...{ authorization: `Bearer ${key}`, ...headers },
    },
    body: JSON.stringify(body),
  });
}

test("[mcp/notification] an accepted notification is 202 with no body", async () => {
  const answer = await send({ jsonrpc: "2.0", method: "notifications/initialized" });
  expect([answer.status, await answer.text()]).toEqual([202, ""]);
});

test("[mcp/session-ignored] a session id is neither asked for, echoed nor a way in", async () => {
  const session = { "mcp-session-id": "of-somebody-else" };
  const answer = await send(LIST, session);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("mcp-session-id")).toBeNull();
  expect((await send(LIST, { ...session, authorization: "" })).status).toBe(401);
});

test.each(["2025-11-25", "2026-07-28"])(
  "a page of another origin may send what a client of %s sends",
  async (version) => {
    const sent = new Set<string>();
    const transport = new StreamableHTTPClientTransport(new URL(url), {
      authProvider: { token: async () => key },
      fetch: (address, init) => {
        for (const name of new Headers(init?.headers).keys()) sent.add(name);
        return fetch(address, init);
      },
    });
    const isModern = version === "2026-07-28";
    const info = { name: "a-page", version: "1" };
    const client = new Client(info, isModern ? { versionNegotiation: { mode: { pin: version } } } : {});
    await client.connect(transport);
    await client.callTool({ name: "listProjects", arguments: {} });
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    await client.close();
    // Those before 2026-07-28 allow a session, and some clients send one of their own.
    sent.add("mcp-session-id").delete("accept");
    const preflight = await fetch(url, { method: "OPTIONS", headers: { origin: "https://page.example" } });
    const allowed = preflight.headers.get("access-control-allow-headers")?.toLowerCase().split(", ");
    expect(allowed).toEqual(expect.arrayContaining([...sent]));
  },
);

test("[mcp/version-refused] an unknown protocol version is 400 and names the known ones", async () => {
  const answer = await send(LIST, { "mcp-protocol-version": "1999-01-01" });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("2025-11-25");
});

test.each([
  ["of nothing", "bi-nothing"],
  ["that was changed", `${key.slice(0, -1)}${key.endsWith("a") ? "b" : "a"}`],
  ["of another form", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."],
])("[mcp/refused-tokens] a token %s is 401 with a challenge", async (_what, token) => {
  const answer = await send(LIST, { authorization: `Bearer ${token}` });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
});

test("[mcp/query-is-not-read] a token in the query opens nothing", async () => {
  const answer = await send(LIST, { authorization: "" }, `${url}?access_token=${key}`);
  expect(answer.status).toBe(401);
});

test("[mcp/no-offline-access] neither the challenge nor the resource's metadata asks for offline_access", async () => {
  const challenge = (await send(LIST, { authorization: "" })).headers.get("www-authenticate") ?? "";
  const { pathname } = new URL(url);
  const metadata = await fetch(`${base}/.well-known/oauth-protected-resource${pathname}`);
  const { scopes_supported: scopes } = (await metadata.json()) as { scopes_supported: string[] };
  expect(scopes).toEqual(expect.arrayContaining([...DEFAULT_SCOPES]));
  for (const text of [challenge, scopes.join(" ")]) expect(text).not.toContain("offline_access");
});

test("a subscription that could bring nothing ends at once", async () => {
  const answer = await send(
    {
      ...{ jsonrpc: "2.0", id: 1, method: "subscriptions/listen" },
      params: {
        notifications: { toolsListChanged: true },
        _meta: {
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientInfo": { name: "an-agent", version: "2.1" },
          "io.modelcontextprotocol/clientCapabilities": {},
        },
      },
    },
    { "mcp-protocol-version": "2026-07-28", "mcp-method": "subscriptions/listen" },
  );
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('"resultType":"complete"');
});

describe("the inspector, with a key", () => {
  const require = createRequire(import.meta.url);
  const inspector = join(
    dirname(require.resolve("@modelcontextprotocol/inspector-cli/package.json")),
    "build/index.js",
  );
  // It looks for the package.json of the program that it is usually part of, one folder too high.
  const mended = `import { registerHooks } from "node:module";
    registerHooks({ resolve: (name, context, next) => next(name === "../../package.json" ? "../package.json" : name, context) });`;

  async function inspect(...args: string[]): Promise<unknown> {
    const header = ["--transport", "http", "--header", `Authorization: Bearer ${key}`];
    const hook = ["--import", `data:text/javascript,${encodeURIComponent(mended)}`];
    const { code, stdout, output } = await runNode([...hook, inspector, url, ...args, ...header]);
    expect(code, output).toBe(0);
    return JSON.parse(stdout);
  }

  test("lists the tools", async () => {
    const { tools } = (await inspect("--method", "tools/list")) as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toContain("listProjects");
  });

  test("calls one", async () => {
    const call = ["--method", "tools/call", "--tool-name", "getProject", "--tool-arg", `project=${named}`];
    const { content } = (await inspect(...call)) as { content: [{ text: string }] };
    expect(JSON.parse(content[0].text).prj).toBe(named);
  });
});
