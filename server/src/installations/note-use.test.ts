import type { Output } from "@parlance/contract/operations";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { answered, type Named, type Scene, startScene } from "../../test/refusals/scene.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { toolsOf } from "../../test/support/tools.ts";
import { noteGrantUseLater } from "./note-use.ts";

describe.each(ENGINES)("the last use of a connection on $engine", ({ open }) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ open });
  });
  afterAll(() => scene.server.close());

  const connect = async (organizations: readonly Named[]) => {
    const { owner } = scene.people;
    const app = await scene.addApp(owner, scene.organization);
    const issued = await scene.letIn(owner, app, {
      ...{ resource: scene.server.ctx.config.MCP_URL, organizations },
    });
    const grants = new Map(issued.grants.map((grant) => [grant.organization_id, grant.grant_id]));
    return { token: issued.access_token, grantIn: ({ id }: Named) => grants.get(id) };
  };
  /** As people see it. */
  const lastUsed = async (grantId: string | undefined) => {
    const path = "/api/dashboard/connections?limit=100";
    const { items } = await answered<Output<"connections.listMine">>(
      scene.people.owner.browser.request(path),
    );
    return items.find(({ id }) => id === grantId)?.lastUsedAt;
  };
  const instant = (at: number) => new Date(at).toISOString();

  test("is each use of its agent, in the background and at most once a minute", async () => {
    const { ctx } = scene.server;
    const { token, grantIn } = await connect([scene.organization]);
    const grantId = grantIn(scene.organization);
    expect(await lastUsed(grantId)).toBeNull();
    const callTool = toolsOf(scene);
    const first = ctx.clock.now();
    await callTool(token, "listProjects");
    await expect.poll(() => lastUsed(grantId)).toBe(instant(first));
    const write = vi.spyOn(ctx.db, "write");
    for (let at = 0; at < 20; at++) await callTool(token, "listProjects");
    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
    ctx.clock.advance(60_000);
    await callTool(token, "listProjects");
    await expect.poll(() => lastUsed(grantId)).toBe(instant(first + 60_000));
  });

  test("is of the organization that a call names, where an agent holds several", async () => {
    const { owner } = scene.people;
    const second = await scene.addOrganization(owner);
    const there = await scene.addProject(owner, second);
    const { token, grantIn } = await connect([scene.organization, second]);
    await toolsOf(scene)(token, "getProject", { project: `${second.slug}/${there.slug}` });
    await expect.poll(() => lastUsed(grantIn(second))).toBe(instant(scene.server.ctx.clock.now()));
    expect(await lastUsed(grantIn(scene.organization))).toBeNull();
  });

  test("a note that cannot be written disturbs nobody", async () => {
    const broken = { log: scene.server.ctx.log, db: { write: () => Promise.reject(new Error("down")) } };
    expect(() => noteGrantUseLater(broken as never, "grt_1", 1)).not.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 10));
  });
});
