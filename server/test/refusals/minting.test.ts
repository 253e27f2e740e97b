import { ALL_SCOPES, type Scope } from "@parlance/contract/scopes";
import { afterAll, describe, expect, test } from "vitest";
import { mint, refresh, type TokenAnswer, tokens } from "../support/flow.ts";
import { answered, startScene } from "./scene.ts";
import { everything, send } from "./send.ts";

/** A minted token can only be narrower than the connection, and is (spec/oauth §4). */
const scene = await startScene();
const { base, server, people, organization, other, project, outside, foreign } = scene;
const owner = people.owner;
const reading: Scope[] = ["org:read", "projects:read", "keys:read"];
const all = await scene.letIn(owner, scene.app, { organizations: [organization] });
const limitedApp = await scene.addApp(owner, organization);
const limited = await scene.letIn(owner, limitedApp, {
  organizations: [organization],
  projects: [project.id],
  scopes: reading,
});
afterAll(() => server.close());

describe("a narrowing that is none is refused with 400 invalid_request", () => {
  test.each([
    ["a scope that the connection lacks", limited, { scopes: ["keys:read", "keys:write"] }],
    ["a scope that does not exist", all, { scopes: ["everything"] }],
    ["an identity scope", all, { scopes: ["openid"] }],
    ["no scope", all, { scopes: [] }],
    ["scopes as text", all, { scopes: "org:read" }],
    ["a project outside the connection", limited, { project_ids: [outside.id] }],
    ["a project inside and one outside", limited, { project_ids: [project.id, outside.id] }],
    ["a project of another organization", all, { project_ids: [foreign.id] }],
    ["a project that does not exist", all, { project_ids: ["00000000-0000-4000-8000-000000000000"] }],
    ["a slug instead of an id", all, { project_ids: [project.slug] }],
    ["all projects on a limited connection", limited, { project_ids: [] }],
    ["more projects than can be listed", all, { project_ids: Array(1001).fill(project.id) }],
    ["a longer life", all, { expires_in: 3601 }],
    ["less than a minute", all, { expires_in: 59 }],
    ["half a second", all, { expires_in: 60.5 }],
    ["a life as text", all, { expires_in: "60" }],
    ["another grant in the body", all, { grantId: limited.grant_id }],
    ["an unknown field", all, { organization_id: other.id }],
    ["a list instead of an object", all, [{ scopes: ["org:read"] }]],
  ] as [string, TokenAnswer, unknown][])("%s", async (_, issued, body) => {
    const before = await everything(server);
    const response = await mint(base, issued.access_token, issued.grant_id, body);
    expect([response.status, await response.json()]).toMatchObject([400, { error: "invalid_request" }]);
    expect(await everything(server)).toEqual(before);
  });
});

describe("a narrowed token", () => {
  test("answers what it holds, scopes in the table's order and each once", async () => {
    const scopes = ["keys:read", "org:read", "keys:read"];
    const body = { scopes, project_ids: [project.id, project.id], expires_in: 60 };
    const answer = await answered<object>(mint(base, all.access_token, all.grant_id, body));
    expect(answer).toMatchObject({
      scopes: ["org:read", "keys:read"],
      project_ids: [project.id],
      expires_in: 60,
      expires_at: new Date(server.ctx.clock.now() + 60_000).toISOString(),
      organization_id: organization.id,
    });
  });

  test("does not do what its scopes leave out, and is told to mint again", async () => {
    const token = await scene.mint(all, { scopes: ["projects:read"] });
    expect(await statuses(token)).toEqual({ project: 200, outside: 200, keys: 403 });
    const response = await send(base, "keys.list", inProject(project.id), { token });
    expect(await response.json()).toMatchObject({ required: "keys:read", mint_again: true });
  });

  test("sees only its projects, in lists too", async () => {
    const token = await scene.mint(all, { project_ids: [project.id] });
    expect(await statuses(token)).toEqual({ project: 200, outside: 404, keys: 200 });
    const there = { params: { organizationId: organization.id } };
    const list = await answered<{ items: { id: string }[] }>(send(base, "projects.list", there, { token }));
    expect(list.items.map(({ id }) => id)).toEqual([project.id]);
    const me = await answered<{ grants: [{ project_ids: string[] }] }>(send(base, "me", {}, { token }));
    expect(me.grants[0].project_ids).toEqual([project.id]);
    const shop = { input: { name: "Shop", slug: "shop", sourceLanguage: "en" } };
    expect((await send(base, "projects.create", shop, { token })).status).toBe(403);
  });

  test("is told nothing of minting when the connection itself lacks the scope", async () => {
    const token = await scene.mint(limited);
    const response = await send(base, "values.list", inProject(project.id), { token });
    const body = (await response.json()) as object;
    expect(body).toMatchObject({ error: "missing_scope", required: "translations:read" });
    expect(body).not.toHaveProperty("mint_again");
  });

  test("is no wider than the access token that minted it", async () => {
    const narrow = await tokens(refresh(base, scene.app, all.refresh_token, { scope: "projects:read" }));
    const token = await scene.mint(narrow);
    expect(await statuses(token)).toEqual({ project: 200, outside: 200, keys: 403 });
    const wider = await mint(base, narrow.access_token, narrow.grant_id, { scopes: ["keys:read"] });
    expect(wider.status).toBe(400);
  });

  test("reaches a project that is made later only when it was not limited", async () => {
    const unlimited = await scene.mint(all, { project_ids: [] });
    const chosen = await scene.mint(all, { project_ids: [project.id] });
    const later = await scene.addProject(owner, organization);
    const get = async (token: string) =>
      (await send(base, "projects.get", inProject(later.id), { token })).status;
    expect([await get(unlimited), await get(chosen)]).toEqual([200, 404]);
  });

  test("loses at once what the person switches off, and gains nothing by what is added", async () => {
    const app = await scene.addApp(owner, organization);
    const first = await scene.letIn(owner, app, { organizations: [organization], scopes: ["projects:read"] });
    const token = await scene.mint(first);
    await scene.letIn(owner, app, { organizations: [organization], scopes: ALL_SCOPES });
    // The family is capped by what was approved when it began.
    expect(await statuses(token)).toEqual({ project: 200, outside: 200, keys: 403 });
    await scene.letIn(owner, app, { organizations: [organization], projects: [outside.id] });
    expect(await statuses(token)).toEqual({ project: 404, outside: 200, keys: 403 });
  });
});

async function statuses(token: string) {
  const get = async (name: "projects.get" | "keys.list", id: string) =>
    (await send(base, name, inProject(id), { token })).status;
  return {
    project: await get("projects.get", project.id),
    outside: await get("projects.get", outside.id),
    keys: await get("keys.list", project.id),
  };
}

function inProject(projectId: string) {
  return { params: { projectId } };
}
