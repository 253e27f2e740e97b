import type { Operation } from "@parlance/contract/operation";
import { afterAll, describe, expect, test } from "vitest";
import { partnerOperations } from "../../src/reference/document.ts";
import { startScene } from "../refusals/scene.ts";
import { type Credential, send } from "../refusals/send.ts";
import { targetOf } from "../refusals/targets.ts";
import { type DocumentedAnswer, openDocument } from "../support/api-document.ts";
import { type App, connect, exchange, type Fields, post, type TokenAnswer } from "../support/flow.ts";

/** What a running server answers is what its document says, by a validator of JSON Schema that others wrote. */
const scene = await startScene();
const { base, people, organization } = scene;
const { operations, faults, document } = openDocument(base);
const issued = await scene.letIn(people.owner, scene.app, { organizations: [organization] });
const installationToken = await scene.mint(issued);
const organizationReader = await scene.mint(issued, { scopes: ["org:read"] });
const reader = await scene.mint(issued, { scopes: ["projects:read"] });
afterAll(() => scene.server.close());

/** Fails unless the document has this status for the operation, with these headers and a schema that takes the body. */
async function expectDocumented(name: string, response: Response): Promise<unknown> {
  const answer = operations.get(name)?.responses[response.status] as DocumentedAnswer;
  expect(answer, `${name} answered ${response.status}: ${await response.clone().text()}`).toBeDefined();
  const isChallenge = response.status === 401;
  const always = Object.keys(answer.headers ?? {}).filter((one) => !SOMETIMES.has(one));
  for (const header of always.filter((one) => isChallenge || one !== "WWW-Authenticate")) {
    expect(response.headers.has(header), header).toBe(true);
  }
  const type = response.headers.get("content-type")?.replace(/;.*/, "") ?? "";
  if (!answer.content) {
    expect([type, await response.text()]).toEqual(["", ""]);
    return undefined;
  }
  expect(Object.keys(answer.content)).toContain(type);
  const { schema } = answer.content[type] ?? {};
  const body: unknown = schema ? await response.json() : await response.text();
  if (schema) expect(faults(schema, body)).toEqual([]);
  return body;
}

/** Said only where there is something to say. */
const SOMETIMES = new Set(["Idempotent-Replayed", "Dry-Run", "Retry-After"]);

/** Whoever may make the call: a token wherever one may. */
function callerOf({ access: { by } }: Operation, accessToken?: string): Credential {
  if (by === "anyone") return null;
  return { token: by === "scope" ? installationToken : (accessToken ?? issued.access_token) };
}

describe.each(partnerOperations())("%s", (name, operation) => {
  test("answers what is documented", async () => {
    const target = await targetOf(name, scene);
    const credential = target.as ? { browser: target.as.browser } : callerOf(operation, target.accessToken);
    const response = await send(base, name, target, credential);
    expect(response.ok).toBe(true);
    await expectDocumented(name, response);
  });

  test("refuses strangers as is documented", async () => {
    const response = await send(base, name, await targetOf(name, scene), null);
    if (operation.access.by !== "anyone") expect(response.status).toBe(401);
    await expectDocumented(name, response);
  });

  test("refuses what it does not know as is documented", async () => {
    const target = await targetOf(name, scene);
    const params = Object.fromEntries(Object.keys(target.params ?? {}).map((one) => [one, "nowhere"]));
    const credential = callerOf(operation, target.accessToken);
    await expectDocumented(name, await send(base, name, { ...target, params }, credential));
  });

  test("refuses a token without its scope as is documented", async () => {
    if (operation.access.by !== "scope") return;
    const token = operation.access.scope === "org:read" ? reader : organizationReader;
    const response = await send(base, name, await targetOf(name, scene), { token });
    expect(response.status).toBe(403);
    const { required } = (await expectDocumented(name, response)) as { required: string };
    expect(required).toBe(operations.get(name)?.["x-required-scope"]);
  });

  test("refuses a field that it does not have as is documented", async () => {
    const target = await targetOf(name, scene);
    const credential = callerOf(operation, target.accessToken);
    const input = { ...target.input, surely_not_a_field: "1" };
    const response = await send(base, name, { ...target, input }, credential);
    expect(response.status).toBe(400);
    await expectDocumented(name, response);
  });
});

describe("the authorization server", () => {
  const { app } = scene;

  test("answers a code and a refresh token as is documented", async () => {
    const first = await post(base, "token", app, {
      grant_type: "refresh_token",
      refresh_token: issued.refresh_token,
    });
    const { refresh_token } = (await expectDocumented("oauth.token", first)) as TokenAnswer;
    const connected = await connect(people.owner.browser, app);
    const exchanged = await exchange(base, app, connected);
    await expectDocumented("oauth.token", exchanged);
    await expectDocumented("oauth.token", await exchange(base, app, connected));
    await expectDocumented("oauth.revoke", await post(base, "revoke", app, { token: refresh_token }));
  });

  test("refuses as is documented", async () => {
    const refused: [number, Fields, App | null][] = [
      [400, { grant_type: "refresh_token", refresh_token: "rt_unknown" }, app],
      [400, { grant_type: "password" }, app],
      [400, {}, app],
      [401, { grant_type: "refresh_token", refresh_token: "rt_unknown" }, null],
    ];
    for (const [status, fields, client] of refused) {
      const response = await post(base, "token", client, fields);
      expect(response.status).toBe(status);
      await expectDocumented("oauth.token", response);
    }
  });
});

test("a running server sends the document that was looked at here", async () => {
  const response = await fetch(`${base}/api/openapi.json`);
  expect(await response.json()).toEqual(document);
});
