import { afterAll, describe, expect, test } from "vitest";
import { answered, startScene } from "./scene.ts";

/** What a caller with a good credential could wear a node out with, at the doors of tools. */
const scene = await startScene({ environment: { RATE_LIMIT_PER_MINUTE: "40" } });
const { base, organization, project, people, server } = scene;
afterAll(() => server.close());
const { owner } = people;

const DEEP = `${"[".repeat(1_500_000)}${"]".repeat(1_500_000)}`;
const MANY = `[${"{},".repeat(1_000_000)}{}]`;

async function post(path: string, body: string, key: string, headers: Record<string, string> = {}) {
  const response = await fetch(base + path, {
    method: "POST",
    headers: {
      ...{ accept: "application/json, text/event-stream", "content-type": "application/json" },
      authorization: `Bearer ${key}`,
      ...headers,
    },
    body,
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: what it is, is what the tests find out
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as any };
}

const newKey = async () => (await scene.addApiKey(owner, organization)).key;
const mcp = (message: unknown, key: string) => post("/mcp", JSON.stringify(message), key);
const message = (method: string, params: object = {}, id = 1) => ({ jsonrpc: "2.0", id, method, params });

describe("JSON that takes seconds to parse is refused unparsed", () => {
  test.each([
    ["nested without end", DEEP, 400, "invalid_request"],
    ["of too many values", MANY, 413, "payload_too_large"],
  ])("%s", async (_, value, status, error) => {
    const key = await newKey();
    const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"listProjects","arguments":{"x":${value}}}}`;
    expect(await post("/mcp", call, key)).toMatchObject({ status, body: { error } });
    const input = `{"projectSlug":"${project.id}","k":${value}}`;
    const procedure = await post("/api/trpc/mcp.createKeys", input, key);
    expect(procedure).toMatchObject({ status, body: { error: { data: { error } } } });
    const path = `/api/oauth-client/v1/projects/${project.id}/keys`;
    expect(await post(path, `{"keys":${value}}`, key)).toMatchObject({ status, body: { error } });
  });

  test("also in a list that comes as text", async () => {
    const list = { project: project.id, k: DEEP };
    const { status, body } = await mcp(
      message("tools/call", { name: "createKeys", arguments: list }),
      await newKey(),
    );
    expect([status, body.result._meta.error]).toEqual([200, "invalid_request"]);
    expect(body.result.content[0].text).toContain("/k");
  });
});

describe("names that are none are not sent back whole", () => {
  const long = "x".repeat(1_000_000);

  test.each([
    ["of a tool", { name: `${long}\ud800`, arguments: {} }],
    ["of a field", { name: "listProjects", arguments: { [long]: 1 } }],
  ])("%s", async (_, params) => {
    const { status, text, body } = await mcp(message("tools/call", params), await newKey());
    expect([status, body.result.isError]).toEqual([200, true]);
    expect(text.length).toBeLessThan(1000);
  });
});

describe("messages of an agent that call nothing are counted as calls are", () => {
  test.each([
    ["a list of tools", message("tools/list")],
    ["a list of templates", message("resources/templates/list")],
    ["a greeting", message("ping")],
    ["no method of ours", message("no/such")],
    ["no message", { a: 1 }],
    ["a resource that is none", message("resources/read", { uri: "file:///etc/passwd" })],
    ["a tool that is none", message("tools/call", { name: "x", arguments: {} })],
    ["a call", message("tools/call", { name: "listProjects", arguments: {} })],
  ])("%s", async (_, sent) => {
    const key = await newKey();
    for (let left = 39; left >= 0; left--) {
      const { status, headers } = await mcp(sent, key);
      expect([status < 429, headers.get("ratelimit-remaining") ?? `${left}`]).toEqual([true, `${left}`]);
    }
    const { status, headers, body } = await mcp(sent, key);
    expect([status, body.error]).toEqual([429, "rate_limited"]);
    expect(headers.get("ratelimit-remaining")).toBe("0");
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("each of a batch", async () => {
    const lists = Array.from({ length: 41 }, (_, id) => message("tools/list", {}, id));
    expect(await mcp(lists, await newKey())).toMatchObject({ status: 429, body: { error: "rate_limited" } });
    const key = await newKey();
    expect((await mcp(lists.slice(1), key)).body).toHaveLength(40);
    expect((await mcp(message("tools/list"), key)).status).toBe(429);
  });
});

test.each([["trpc-accept"], ["accept"]])(
  "a batch is one answer with its status, also for who asks by %s for a stream",
  async (header) => {
    const response = await fetch(`${base}/api/trpc/mcp.listProjects,mcp.getProject?batch=1&input=%7B%7D`, {
      headers: { "x-api-key": await newKey(), [header]: "application/jsonl" },
    });
    expect(response.status).toBe(207);
    expect(response.headers.get("ratelimit-remaining")).toBe("38");
    expect(await response.json()).toMatchObject([
      { result: { data: {} } },
      { error: { data: { error: "invalid_request" } } },
    ]);
  },
);

test("a call that waits gives up the room of its large message as soon as somebody needs it", async () => {
  const file = { format: "json_flat", language: "en", size: 2 };
  const path = `/api/oauth-client/v1/projects/${project.id}/imports`;
  const job = await answered<{ id: string }>(owner.browser.post(path, file));
  const wait = (waitMs: number) =>
    message("tools/call", { name: "getSync", arguments: { syncId: job.id, waitMs } });
  const padding = " ".repeat(4_100_000);
  // Each caller may hold a quarter of the room, which four such messages nearly fill: five callers are one too many.
  const keys = await Promise.all(Array.from({ length: 5 }, newKey));
  // Whoever is refused before the body is read may see the connection end instead.
  const send = (key: string, waitMs: number) =>
    post("/mcp", JSON.stringify(wait(waitMs)) + padding, key).catch(() => ({ status: 503, body: null }));
  const begun = performance.now();
  const sent = keys.flatMap((key) => Array.from({ length: 4 }, () => send(key, 20_000)));
  const firstWith = (status: number) =>
    Promise.any(
      sent.map(async (answer) => ((await answer).status === status ? answer : Promise.reject(await answer))),
    );
  const [ended] = await Promise.all([firstWith(200), firstWith(503)]);
  expect(performance.now() - begun).toBeLessThan(9000);
  expect(JSON.parse(ended.body.result.content[0].text).st).toBe("pending");
  await expect.poll(async () => (await send(await newKey(), 0)).status, { timeout: 9000 }).toBe(200);
});

test("a refusal of an agent with two organizations stands in the audit of the one that it was in", async () => {
  const second = await scene.addOrganization(owner);
  const places = [await scene.addProject(owner, organization), await scene.addProject(owner, second)];
  const app = await scene.addApp(owner, organization);
  const { access_token: token, grants } = await scene.letIn(owner, app, {
    resource: server.ctx.config.MCP_URL,
    scopes: ["projects:read"],
    organizations: [organization, second],
  });
  for (const { id } of places) {
    const languages = [{ languageCode: "fi" }];
    const params = { name: "proposeLanguages", arguments: { project: id, languages } };
    expect((await mcp(message("tools/call", params), token)).status).toBe(403);
  }
  const rows = await server.ctx.db.read
    .selectFrom("auditEntries")
    .select(["organizationId", "actorGrantId", "grantId"])
    .where("actorAppId", "=", app.clientId)
    .where("outcome", "=", "refused")
    .execute();
  const expected = [organization, second].map(({ id }) => {
    const grantId = grants.find((grant) => grant.organization_id === id)?.grant_id;
    return { organizationId: id, actorGrantId: grantId, grantId };
  });
  expect(rows).toHaveLength(2);
  expect(rows).toEqual(expect.arrayContaining(expected));
});
