import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Named, type Scene, startScene } from "../../test/refusals/scene.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { runNextImport } from "../../test/support/imports.ts";
import { addTexts, callProcedure, post, proceduresDesk, toolsOf } from "../../test/support/tools.ts";

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe.each(ENGINES)("jobs on $engine", ({ open }) => {
  let scene: Scene;
  let key: string;
  let desk: ReturnType<typeof proceduresDesk>;
  beforeAll(async () => {
    scene = await startScene({ open });
    ({ key } = await scene.addApiKey(scene.people.owner, scene.organization));
    desk = proceduresDesk(scene, key);
  });
  afterAll(() => scene.server.close());

  const announce = (project: Named, text = '{"a":"A"}') =>
    post(scene, project, "imports", { format: "json_flat", language: "en", size: Buffer.byteLength(text) });
  const upload = (project: Named, id: unknown, text = '{"a":"A"}') =>
    scene.people.owner.browser.request(`/api/oauth-client/v1/projects/${project.id}/imports/${id}/content`, {
      method: "PUT",
      headers: { "content-type": "application/json", origin: scene.base },
      body: text,
    });
  const importText = async (project: Named, text?: string) => {
    const { id } = await announce(project, text);
    expect((await upload(project, id, text)).status).toBe(200);
    return id as string;
  };

  describe("getSyncs", () => {
    it("lists releases and imports in both sets of names, newest first", async () => {
      const project = await desk.addProject();
      await addTexts(scene, project, { title: { en: "Hello" } });
      const { syncJobIds } = await desk.publish(project);
      scene.server.ctx.clock.advance(1000);
      const importId = await importText(project, '{"a":"A","b":"B"}');
      while (await runNextImport(scene.server.ctx));
      const { data } = await desk.query("mcp.getSyncs", { ...desk.named(project), limit: "10" });
      expect(data).toEqual({
        prj: `${scene.organization.slug}/${project.slug}`,
        tot: 2,
        sy: [
          {
            ...{ id: importId, tp: "initial_import", st: "completed", st_at: INSTANT, cp_at: INSTANT },
            ...{ trig_by: { nm: "Olga Owner", img: null }, meta: { kp: 2, tf: 1, pf: 1 } },
          },
          {
            ...{ id: syncJobIds[0], tp: "batch_publish", st: "completed", st_at: INSTANT, cp_at: INSTANT },
            ...{ trig_by: { nm: "Build server", img: null }, meta: { kp: 1, tf: 1, pf: 1 } },
          },
        ],
        jobs: [
          {
            ...{ id: importId, type: "initial_import", status: "completed", createdAt: INSTANT },
            ...{ completedAt: INSTANT, errorMessage: null, newKeys: 2, updatedKeys: 0, totalFiles: 1 },
          },
          {
            ...{ id: syncJobIds[0], type: "batch_publish", status: "completed", createdAt: INSTANT },
            ...{ completedAt: INSTANT, errorMessage: null, newKeys: 0, updatedKeys: 0, totalFiles: 1 },
          },
        ],
      });
      const { data: pending } = await desk.query("mcp.getPendingChanges", desk.named(project));
      expect(pending.recent).toMatchObject([
        { id: importId, tp: "import", nk: 2 },
        { id: syncJobIds[0], tp: "publish" },
      ]);
    });

    it.each([
      [{ type: "batch_publish" }, ["batch_publish"]],
      [{ type: "initial_import" }, ["initial_import"]],
      [{ type: "source_sync" }, []],
      [{ type: "cdn_upload" }, []],
      [{ status: "pending" }, ["initial_import"]],
      [{ status: "completed" }, ["batch_publish"]],
      [{ status: "failed" }, []],
      [{ status: "pending", type: "batch_publish" }, []],
      [{ limit: 1 }, ["initial_import"]],
    ])("narrows by %j", async (narrowed, types) => {
      const project = await desk.addProject();
      await desk.publish(project);
      scene.server.ctx.clock.advance(1000);
      const { id } = await announce(project);
      const { data } = await desk.query("mcp.getSyncs", { ...desk.named(project), ...narrowed });
      expect(data.sy.map(({ tp }: { tp: string }) => tp)).toEqual(types);
      expect(data.msg === undefined).toBe(types.length > 0);
      await desk.mutate("mcp.cancelSync", { syncId: id });
    });

    it("refuses what is no type, and too long a page", async () => {
      for (const wrong of [{ type: "everything" }, { limit: 51 }, { limit: 0 }, { status: "done" }]) {
        expect((await desk.query("mcp.getSyncs", { ...desk.named(scene.project), ...wrong })).status).toBe(
          400,
        );
      }
    });
  });

  describe("getSync", () => {
    it("shows a release at once, whatever it is told to wait", async () => {
      const project = await desk.addProject();
      const { syncJobIds } = await desk.publish(project);
      const begun = performance.now();
      const { data } = await desk.query("mcp.getSync", {
        syncId: syncJobIds[0],
        waitMs: 25_000,
        ...desk.named(project),
      });
      expect(performance.now() - begun).toBeLessThan(1500);
      expect(data).toMatchObject({
        ...{ id: syncJobIds[0], tp: "batch_publish", st: "completed", st_at: INSTANT, cp_at: INSTANT },
        ...{ type: "batch_publish", status: "completed", createdAt: INSTANT, completedAt: INSTANT },
        ...{ errorMessage: null, aff_k: [], log: [expect.stringContaining("Release 1")] },
        logs: data.log,
      });
    });

    it("shows what an import did and what was wrong, and which keys it wrote", async () => {
      const project = await desk.addProject();
      const syncId = await importText(project, '{"a":"A","b":5,"c":"{broken"}');
      while (await runNextImport(scene.server.ctx));
      const { data } = await desk.query("mcp.getSync", { syncId });
      expect(data).toMatchObject({ st: "completed", tp: "initial_import", trig_by: { nm: "Olga Owner" } });
      expect(data.aff_k).toContainEqual({ k: "a", act: "created" });
      expect(data.log.join("\n")).toMatch(/rows read/);
      expect(data.log.join("\n")).toMatch(/Row 2, b .*error/);
      expect(data.hint).toContain("revertChange");
    });

    it("waits for one that is not over, and answers as soon as it is", async () => {
      const project = await desk.addProject();
      const syncId = await importText(project);
      const begun = performance.now();
      const waiting = desk.query("mcp.getSync", { syncId, waitMs: 20_000 });
      await new Promise((resolve) => setTimeout(resolve, 100));
      while (await runNextImport(scene.server.ctx));
      expect((await waiting).data).toMatchObject({ st: "completed" });
      expect(performance.now() - begun).toBeLessThan(5000);
      const { data } = await desk.query("mcp.getSync", { syncId: (await announce(project)).id, waitMs: 50 });
      expect(data).toMatchObject({ st: "pending", hint: expect.stringContaining("waitMs") });
      expect(data).not.toHaveProperty("cp_at");
    });

    it("stops to wait when its client goes away", async () => {
      const { id: syncId } = await announce(await desk.addProject());
      const answeredCalls = () => scene.server.log().split('/api/trpc/mcp.getSync"').length;
      const before = answeredCalls();
      const client = new AbortController();
      const input = { syncId, waitMs: 20_000 };
      const waiting = callProcedure(scene, key, "mcp.getSync", input, { signal: client.signal });
      const left = expect(waiting).rejects.toThrow(/abort/i);
      await new Promise((resolve) => setTimeout(resolve, 200));
      client.abort();
      await left;
      // A request stands in the log once it was answered, whether somebody reads the answer or not.
      await expect.poll(answeredCalls, { timeout: 3000 }).toBe(before + 1);
    });

    it("stops to wait when the caller loses the right", async () => {
      const project = await desk.addProject();
      const { id: syncId } = await announce(project);
      const { id, key: revoked } = await scene.addApiKey(scene.people.owner, scene.organization);
      const waiting = desk.query("mcp.getSync", { syncId, waitMs: 20_000 }, revoked);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await scene.people.owner.browser.post(
        `/api/dashboard/organizations/${scene.organization.id}/api-keys/${id}`,
        {},
        {},
        "DELETE",
      );
      expect(await waiting).toMatchObject({ status: 401, error: { data: { error: "invalid_token" } } });
    });

    it("refuses a call that names none, in words that say so", async () => {
      const { status, error } = await desk.query("mcp.getSync", {});
      expect([status, error.data.errors[0].pointer]).toEqual([400, "/syncId"]);
      expect((await desk.query("mcp.getSync", { syncId: "x", waitMs: 25_001 })).status).toBe(400);
    });
  });

  describe("cancelSync", () => {
    it("cancels what has not begun, once", async () => {
      const project = await desk.addProject();
      const syncId = await importText(project);
      expect((await desk.mutate("mcp.cancelSync", { syncId })).data).toEqual({
        ...{ id: syncId, can: true, prev: "pending", rsn: "cancelled" },
      });
      expect(await runNextImport(scene.server.ctx)).toBe(false);
      expect((await desk.mutate("mcp.cancelSync", { syncId })).data).toEqual({
        ...{ id: syncId, can: false, prev: "cancelled", rsn: "terminal_state" },
      });
      const audit = await scene.server.ctx.db.read
        .selectFrom("auditEntries")
        .selectAll()
        .where("target", "=", syncId)
        .where("action", "=", "imports.cancel")
        .orderBy("at")
        .execute();
      expect(audit[0]).toMatchObject({
        ...{ outcome: "done", via: "trpc", organizationId: scene.organization.id },
      });
    });

    it("leaves a release and an import that writes as they are", async () => {
      const project = await desk.addProject();
      const { syncJobIds } = await desk.publish(project);
      expect((await desk.mutate("mcp.cancelSync", { syncId: syncJobIds[0] })).data).toMatchObject({
        ...{ can: false, prev: "completed", rsn: "terminal_state" },
      });
      const { id: syncId } = await announce(project);
      const { db } = scene.server.ctx;
      await db.write((tx) =>
        tx
          .updateTable("imports")
          .set({ state: "running" })
          .where("id", "=", syncId as string)
          .execute(),
      );
      expect((await desk.mutate("mcp.cancelSync", { syncId })).data).toMatchObject({
        ...{ can: false, prev: "in_progress", rsn: "already_in_progress", hint: expect.any(String) },
      });
    });
  });

  describe("a job outside the caller's reach", () => {
    it("is answered as if it never existed, to keys and tokens alike", async () => {
      const inside = await importText(scene.project);
      const outside = await importText(scene.outside);
      const { key: narrow } = await scene.addApiKey(scene.people.owner, scene.organization, {
        projects: [scene.project.id],
      });
      const { key: foreign } = await scene.addApiKey(scene.people.stranger, scene.other);
      const calls = [desk.query.bind(null, "mcp.getSync"), desk.mutate.bind(null, "mcp.cancelSync")];
      for (const call of calls) {
        const unknown = await call({ syncId: "imp_nothing" });
        expect([unknown.status, unknown.error.data.code]).toEqual([404, "NOT_FOUND"]);
        expect(await call({ syncId: outside }, narrow)).toEqual(unknown);
        expect(await call({ syncId: inside }, foreign)).toEqual(unknown);
      }
      expect((await desk.query("mcp.getSync", { syncId: inside }, narrow)).status).toBe(200);
      expect((await desk.query("mcp.getSync", { syncId: outside })).data.st).toBe("pending");
      for (const syncId of [inside, outside]) await desk.mutate("mcp.cancelSync", { syncId });
    });

    it("is gone with its project", async () => {
      const project = await desk.addProject();
      const syncId = await importText(project);
      const path = `/api/dashboard/projects/${project.id}`;
      const deleted = await scene.people.owner.browser.request(path, {
        method: "DELETE",
        headers: { origin: scene.base },
      });
      expect(deleted.status).toBe(204);
      expect((await desk.query("mcp.getSync", { syncId })).status).toBe(404);
    });

    it("is found by an agent in each organization it was let into, by what it holds there", async () => {
      const { owner, admin } = scene.people;
      const second = await scene.addOrganization(owner);
      const elsewhere = await scene.addProject(owner, second);
      const here = await importText(scene.project);
      const there = await importText(elsewhere);
      const app = await scene.addApp(owner, scene.organization);
      const { access_token: both } = await scene.letIn(owner, app, {
        organizations: [scene.organization, second],
        resource: scene.server.ctx.config.MCP_URL,
      });
      const { access_token: one } = await scene.letIn(admin, await scene.addApp(owner, scene.organization), {
        organizations: [scene.organization],
        resource: scene.server.ctx.config.MCP_URL,
      });
      const call = toolsOf(scene);
      for (const syncId of [here, there]) {
        expect(await call(both, "getSync", { syncId })).toMatchObject({ id: syncId, st: "pending" });
      }
      await expect(call(one, "getSync", { syncId: there })).rejects.toMatchObject({ code: "not_found" });
      await expect(call(one, "cancelSync", { syncId: there })).rejects.toMatchObject({ code: "not_found" });
      expect(await call(both, "cancelSync", { syncId: there })).toMatchObject({ can: true });
      const audit = await scene.server.ctx.db.read
        .selectFrom("auditEntries")
        .selectAll()
        .where("target", "=", there)
        .where("action", "=", "imports.cancel")
        .execute();
      expect(audit).toMatchObject([{ organizationId: second.id, grantId: expect.stringMatching(/^grt_/) }]);
      await call(both, "cancelSync", { syncId: here });
    });

    it("needs the scope of its operation", async () => {
      const syncId = await importText(scene.project);
      const [blind, reader] = [
        await desk.without("translations:read"),
        await desk.without("translations:write"),
      ];
      expect((await desk.query("mcp.getSync", { syncId }, blind)).error.data.required).toBe(
        "translations:read",
      );
      expect((await desk.mutate("mcp.cancelSync", { syncId }, reader)).error.data.required).toBe(
        "translations:write",
      );
      await desk.mutate("mcp.cancelSync", { syncId });
    });
  });
});
