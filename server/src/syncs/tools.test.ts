import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Named, type Scene, startScene } from "../../test/refusals/scene.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { runNextImport } from "../../test/support/imports.ts";
import { addTexts, callProcedure, post, toolsOf } from "../../test/support/tools.ts";

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe.each(ENGINES)("what is pending, and jobs, on $engine", ({ open }) => {
  let scene: Scene;
  let key: string;
  beforeAll(async () => {
    scene = await startScene({ open });
    ({ key } = await scene.addApiKey(scene.people.owner, scene.organization));
  });
  afterAll(() => scene.server.close());

  const query = (name: string, input: object, token = key) => callProcedure(scene, token, name, input);
  const mutate = (name: string, input: object, token = key) =>
    callProcedure(scene, token, name, input, { isMutation: true });
  const named = ({ slug }: Named) => ({ orgSlug: scene.organization.slug, projectSlug: slug });
  const addProject = async (...languages: string[]) => {
    const project = await scene.addProject(scene.people.owner, scene.organization);
    for (const code of languages) await post(scene, project, "languages", { code });
    return project;
  };
  const publish = async (project: Named, input = {}) => {
    scene.server.ctx.clock.advance(1000);
    return (await mutate("mcp.publishTranslations", { ...named(project), ...input })).data;
  };
  const pendingOf = async (project: Named) => (await query("mcp.getPendingChanges", named(project))).data;
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
  const without = async (...scopes: string[]) => {
    const all = ["org:read", "projects:read", "keys:read", "keys:write"];
    const more = ["translations:read", "translations:write", "translations:publish"];
    const held = [...all, ...more].filter((scope) => !scopes.includes(scope));
    return (await scene.addApiKey(scene.people.owner, scene.organization, { scopes: held })).key;
  };

  describe("getPendingChanges", () => {
    it("answers before the first publish that every text and language is new, with ids of keys", async () => {
      const project = await addProject("de");
      const ids = await addTexts(scene, project, {
        title: { en: "Hello", de: "Hallo" },
        menu: { en: "Menu" },
      });
      expect(await pendingOf(project)).toEqual({
        prj: `${scene.organization.slug}/${project.slug}`,
        has_chg: true,
        sum: { tr: 3, del_k: 0, lng_chg: 2, tot: 5 },
        by_lng: {
          de: { cnt: 1, prv: [{ kid: ids.title, k: "title", ns: "default", t: "Hallo", st: "approved" }] },
          en: {
            cnt: 2,
            prv: [
              { kid: ids.menu, k: "menu", ns: "default", t: "Menu", st: "approved" },
              { kid: ids.title, k: "title", ns: "default", t: "Hello", st: "approved" },
            ],
          },
        },
        del_k: [],
        lng_chg: { add: ["de", "en"], rm: [] },
        pub_dst: "cdn",
        recent: [],
      });
    });

    it("counts a deleted key once and its texts not at all, and a text that goes away as a text", async () => {
      const project = await addProject("de");
      const ids = await addTexts(scene, project, {
        gone: { en: "Gone", de: "Weg" },
        kept: { en: "Kept", de: "Bleibt" },
        old: { en: "Old" },
      });
      const released = await publish(project);
      await post(scene, project, "keys/delete", { keys: [{ id: ids.gone }] });
      await post(scene, project, "keys/update", { keys: [{ key: { id: ids.old }, name: "renamed" }] });
      await post(scene, project, "values", {
        values: [{ key: { id: ids.kept }, language: "DE", text: "Bleibt da" }],
      });
      const pending = await pendingOf(project);
      expect(pending).toMatchObject({
        has_chg: true,
        sum: { tr: 3, del_k: 1, lng_chg: 0, tot: 4 },
        by_lng: {
          de: { cnt: 1, prv: [{ kid: ids.kept, t: "Bleibt da", st: "approved" }] },
          en: {
            cnt: 2,
            prv: [
              { kid: null, k: "old", t: null, st: null },
              { kid: ids.old, k: "renamed", t: "Old", st: "approved" },
            ],
          },
        },
        del_k: [{ kid: ids.gone, k: "gone", ns: "default", src: "Gone" }],
        recent: [
          { id: released.syncJobIds[0], tp: "publish", st: "completed", at: INSTANT, nk: 0, uk: 0, tf: 2 },
        ],
      });
      expect(pending).not.toHaveProperty("lng_chg");
      expect(await publish(project)).toMatchObject({
        ...{ published: 3, deletedKeysProcessed: 1, languageChangesProcessed: 0 },
      });
      expect(await pendingOf(project)).toMatchObject({
        ...{ has_chg: false, sum: { tr: 0, del_k: 0, lng_chg: 0, tot: 0 }, by_lng: {}, del_k: [] },
      });
    });

    it("takes a key for a live one that was deleted and made again", async () => {
      const project = await addProject("de");
      const ids = await addTexts(scene, project, { twice: { en: "One", de: "Eins" } });
      await publish(project);
      await post(scene, project, "keys/delete", { keys: [{ id: ids.twice }] });
      const again = await addTexts(scene, project, { twice: { en: "One again" } });
      expect(await pendingOf(project)).toMatchObject({
        sum: { tr: 2, del_k: 0 },
        by_lng: {
          en: { cnt: 1, prv: [{ kid: again.twice, t: "One again" }] },
          de: { cnt: 1, prv: [{ kid: again.twice, t: null, st: null }] },
        },
      });
    });

    it("tells languages that come and go, and another source, once each", async () => {
      const project = await addProject("de", "fr");
      await addTexts(scene, project, { title: { en: "Hello", de: "Hallo" } });
      await publish(project);
      await mutate("mcp.updateLanguages", {
        ...named(project),
        updates: [{ languageCode: "fr", status: "draft" }],
      });
      await post(scene, project, "languages", { code: "nl" });
      const pending = await pendingOf(project);
      expect(pending.sum).toEqual({ tr: 0, del_k: 0, lng_chg: 2, tot: 2 });
      expect(pending.lng_chg).toEqual({ add: ["nl"], rm: ["fr"] });
      expect(await publish(project)).toMatchObject({ published: 0, languageChangesProcessed: 2 });
      await scene.people.owner.browser.post(
        `/api/oauth-client/v1/projects/${project.id}/source-language`,
        { code: "de" },
        {},
        "PUT",
      );
      expect(await pendingOf(project)).toMatchObject({
        has_chg: true,
        sum: { lng_chg: 1 },
        hint: expect.stringContaining("source language"),
      });
    });

    it("stays small, however much is pending", async () => {
      const project = await addProject();
      const texts = Array.from({ length: 60 }, (_, at) => [`key${at}`, { en: "x".repeat(5000) }] as const);
      const ids = await addTexts(scene, project, Object.fromEntries(texts));
      const first = await pendingOf(project);
      expect(first.by_lng.en.cnt).toBe(60);
      expect(first.by_lng.en.prv).toHaveLength(10);
      expect(first.by_lng.en.prv[0].t).toMatch(/^x{199}…$/);
      await publish(project);
      await post(scene, project, "keys/delete", { keys: Object.values(ids).map((id) => ({ id })) });
      const { sum, del_k, by_lng } = await pendingOf(project);
      expect(sum).toEqual({ tr: 0, del_k: 60, lng_chg: 0, tot: 60 });
      expect(del_k).toHaveLength(50);
      expect(by_lng).toEqual({});
    });

    it("says why the caller cannot publish, and shows nothing without translations:read", async () => {
      const project = await addProject();
      const reader = await without("translations:publish");
      const { data } = await query("mcp.getPendingChanges", named(project), reader);
      expect(data.no_pub_rsn).toContain("translations:publish");
      const { status, error } = await query(
        "mcp.getPendingChanges",
        named(project),
        await without("translations:read"),
      );
      expect([status, error.data.required]).toEqual([403, "translations:read"]);
    });
  });

  describe("getSyncs", () => {
    it("lists releases and imports in both sets of names, newest first", async () => {
      const project = await addProject();
      await addTexts(scene, project, { title: { en: "Hello" } });
      const { syncJobIds } = await publish(project);
      scene.server.ctx.clock.advance(1000);
      const importId = await importText(project, '{"a":"A","b":"B"}');
      while (await runNextImport(scene.server.ctx));
      const { data } = await query("mcp.getSyncs", { ...named(project), limit: "10" });
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
      const { data: pending } = await query("mcp.getPendingChanges", named(project));
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
      const project = await addProject();
      await publish(project);
      scene.server.ctx.clock.advance(1000);
      const { id } = await announce(project);
      const { data } = await query("mcp.getSyncs", { ...named(project), ...narrowed });
      expect(data.sy.map(({ tp }: { tp: string }) => tp)).toEqual(types);
      expect(data.msg === undefined).toBe(types.length > 0);
      await mutate("mcp.cancelSync", { syncId: id });
    });

    it("refuses what is no type, and too long a page", async () => {
      for (const wrong of [{ type: "everything" }, { limit: 51 }, { limit: 0 }, { status: "done" }]) {
        expect((await query("mcp.getSyncs", { ...named(scene.project), ...wrong })).status).toBe(400);
      }
    });
  });

  describe("getSync", () => {
    it("shows a release at once, whatever it is told to wait", async () => {
      const project = await addProject();
      const { syncJobIds } = await publish(project);
      const begun = performance.now();
      const { data } = await query("mcp.getSync", {
        syncId: syncJobIds[0],
        waitMs: 25_000,
        ...named(project),
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
      const project = await addProject();
      const syncId = await importText(project, '{"a":"A","b":5,"c":"{broken"}');
      while (await runNextImport(scene.server.ctx));
      const { data } = await query("mcp.getSync", { syncId });
      expect(data).toMatchObject({ st: "completed", tp: "initial_import", trig_by: { nm: "Olga Owner" } });
      expect(data.aff_k).toContainEqual({ k: "a", act: "created" });
      expect(data.log.join("\n")).toMatch(/rows read/);
      expect(data.log.join("\n")).toMatch(/Row 2, b .*error/);
      expect(data.hint).toContain("revertChange");
    });

    it("waits for one that is not over, and answers as soon as it is", async () => {
      const project = await addProject();
      const syncId = await importText(project);
      const begun = performance.now();
      const waiting = query("mcp.getSync", { syncId, waitMs: 20_000 });
      await new Promise((resolve) => setTimeout(resolve, 100));
      while (await runNextImport(scene.server.ctx));
      expect((await waiting).data).toMatchObject({ st: "completed" });
      expect(performance.now() - begun).toBeLessThan(5000);
      const { data } = await query("mcp.getSync", { syncId: (await announce(project)).id, waitMs: 50 });
      expect(data).toMatchObject({ st: "pending", hint: expect.stringContaining("waitMs") });
      expect(data).not.toHaveProperty("cp_at");
    });

    it("stops to wait when its client goes away", async () => {
      const { id: syncId } = await announce(await addProject());
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
      const project = await addProject();
      const { id: syncId } = await announce(project);
      const { id, key: revoked } = await scene.addApiKey(scene.people.owner, scene.organization);
      const waiting = query("mcp.getSync", { syncId, waitMs: 20_000 }, revoked);
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
      const { status, error } = await query("mcp.getSync", {});
      expect([status, error.data.errors[0].pointer]).toEqual([400, "/syncId"]);
      expect((await query("mcp.getSync", { syncId: "x", waitMs: 25_001 })).status).toBe(400);
    });
  });

  describe("cancelSync", () => {
    it("cancels what has not begun, once", async () => {
      const project = await addProject();
      const syncId = await importText(project);
      expect((await mutate("mcp.cancelSync", { syncId })).data).toEqual({
        ...{ id: syncId, can: true, prev: "pending", rsn: "cancelled" },
      });
      expect(await runNextImport(scene.server.ctx)).toBe(false);
      expect((await mutate("mcp.cancelSync", { syncId })).data).toEqual({
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
      const project = await addProject();
      const { syncJobIds } = await publish(project);
      expect((await mutate("mcp.cancelSync", { syncId: syncJobIds[0] })).data).toMatchObject({
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
      expect((await mutate("mcp.cancelSync", { syncId })).data).toMatchObject({
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
      const calls = [query.bind(null, "mcp.getSync"), mutate.bind(null, "mcp.cancelSync")];
      for (const call of calls) {
        const unknown = await call({ syncId: "imp_nothing" });
        expect([unknown.status, unknown.error.data.code]).toEqual([404, "NOT_FOUND"]);
        expect(await call({ syncId: outside }, narrow)).toEqual(unknown);
        expect(await call({ syncId: inside }, foreign)).toEqual(unknown);
      }
      expect((await query("mcp.getSync", { syncId: inside }, narrow)).status).toBe(200);
      expect((await query("mcp.getSync", { syncId: outside })).data.st).toBe("pending");
      for (const syncId of [inside, outside]) await mutate("mcp.cancelSync", { syncId });
    });

    it("is gone with its project", async () => {
      const project = await addProject();
      const syncId = await importText(project);
      const path = `/api/dashboard/projects/${project.id}`;
      const deleted = await scene.people.owner.browser.request(path, {
        method: "DELETE",
        headers: { origin: scene.base },
      });
      expect(deleted.status).toBe(204);
      expect((await query("mcp.getSync", { syncId })).status).toBe(404);
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
      const [blind, reader] = [await without("translations:read"), await without("translations:write")];
      expect((await query("mcp.getSync", { syncId }, blind)).error.data.required).toBe("translations:read");
      expect((await mutate("mcp.cancelSync", { syncId }, reader)).error.data.required).toBe(
        "translations:write",
      );
      await mutate("mcp.cancelSync", { syncId });
    });
  });
});
