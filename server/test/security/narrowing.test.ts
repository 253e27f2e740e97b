import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorld, type World } from "../conformance/world.ts";
import { call, connect, exchange, mint, tokens } from "../support/flow.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const both = "org:read projects:read";

/** What the person allows from here on, for the same app and organization. */
async function allow(fields: { scopes?: string[]; projects?: "all" | string[] }) {
  const { owner, web, base } = world;
  const organizations = [{ organization_id: owner.organization.id, projects: fields.projects ?? "all" }];
  const connected = await connect(
    owner.browser,
    web,
    { scope: both },
    { organizations, scopes: fields.scopes ?? both.split(" ") },
  );
  return tokens(exchange(base, web, connected));
}

async function minted(accessToken: string, grantId: string, body: object): Promise<string> {
  const response = await mint(world.base, accessToken, grantId, body);
  expect(response.status).toBe(201);
  return ((await response.json()) as { installation_token: string }).installation_token;
}

describe("a narrowed installation token stays as narrow as it was minted", () => {
  test("when it asked for exactly what the grant held then, and the grant grows again", async () => {
    const { base, owner } = world;
    const issued = await allow({});
    await allow({ scopes: ["org:read"] });
    const asked = await minted(issued.access_token, issued.grant_id, { scopes: ["org:read"] });
    await allow({});
    const response = await call(base, `/organizations/${owner.organization.id}/projects`, asked);
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ error: "missing_scope", required: "projects:read", mint_again: true }),
    ]);
  });

  test("when the access token that minted it was itself narrower", async () => {
    const { base, owner } = world;
    await allow({ scopes: ["org:read"] });
    const narrow = await allow({ scopes: ["org:read"] });
    expect(narrow.scope).toBe("org:read");
    const token = await minted(narrow.access_token, narrow.grant_id, {});
    await allow({});
    expect((await call(base, `/organizations/${owner.organization.id}/projects`, token)).status).toBe(403);
  });
});

test("an empty list of projects is never sent for a token that reaches none", async () => {
  const { base, projectId } = world;
  const other = await world.project();
  const issued = await allow({ projects: "all" });
  const token = await minted(issued.access_token, issued.grant_id, { project_ids: [projectId] });
  await allow({ projects: [other] });
  const response = await call(base, "/me", token);
  expect(response.status).toBe(200);
  // On the wire an empty list means all projects.
  expect(((await response.json()) as { grants: { project_ids: string[] }[] }).grants).toEqual([]);
});
