import { request } from "node:http";
import {
  Client as ClientOfNow,
  StreamableHTTPClientTransport as TransportOfNow,
} from "@modelcontextprotocol/client";
import { Client as ClientOf2025 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportOf2025 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, describe, expect, test } from "vitest";
import { startScene } from "../refusals/scene.ts";
import { refresh, tokens } from "../support/flow.ts";

/** The MCP endpoint as client programs meet it (contract/mcp, 3 to 6). */
const scene = await startScene();
const { base, organization, project, people, server } = scene;
afterAll(() => server.close());
const { key } = await scene.addApiKey(people.owner, organization);
const named = `${organization.slug}/${project.slug}`;
const url = new URL(server.ctx.config.MCP_URL);
const requestInit = { headers: { authorization: `Bearer ${key}` } };
const info = { name: "an-agent", version: "2.1" };

async function clientOf2025() {
  const client = new ClientOf2025(info);
  await client.connect(new TransportOf2025(url, { requestInit }) as never);
  return client;
}
async function clientOfNow() {
  const client = new ClientOfNow(info, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
  await client.connect(new TransportOfNow(url, { requestInit }));
  return client;
}

describe.each([
  ["2025-11-25, SDK 1", clientOf2025],
  ["2026-07-28, SDK 2", clientOfNow],
] as const)("a client of %s", (_era, connect) => {
  test("is told what it may call, and calls it", async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).slice(0, 3)).toEqual([
      "listProjects",
      "getProject",
      "proposeLanguages",
    ]);
    const listed = (await client.callTool({ name: "listProjects", arguments: {} })) as Result;
    expect(JSON.parse(textOf(listed)).projects.map(({ slug }: { slug: string }) => slug)).toContain(named);
    const described = (await client.callTool({
      name: "getProject",
      arguments: { project: named },
    })) as Result;
    expect(Object.keys(JSON.parse(textOf(described)))).toEqual([
      "prj",
      "sl",
      "nss",
      "lng",
      "tk",
      "cov",
      "cdn",
    ]);
    await client.close();
  });

  test("reads instructions and resources", async () => {
    const client = await connect();
    expect(client.getInstructions()).toContain("listProjects");
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain(`parlance://${named}`);
    const { contents } = await client.readResource({ uri: `parlance://${named}` });
    expect(JSON.parse((contents[0] as { text: string }).text).prj).toBe(named);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ name }) => name)).toEqual(["project", "namespace", "style"]);
    const greeting = await client.readResource({ uri: `parlance://${named}/namespaces/default` });
    expect(JSON.parse((greeting.contents[0] as { text: string }).text).keys[0].k).toBe("greeting");
    const style = await client.readResource({ uri: `parlance://${named}/style` });
    expect(JSON.parse((style.contents[0] as { text: string }).text).src).toBe("en");
    const tooLong = `parlance://${named}/namespaces/${"a".repeat(300)}`;
    for (const uri of ["parlance://nowhere/nothing", "file:///etc/passwd", tooLong]) {
      await expect(client.readResource({ uri }), uri).rejects.toMatchObject({ code: -32602, data: { uri } });
    }
    await client.close();
  });
});

test("an agent that says its name in every message is written down by it", async () => {
  const client = await clientOfNow();
  const languages = [{ languageCode: "sv" }];
  await client.callTool({ name: "proposeLanguages", arguments: { project: named, languages } });
  await client.close();
  const [entry] = await server.ctx.db.read
    .selectFrom("auditEntries")
    .selectAll()
    .where("action", "=", "languages.add")
    .where("actorSession", "is not", null)
    .execute();
  expect(entry).toMatchObject({ actorSession: "an-agent 2.1", actorType: "key", via: "mcp" });
});

interface Result {
  content: { type: string; text?: string }[];
  isError?: boolean;
}
function textOf({ content }: Result): string {
  return content[0]?.text ?? "";
}

const revoke = (grantId: unknown) =>
  people.owner.browser.post(`/api/dashboard/connections/${grantId}`, {}, {}, "DELETE");

