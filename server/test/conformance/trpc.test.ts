import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from "@trpc/client";
import { afterAll, describe, expect, test } from "vitest";
import { startScene } from "../refusals/scene.ts";

/** The envelope of `/api/trpc` as existing clients send and read it (contract/mcp, 4; contract/cli, 2). */
const scene = await startScene();
const { base, organization, project, people, server } = scene;
afterAll(() => server.close());
const { key } = await scene.addApiKey(people.owner, organization);
const names = { orgSlug: organization.slug, projectSlug: project.slug };

// biome-ignore lint/suspicious/noExplicitAny: existing clients know no types of this server either
const batched: any = createTRPCClient<any>({
  links: [httpBatchLink({ url: `${base}/api/trpc`, headers: { "x-api-key": key } })],
});
// biome-ignore lint/suspicious/noExplicitAny: as above
const plain: any = createTRPCClient<any>({
  links: [httpLink({ url: `${base}/api/trpc`, headers: { "x-api-key": key } })],
});

/** One request as it goes over the wire. */
async function send(path: string, init: RequestInit & { key?: string | null } = {}) {
  const { key: presented = key, ...rest } = init;
  const headers = { ...(presented && { "x-api-key": presented }), "content-type": "application/json" };
  const response = await fetch(`${base}/api/trpc/${path}`, { headers, ...rest });
  // biome-ignore lint/suspicious/noExplicitAny: what it is, is what the tests find out
  const body = (await response.json()) as any;
  return { status: response.status, headers: response.headers, body };
}

describe("the envelope", () => {
  test("a batched query has its inputs in the address and an array in the answer", async () => {
    const input = encodeURIComponent(JSON.stringify({ "0": names }));
    const { status, body } = await send(`mcp.getProject?batch=1&input=${input}`);
    expect(status).toBe(200);
    expect(body).toMatchObject([{ result: { data: { prj: `${organization.slug}/${project.slug}` } } }]);
  });

  test("two calls of one tick share a request; one without input is absent from the inputs", async () => {
    const input = encodeURIComponent(JSON.stringify({ "1": names }));
    const { body } = await send(`mcp.listProjects,mcp.getProject?batch=1&input=${input}`);
    expect(body).toMatchObject([
      { result: { data: { projects: expect.any(Array) } } },
      { result: { data: { slug: `${organization.slug}/${project.slug}` } } },
    ]);
  });

  test("a plain query without input has no parameter, and a single object in the answer", async () => {
    const { body } = await send("mcp.listProjects");
    expect(body.result.data.cdnBaseUrl).toBe(server.ctx.config.CDN_URL);
  });

  test("a plain mutation takes the raw input, batched ones an object by number", async () => {
    const languages = [{ languageCode: "nl" }];
    const first = await send("mcp.addLanguages", {
      method: "POST",
      body: JSON.stringify({ ...names, languages }),
    });
    expect(first.body).toMatchObject({ result: { data: { added: 1, skipped: 0 } } });
    const second = await send("mcp.addLanguages?batch=1", {
      method: "POST",
      body: JSON.stringify({ "0": { ...names, languages } }),
    });
    expect(second.body).toMatchObject([{ result: { data: { added: 0, skipped: 1 } } }]);
  });

  test("lists as JSON text and numbers as text are read as what they mean", async () => {
    const languages = JSON.stringify([{ languageCode: "da", status: "draft" }]);
    const added = await batched.mcp.addLanguages.mutate({ ...names, languages });
    expect(added.results).toEqual([{ languageCode: "da", status: "draft", added: true }]);
  });

  test("both links of @trpc/client call queries and mutations", async () => {
    for (const client of [batched, plain]) {
      const listed = await client.mcp.listProjects.query();
      expect(listed.projects.map(({ slug }: { slug: string }) => slug)).toContain(
        `${organization.slug}/${project.slug}`,
      );
      const updates = [{ languageCode: "DA", status: "active" }];
      const edited = await client.mcp.updateLanguages.mutate({ ...names, updates });
      expect(edited.results).toMatchObject([{ languageCode: "da", newStatus: "active" }]);
    }
  });
});

