import { afterAll, expect, test } from "vitest";
import { startScene } from "../refusals/scene.ts";
import { call, mint, refresh, refusal, tokens } from "../support/flow.ts";

const scene = await startScene();
const { base, organization, people } = scene;
afterAll(() => scene.server.close());

test("a narrower ceiling counts for the connections that an app has already, until it is widened", async () => {
  const app = await scene.addApp(people.owner, organization);
  const issued = await scene.letIn(people.owner, app, { organizations: [organization] });
  const token = await scene.mint(issued);
  const apps = `/api/dashboard/organizations/${organization.id}/apps`;
  const { scopes } = (await (await people.owner.browser.request(`${apps}/${app.clientId}`)).json()) as {
    scopes: string[];
  };
  const setCeiling = (to: string[]) =>
    people.owner.browser.post(`${apps}/${app.clientId}`, { scopes: to }, {}, "PATCH");
  const projects = `/organizations/${organization.id}/projects`;
  expect((await call(base, projects, token)).status).toBe(200);

  expect((await setCeiling(["org:read"])).status).toBe(200);
  expect(await refusal(call(base, projects, token))).toEqual([403, "missing_scope"]);
  expect((await call(base, "/organizations", token)).status).toBe(200);
  const minted = await mint(base, issued.access_token, issued.grant_id);
  expect(await minted.json()).toMatchObject({ scopes: ["org:read"] });
  expect((await tokens(refresh(base, app, issued.refresh_token))).scope).toBe("org:read");

  await setCeiling(scopes);
  expect((await call(base, projects, token)).status).toBe(200);
});
