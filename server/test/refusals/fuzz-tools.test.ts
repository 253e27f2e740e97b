import { ERRORS, type ErrorCode } from "@parlance/contract/errors";
import type { Tool } from "@parlance/contract/tool";
import { TOOLS, type ToolName } from "@parlance/contract/tools";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import { hostileText, hostileValue, nearlyValid } from "./hostile.ts";
import type { Scene } from "./scene.ts";
import { DOORS, type DoorName, isAt } from "./send-tool.ts";
import { expectNoSurprise, startUnlimited } from "./sound.ts";
import { type ToolTarget, toolTargetOf } from "./tool-targets.ts";

/** For each engine and door; with those below it is about 12 s, beside the setting up. */
const OF_TOOLS = { numRuns: 2000, interruptAfterTimeLimit: 2000 };
const OF_ENVELOPES = { numRuns: 1000, interruptAfterTimeLimit: 1000 };

interface Answered {
  status: number;
  text: string;
}
type Sent = [name: ToolName, fields: Record<string, unknown>];

/** For every tool at every door: whatever is sent, the answer is well formed, and never a mistake of ours. */
describe.each(ENGINES)("$engine", ({ open }) => {
  let scene: Scene;
  let token: string;
  const targets = new Map<ToolName, ToolTarget>();

  beforeAll(async () => {
    scene = await startUnlimited(open);
    token = await scene.mint(
      await scene.letIn(scene.people.owner, scene.app, { organizations: [scene.organization] }),
    );
    for (const name of Object.keys(TOOLS) as ToolName[]) targets.set(name, await toolTargetOf(name, scene));
  });
  afterAll(() => scene.server.close());

  test.each(Object.keys(DOORS) as DoorName[])("%s: tools", async (door) => {
    const names = (Object.keys(TOOLS) as ToolName[]).filter((name) => isAt(door, name));
    const examples = names.map((name): [Sent] => [[name, fieldsOf(targets.get(name))]]);
    const anyCall = fc.oneof(...names.map((name) => callNear(name, targets.get(name))));
    await tryAll(anyCall, { ...OF_TOOLS, examples }, async ([name, fields]) => {
      const { procedure, effect }: Tool = TOOLS[name];
      if (door === "mcp") return expectMessage(await sendMcp(rpcCall(name, fields)));
      // One that is too long for an address is cut off before any door.
      const inAddress = encodeURIComponent(JSON.stringify(fields));
      const isQuery = effect === "read" && inAddress.length < 12_000;
      const path = `/api/trpc/${procedure?.name}`;
      const answered = isQuery
        ? await sendTrpc(`${path}?input=${inAddress}`)
        : await sendTrpc(path, JSON.stringify(fields));
      expectResults(answered);
    });
  });

  test("mcp: messages", async () => {
    await tryAll(fc.oneof(messageNear, fc.array(messageNear, { maxLength: 4 })), OF_ENVELOPES, async (body) =>
      expectMessage(await sendMcp(body)),
    );
  });

  test("trpc: batches and addresses", async () => {
    const name = fc.oneof(
      fc.constantFrom(
        "mcp.listKeys",
        "mcp.createKeys",
        "projects.list",
        "mcp",
        "__proto__.x",
        "mcp.__proto__",
      ),
      fc.constantFrom("constructor", "mcp.constructor.call", "_def.procedures", "createCaller", "mcp.then"),
      hostileText.map((text) => text.toWellFormed().slice(0, 200)),
    );
    const sent = fc.record({
      names: fc.array(name, { minLength: 1, maxLength: 4 }),
      input: hostileValue,
      at: fc.oneof(fc.nat(5).map(String), hostileText),
      isPost: fc.boolean(),
      batch: fc.constantFrom("?batch=1&", "?", "?batch=x&", "?connectionParams=1&batch=1&"),
      headers: fc.constantFrom<Record<string, string>>(
        {},
        { "trpc-accept": "application/jsonl" },
        { accept: "text/event-stream" },
        { "content-type": "application/octet-stream" },
        { "content-type": "multipart/form-data; boundary=x" },
        { "content-type": "text/plain" },
      ),
    });
    await tryAll(sent, OF_ENVELOPES, async ({ names, input, at, isPost, batch, headers }) => {
      const path = `/api/trpc/${names.map(encodeURIComponent).join(",")}${batch}`;
      const body = JSON.stringify({ [at]: input, 0: input }) ?? "";
      const answered = isPost
        ? sendTrpc(path, body, headers)
        : sendTrpc(
            `${path}input=${encodeURIComponent(body.slice(0, 2000).toWellFormed())}`,
            undefined,
            headers,
          );
      expectResults(await answered);
    });
  });

  async function tryAll<Value>(
    arbitrary: fc.Arbitrary<Value>,
    runs: fc.Parameters<[Value]>,
    attempt: (value: Value) => Promise<void>,
  ): Promise<void> {
    const since = scene.server.log().length;
    await fc.assert(fc.asyncProperty(arbitrary, attempt), runs);
    expectNoSurprise(scene, since);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  }

  const sendMcp = (body: unknown): Promise<Answered> =>
    answerOf(`${scene.base}/mcp`, JSON.stringify(body), { authorization: `Bearer ${token}` });

  const sendTrpc = (path: string, body?: string, headers = {}): Promise<Answered> =>
    answerOf(scene.base + path, body, { "x-api-key": token, ...headers });
});