describe("refusals", () => {
  const wrong = { orgSlug: organization.slug, projectSlug: "nothing-here" };

  test.each([
    { who: "nobody", key: null, input: names, status: 401, code: "UNAUTHORIZED", error: "invalid_token" },
    {
      who: "a made-up key",
      key: "bi-x",
      input: names,
      status: 401,
      code: "UNAUTHORIZED",
      error: "invalid_token",
    },
    { who: "a project that is none", key, input: wrong, status: 404, code: "NOT_FOUND", error: "not_found" },
    {
      who: "another organization",
      key,
      input: { ...names, orgSlug: scene.other.slug },
      status: 403,
      code: "FORBIDDEN",
      error: "wrong_organization",
    },
    { who: "no project named", key, input: {}, status: 400, code: "BAD_REQUEST", error: "invalid_request" },
  ])("$who: $status $code", async ({ key: presented, input, status, code, error }) => {
    const query = encodeURIComponent(JSON.stringify(input));
    const answered = await send(`mcp.getProject?input=${query}`, { key: presented });
    expect(answered.status).toBe(status);
    expect(answered.body.error).toMatchObject({
      message: expect.any(String),
      code: expect.any(Number),
      data: { code, httpStatus: status, path: "mcp.getProject", error },
    });
    expect(JSON.stringify(answered.body)).not.toContain("stack");
    expect(answered.headers.get("www-authenticate") !== null).toBe(status === 401);
  });

  test("a revoked connection is UNAUTHORIZED, with our code beside it", async () => {
    const { token, revoke } = await connection();
    await revoke();
    const { status, body } = await send("mcp.listProjects", { key: token });
    expect(status).toBe(401);
    expect(body.error.data).toMatchObject({ code: "UNAUTHORIZED", httpStatus: 401, error: "grant_revoked" });
  });

  test("a missing scope names it", async () => {
    const { token } = await connection(["keys:read"]);
    const { status, body, headers } = await send("mcp.listProjects", { key: token });
    expect(status).toBe(403);
    expect(body.error.data).toMatchObject({
      code: "FORBIDDEN",
      error: "missing_scope",
      required: "projects:read",
    });
    expect(headers.get("www-authenticate")).toContain('scope="projects:read keys:read"');
  });

  test("a batch is answered item by item, with 207 where the items differ", async () => {
    const input = encodeURIComponent(JSON.stringify({ "0": names, "1": wrong }));
    const { status, body } = await send(
      `mcp.getProject,mcp.getProject,mcp.noSuchThing?batch=1&input=${input}`,
    );
    expect(status).toBe(207);
    expect(body).toMatchObject([
      { result: {} },
      { error: { data: { code: "NOT_FOUND", error: "not_found" } } },
      { error: { data: { code: "NOT_FOUND", error: "not_found", path: "mcp.noSuchThing" } } },
    ]);
  });

  test.each([
    ["input that is no JSON", "mcp.getProject,mcp.listProjects?batch=1&input=%7B"],
    ["inputs that are a list", "mcp.getProject,mcp.listProjects?batch=1&input=%5B%5D"],
    ["inputs that are a text", "mcp.getProject,mcp.listProjects?batch=1&input=%22a%22"],
  ])("a malformed batch is refused, never a fault: %s", async (_what, path) => {
    const { status, body } = await send(path);
    expect(status).toBeLessThan(500);
    for (const item of [body].flat()) expect(item.error?.data.httpStatus ?? 200).toBeLessThan(500);
  });

  test("a query by POST and a mutation by GET are refused", async () => {
    expect((await send("mcp.addLanguages?input=%7B%7D")).body.error.data.error).toBe("method_not_allowed");
    expect((await send("mcp.listProjects", { method: "POST", body: "{}" })).status).toBe(405);
  });

  test("more calls than fifty are refused", async () => {
    const { status } = await send(`${Array(51).fill("mcp.listProjects").join(",")}?batch=1&input=%7B%7D`);
    expect(status).toBe(400);
  });

  test("a body that is too large is refused in the envelope", async () => {
    const { status, body } = await send("mcp.addLanguages", {
      method: "POST",
      body: `"${"x".repeat(17_000_000)}"`,
    });
    expect(status).toBe(413);
    expect(body.error.data.error).toBe("payload_too_large");
  });

  test("@trpc/client throws what it can read", async () => {
    const thrown = await batched.mcp.getProject.query(wrong).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(TRPCClientError);
    expect(thrown.data).toMatchObject({ code: "NOT_FOUND", httpStatus: 404 });
  });

  test("pages of every origin may call it, with no cookie", async () => {
    const preflight = await fetch(`${base}/api/trpc/mcp.listProjects`, { method: "OPTIONS" });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("x-api-key");
    const cookie = await people.owner.browser.request("/api/trpc/mcp.listProjects");
    expect(cookie.status).toBe(401);
  });
});

async function connection(scopes?: readonly ["keys:read"]) {
  const app = await scene.addApp(people.owner, organization);
  const issued = await scene.letIn(people.owner, app, scopes && { scopes });
  const token = await scene.mint(issued);
  const revoke = () =>
    fetch(`${base}/api/oauth-client/installations/${issued.grant_id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${issued.access_token}` },
    });
  return { token, revoke };
}