/** One POST as an older client sends it. */
async function send(body: unknown, { token = key, ...headers }: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      ...{ accept: "application/json, text/event-stream", "content-type": "application/json" },
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: what it is, is what the tests find out
  const answer = (text === "" ? null : JSON.parse(text)) as any;
  return { status: response.status, headers: response.headers, body: answer };
}
const call = (name: string, args: object, id: number | string = 1) => ({
  ...{ jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } },
});

test("[mcp/older-client] the bridge of existing clients: initialize, initialized, GET, list", async () => {
  const begun = await send({
    ...{ jsonrpc: "2.0", id: 0, method: "initialize" },
    params: {
      ...{ protocolVersion: "2025-11-25", capabilities: {} },
      clientInfo: { name: "better-i18n-bridge", version: "0.21.2" },
    },
  });
  expect(begun).toMatchObject({ status: 200, body: { result: { serverInfo: { name: "better-i18n" } } } });
  expect(begun.headers.get("content-type")).toContain("application/json");
  expect(begun.headers.get("mcp-session-id")).toBeNull();
  const initialized = await send({ jsonrpc: "2.0", method: "notifications/initialized" });
  expect(initialized.status).toBe(202);
  const stream = await fetch(url, {
    headers: { accept: "text/event-stream", authorization: `Bearer ${key}` },
  });
  expect([stream.status, stream.headers.get("allow")]).toEqual([405, "POST, DELETE"]);
  const listed = await send({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  expect(listed.body.result.tools[0]).toMatchObject({
    annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
  });
  const ended = await fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${key}` } });
  expect(ended.status).toBe(204);
});

describe("who is let in", () => {
  test.each(["POST", "GET", "DELETE"])("[mcp/challenge] nobody without a token: %s", async (method) => {
    const response = await fetch(url, { method, ...(method === "POST" && { body: "{}" }) });
    expect(response.status).toBe(401);
    const challenge = response.headers.get("www-authenticate") ?? "";
    expect(challenge).toContain(`resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"`);
    expect(challenge).toContain('scope="org:read projects:read');
    expect(challenge).not.toContain("error=");
  });

  test("[mcp/audience] an access token by its audience: that of MCP, and no other; it opens nothing else", async () => {
    const app = await scene.addApp(people.owner, organization);
    const forMcp = await scene.letIn(people.owner, app, { resource: server.ctx.config.MCP_URL });
    const forPartner = await scene.letIn(people.owner, app);
    const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    expect((await send(list, { token: forMcp.access_token })).status).toBe(200);
    expect(await send(list, { token: forPartner.access_token })).toMatchObject({
      status: 401,
      body: { error: "invalid_token" },
    });
    const bearer = { authorization: `Bearer ${forMcp.access_token}` };
    for (const [method, path] of [
      ["GET", "/api/oauth-client/me"],
      ["GET", "/api/oauth-client/organizations"],
      ["POST", `/api/oauth-client/installations/${forMcp.grant_id}/tokens`],
      ["GET", "/api/trpc/mcp.listProjects"],
    ]) {
      expect((await fetch(base + path, { method: method as string, headers: bearer })).status, path).toBe(
        401,
      );
    }
  });

  test("[mcp/revoked] after a revoke the next call is a 401 that says so", async () => {
    const app = await scene.addApp(people.owner, organization);
    const issued = await scene.letIn(people.owner, app, { resource: server.ctx.config.MCP_URL });
    const mayCall = () => send(call("listProjects", {}), { token: issued.access_token });
    expect((await mayCall()).status).toBe(200);
    const revoked = await revoke(issued.grant_id);
    expect(revoked.status).toBe(204);
    const { status, headers } = await mayCall();
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain(
      'error="invalid_token", error_description="grant_revoked"',
    );
  });

  test("[mcp/insufficient-scope] a tool beyond the scopes is not listed, and calling it asks for the scope", async () => {
    const app = await scene.addApp(people.owner, organization);
    const asked = { resource: server.ctx.config.MCP_URL, scopes: ["org:read", "keys:read"] as const };
    const { access_token: token } = await scene.letIn(people.owner, app, asked);
    const { body } = await send({ jsonrpc: "2.0", id: 1, method: "tools/list" }, { token });
    expect(body.result.tools.map(({ name }: { name: string }) => name)).not.toContain("getProject");
    const refused = await send(call("getProject", { project: named }), { token });
    expect(refused).toMatchObject({
      status: 403,
      body: { error: "missing_scope", required: "projects:read" },
    });
    expect(refused.headers.get("www-authenticate")).toContain(
      'error="insufficient_scope", scope="org:read projects:read keys:read"',
    );
    const list = await send(call("listProjects", {}), { token });
    expect(list.status).toBe(403);
  });

  test("[mcp/foreign-host] a page that lets its own name lead to this computer is refused", async () => {
    const { port } = url;
    const status = await new Promise((resolve, reject) => {
      const headers = { host: `evil.example:${port}`, authorization: `Bearer ${key}` };
      request({ host: "localhost", port, path: url.pathname, method: "POST", headers })
        .on("response", (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end("{}");
    });
    expect(status).toBe(403);
  });

  test("[mcp/no-ambient-authority] a browser of another origin may call it: there is no cookie it could use", async () => {
    const preflight = await fetch(url, { method: "OPTIONS", headers: { origin: "https://chat.example" } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect((await people.owner.browser.post("/mcp", {})).status).toBe(401);
  });

  test.each([
    ["what is answered", call("listProjects", {}), 200],
    ["what is refused", call("getProject", { project: "no-such/thing" }), 200],
    ["what is no message", {}, 400],
  ])("%s is kept by nobody and read as nothing else", async (_what, message, status) => {
    const sent = await send(message);
    expect(sent.status).toBe(status);
    expect(Object.fromEntries(sent.headers)).toMatchObject({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-type": expect.stringMatching(/^application\/json/),
    });
  });
});

describe("what a model is told", () => {
  test.each([
    ["a tool that is none", "translateAll", {}, "Error executing translateAll: Unknown tool: translateAll"],
    ["a field that is none", "getProject", { project: named, langs: 1 }, "getProject takes project"],
    ["no project", "getProject", {}, "The field /project is missing"],
    [
      "a project that is none",
      "getProject",
      { project: `${organization.slug}/x-y` },
      "There is no such project",
    ],
    ["another organization", "getProject", { project: `${scene.other.slug}/web` }, "organization"],
    ["a list that is empty", "proposeLanguages", { project: named, languages: [] }, "/languages"],
  ])("[mcp/tool-errors] %s", async (_what, name, args, sentence) => {
    const { status, body } = await send(call(name, args));
    expect(status).toBe(200);
    expect(body.result.isError).toBe(true);
    expect(textOf(body.result)).toContain(sentence);
  });

  test.each([
    ["no JSON", "{", 400],
    ["an empty body", "", 400],
    ["a number", "1", 400],
    ["an empty batch", "[]", 400],
    ["no method", "{}", 400],
    ["another content type", "{}", 415],
  ])("[mcp/malformed] %s is refused and nothing breaks", async (what, text, status) => {
    const type = what === "another content type" ? { "content-type": "text/plain" } : {};
    expect((await send(text, type as Record<string, string>)).status).toBe(status);
  });

  test("[mcp/body-limit] a body that is too large is refused", async () => {
    expect((await send(`"${"x".repeat(5_000_000)}"`)).status).toBe(413);
  });

  test("deeply nested arguments are refused, not a fault", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"getProject","arguments":{"project":${deep}}}}`;
    expect((await send(text)).status).toBeLessThan(500);
  });

  test("a batch of older clients is answered item by item", async () => {
    const { status, body } = await send([
      call("listProjects", {}, 1),
      call("getProject", { project: "a/b" }, 2),
      { jsonrpc: "2.0", id: 3, method: "no/such" },
    ]);
    expect(status).toBe(200);
    expect(body.map(({ id }: { id: number }) => id).sort()).toEqual([1, 2, 3]);
    expect(body.find(({ id }: { id: number }) => id === 2).result.isError).toBe(true);
    expect(body.find(({ id }: { id: number }) => id === 3).error.code).toBe(-32601);
  });
});

test("one token over two organizations: each call goes by the grant of the one that is named", async () => {
  const second = await scene.addOrganization(people.owner);
  const there = await scene.addProject(people.owner, second);
  const app = await scene.addApp(people.owner, organization);
  const issued = await scene.letIn(people.owner, app, {
    resource: server.ctx.config.MCP_URL,
    organizations: [organization, second],
  });
  const token = issued.access_token;
  const { body } = await send(call("listProjects", {}), { token });
  const slugs = JSON.parse(textOf(body.result)).projects.map(({ slug }: { slug: string }) => slug);
  expect(slugs).toEqual(expect.arrayContaining([named, `${second.slug}/${there.slug}`]));
  const grants = new Map(issued.grants.map((grant) => [grant.organization_id, grant.grant_id]));
  for (const [place, at] of [
    [organization, named],
    [second, `${second.slug}/${there.slug}`],
  ] as const) {
    const languages = [{ languageCode: "fi" }];
    const added = await send(call("proposeLanguages", { project: at, languages }), { token });
    expect(JSON.parse(textOf(added.body.result)).added).toBe(1);
    const [entry] = await server.ctx.db.read
      .selectFrom("auditEntries")
      .selectAll()
      .where("organizationId", "=", place.id)
      .where("action", "=", "languages.add")
      .where("actorAppId", "=", app.clientId)
      .execute();
    expect(entry).toMatchObject({ actorGrantId: grants.get(place.id), actorType: "app" });
  }
  const outside = await send(call("getProject", { project: `${scene.other.slug}/web` }), { token });
  expect(textOf(outside.body.result)).toContain("organization");
  await revoke(grants.get(second.id));
  const gone = await send(call("getProject", { project: `${second.slug}/${there.slug}` }), { token });
  expect(gone.body.result.isError).toBe(true);
  expect((await send(call("getProject", { project: named }), { token })).body.result.isError).toBeUndefined();
});

test("a job is known by its id alone, and a refusal of it stands in the audit of its organization", async () => {
  const second = await scene.addOrganization(people.owner);
  const there = await scene.addProject(people.owner, second);
  const app = await scene.addApp(people.owner, organization);
  const issued = await scene.letIn(people.owner, app, {
    resource: server.ctx.config.MCP_URL,
    scopes: ["org:read", "projects:read", "translations:read"],
    organizations: [organization, second],
  });
  const announced = await people.owner.browser.post(
    `/api/oauth-client/v1/projects/${there.id}/imports`,
    { format: "json_flat", language: "en", size: 2 },
    { origin: base },
  );
  const { id } = (await announced.json()) as { id: string };
  const cancelled = await send(call("cancelSync", { syncId: id }), { token: issued.access_token });
  expect(cancelled.body).toMatchObject({ error: "missing_scope", required: "translations:write" });
  const entries = await server.ctx.db.read
    .selectFrom("auditEntries")
    .selectAll()
    .where("action", "=", "imports.cancel")
    .where("actorAppId", "=", app.clientId)
    .execute();
  const grant = issued.grants.find(({ organization_id }) => organization_id === second.id);
  expect(entries).toEqual([
    expect.objectContaining({ outcome: "refused", organizationId: second.id, actorGrantId: grant?.grant_id }),
  ]);
});

test("[agents/11] a token that expired while the client renews it: 401 with the challenge, and the retry works", async () => {
  const app = await scene.addApp(people.owner, organization, {
    ...{ type: "native", redirectUris: ["http://127.0.0.1/callback"] },
  });
  const issued = await scene.letIn(people.owner, app, { resource: server.ctx.config.MCP_URL });
  server.ctx.clock.advance(31 * 60_000);
  const ask = (token: string) => send(call("listProjects", {}), { token });
  const [renewed, ...late] = await Promise.all([
    refresh(base, app, issued.refresh_token),
    ...Array.from({ length: 5 }, () => ask(issued.access_token)),
  ]);
  for (const { status, headers } of late) {
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain('error="invalid_token"');
  }
  const { access_token: fresh } = await tokens(renewed);
  expect((await ask(fresh)).status).toBe(200);
});