async function answerOf(url: string, body: string | undefined, headers: object): Promise<Answered> {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...{ accept: "application/json, text/event-stream", "content-type": "application/json" },
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** A call that is right but for a field or two, or follows the schema with something else in its place now and then. */
function callNear(name: ToolName, target: ToolTarget | undefined): fc.Arbitrary<Sent> {
  const right = fieldsOf(target);
  const { input }: Tool = TOOLS[name];
  const change = fc.dictionary(fc.constantFrom(...Object.keys(right), "project", "x"), hostileValue, {
    maxKeys: 2,
  });
  const fields = fc.oneof(
    nearlyValid(input).map((some) => ({ ...right, ...some })),
    change.map((some) => ({ ...right, ...some })),
  );
  // Lists and objects may come as JSON text.
  const asText = fc.boolean().chain((isText) => (isText ? fields.map(textual) : fields));
  // What waits would wait for background work that nobody does here.
  return asText.map((some): Sent => [name, "waitMs" in right ? { ...some, waitMs: 0 } : some]);
}

function textual(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "object" ? JSON.stringify(value) : value,
    ]),
  );
}

/** What a tool takes over MCP; tRPC takes the project's id in a field of another name. */
function fieldsOf({ project, input = {} }: ToolTarget = {}): Record<string, unknown> {
  return { ...(project !== undefined && { project, projectSlug: project }), ...input };
}

function rpcCall(name: string, { projectSlug: _, ...fields }: Record<string, unknown>) {
  return { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: fields } };
}

const messageNear = fc
  .tuple(
    fc.constantFrom(
      "tools/call",
      "tools/list",
      "resources/list",
      "resources/read",
      "initialize",
      "ping",
      "x",
    ),
    fc.record(
      {
        name: fc.oneof(fc.constantFrom("listProjects", "__proto__", "constructor", "toString"), hostileText),
        arguments: hostileValue,
        uri: fc.oneof(
          hostileText,
          hostileText.map((text) => `parlance://${text}`),
          hostileText.map((text) => `parlance://a/b/namespaces/${text}`),
        ),
        cursor: hostileText,
        _meta: hostileValue,
        protocolVersion: fc.oneof(fc.constant("2025-11-25"), hostileText),
        capabilities: hostileValue,
        clientInfo: hostileValue,
      },
      { requiredKeys: [] },
    ),
    fc.dictionary(fc.constantFrom("id", "jsonrpc", "method", "params", "result", "error"), hostileValue, {
      maxKeys: 1,
    }),
  )
  .map(([method, params, strange]): unknown => ({ jsonrpc: "2.0", id: 1, method, params, ...strange }));

/** Over MCP: a message or several, each a result or a protocol's error; or the refusal of the HTTP around. */
function expectMessage({ status, text }: Answered): void {
  expect(status, text).toBeLessThan(500);
  if (text === "") return;
  for (const message of [JSON.parse(text)].flat()) {
    if (message.jsonrpc === undefined) expectKnown(message.error, status, text);
    else if (message.error) expect(message.error, text).toMatchObject({ code: expect.any(Number) });
    else if (message.result.isError && message.result._meta) {
      const { error } = message.result._meta;
      expect(ERRORS[error as ErrorCode]?.status ?? 500, text).toBeLessThan(500);
    } else if (message.result.content && !message.result.isError) {
      JSON.parse(message.result.content[0].text);
    }
    expectNothingInside(JSON.stringify(message.error ?? ""));
  }
}

/** Over tRPC: a result or an error of the table, for each call. */
function expectResults({ status, text }: Answered): void {
  expect(status, text).toBeLessThan(500);
  for (const item of [JSON.parse(text)].flat()) {
    if (item.error) {
      expectKnown(item.error.data.error, item.error.data.httpStatus, text);
      expectNothingInside(item.error.message);
    } else expect(item.result, text).toBeDefined();
  }
}

function expectKnown(error: string, status: number, text: string): void {
  expect(ERRORS[error as ErrorCode]?.status ?? 500, text).toBeLessThan(500);
  expect(status, text).toBe(ERRORS[error as ErrorCode].status);
}

function expectNothingInside(text: string): void {
  expect(text).not.toMatch(/\bat \S+:\d+|node_modules|sqlite|postgres|select .* from/i);
}
