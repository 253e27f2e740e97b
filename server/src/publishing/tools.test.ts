import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Named, type Scene, startScene } from "../../test/refusals/scene.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { addTexts, callProcedure, post, toolsOf } from "../../test/support/tools.ts";

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe.each(ENGINES)("publishing by tools on $engine", ({ open }) => {
  let scene: Scene;
  let key: string;
  let call: ReturnType<typeof toolsOf>;
  beforeAll(async () => {
    scene = await startScene({ open, environment: { PUBLISH_COOLDOWN_SECONDS: "30" } });
    ({ key } = await scene.addApiKey(scene.people.owner, scene.organization));
    call = toolsOf(scene);
  });
  afterAll(() => scene.server.close());

  const slugOf = ({ slug }: Named) => `${scene.organization.slug}/${slug}`;
  const publish = (project: Named, input = {}, token = key) =>
    callProcedure(
      scene,
      token,
      "mcp.publishTranslations",
      { orgSlug: scene.organization.slug, projectSlug: project.slug, ...input },
      { isMutation: true },
    );
  const later = () => scene.server.ctx.clock.advance(31_000);
  const live = async (project: Named, path = "en.json") =>
    (await fetch(`${scene.base}/cdn/${slugOf(project)}/${path}`)).json();
  const set = (project: Named, id: string | undefined, language: string, text: string) =>
    post(scene, project, "values", { values: [{ key: { id }, language, text }] });
  const world = async () => {
    const project = await scene.addProject(scene.people.owner, scene.organization);
    await post(scene, project, "languages", { code: "de" });
    const ids = await addTexts(scene, project, {
      title: { en: "Hello", de: "Hallo" },
      menu: { en: "Menu", de: "Menü" },
    });
    return { project, ids };
  };
  const keyWith = async (...scopes: string[]) =>
    (await scene.addApiKey(scene.people.owner, scene.organization, { scopes })).key;

  describe("publishTranslations", () => {
    it("publishes everything, and names the release as a job", async () => {
      const { project } = await world();
      const { status, data } = await publish(project);
      expect(status).toBe(200);
      expect(data).toEqual({
        success: true,
        published: 4,
        repositories: 0,
        syncJobIds: [expect.stringMatching(/^rel_/)],
        deletedKeysProcessed: 0,
        languageChangesProcessed: 2,
        message: "Release 1 is live.",
        hint: expect.any(String),
      });
      const found = await callProcedure(scene, key, "mcp.getSync", { syncId: data.syncJobIds[0] });
      expect(found.data).toMatchObject({ st: "completed", tp: "batch_publish" });
      expect(await live(project)).toMatchObject({ translations: { title: "Hello" } });
    });

    it("succeeds with nothing pending, and makes no release", async () => {
      const { project } = await world();
      await publish(project);
      expect((await publish(project)).data).toEqual({
        ...{ success: true, published: 0, repositories: 0, syncJobIds: [] },
        message: "Nothing was pending: release 1 is live as before.",
      });
      expect((await call(key, "listReleases", { project: slugOf(project) })).releases).toHaveLength(1);
    });

    it("is refused for thirty seconds after a release, and says how long", async () => {
      const { project, ids } = await world();
      await publish(project);
      await set(project, ids.title, "en", "Hello again");
      const { status, error } = await publish(project);
      expect([status, error.data.code, error.data.error]).toEqual([429, "TOO_MANY_REQUESTS", "rate_limited"]);
      later();
      expect((await publish(project)).data).toMatchObject({ published: 1 });
    });

    it("publishes the given texts alone, in whatever case their language comes", async () => {
      const { project, ids } = await world();
      await publish(project);
      await set(project, ids.title, "en", "New title");
      await set(project, ids.title, "de", "Neuer Titel");
      await set(project, ids.menu, "de", "Neues Menü");
      later();
      const translations = [{ keyId: ids.title, languageCode: "DE" }];
      expect((await publish(project, { translations: JSON.stringify(translations) })).data).toMatchObject({
        published: 1,
      });
      expect(await live(project, "de.json")).toMatchObject({
        translations: { title: "Neuer Titel", menu: "Menü" },
      });
      expect(await live(project)).toMatchObject({ translations: { title: "Hello" } });
    });

    it("refuses what is not there in the fields of its own input", async () => {
      const { project, ids } = await world();
      const elsewhere = (await world()).ids.title;
      const wrong = async (translations: unknown) => {
        const { status, error } = await publish(project, { translations });
        return [status, error.data.errors?.[0].pointer];
      };
      expect(await wrong([{ keyId: elsewhere, languageCode: "de" }])).toEqual([404, "/translations/0/keyId"]);
      expect(
        await wrong([
          { keyId: ids.menu, languageCode: "de" },
          { keyId: ids.title, languageCode: "fr" },
        ]),
      ).toEqual([404, "/translations/1/languageCode"]);
      expect(await wrong([{ keyId: "title", languageCode: "de" }])).toEqual([400, "/translations/0/keyId"]);
      // No list is everything, so that an empty one must not be.
      expect(await wrong([])).toEqual([400, "/translations"]);
    });

    it("needs translations:publish", async () => {
      const { project } = await world();
      const token = await keyWith("translations:read", "translations:write");
      expect((await publish(project, {}, token)).error.data).toMatchObject({
        ...{ error: "missing_scope", required: "translations:publish" },
      });
    });

    it("is written down as the operation is", async () => {
      const { project } = await world();
      const { data } = await publish(project);
      const rows = await scene.server.ctx.db.read
        .selectFrom("auditEntries")
        .selectAll()
        .where("target", "=", project.id)
        .where("action", "=", "releases.create")
        .execute();
      expect(rows).toMatchObject([{ via: "trpc", outcome: "done", actorType: "key" }]);
      expect(JSON.parse(rows[0]?.details ?? "")).toEqual({
        ...{ releaseId: data.syncJobIds[0], number: 1, channel: "production" },
      });
    });
  });

  describe("planPublish and publishPlan", () => {
    it("publish what was shown, once, however often it is called", async () => {
      const { project, ids } = await world();
      const plan = await call(key, "planPublish", { project: slugOf(project), languages: ["DE"] });
      expect(plan).toMatchObject({
        planId: expect.stringMatching(/^plan_/),
        expiresAt: INSTANT,
        channel: "production",
        base: null,
        texts: 2,
        languages: [{ language: "de", added: 2, changed: 0, removed: 0 }],
        changes: [
          { language: "de", namespace: "default", name: "menu", before: null, after: "Menü" },
          { language: "de", namespace: "default", name: "title", before: null, after: "Hallo" },
        ],
        more: false,
      });
      const { planId } = plan;
      const first = await call(key, "publishPlan", { project: slugOf(project), planId, message: "German" });
      expect(first).toEqual({
        ...{ made: true, number: 1, id: expect.stringMatching(/^rel_/), message: "German", at: INSTANT },
        ...{ texts: 2, files: 1, channels: ["production"] },
      });
      await set(project, ids.title, "de", "Etwas anderes");
      const again = await call(key, "publishPlan", { project: slugOf(project), planId });
      expect(again).toEqual({ ...first, made: false, hint: expect.any(String) });
      expect((await call(key, "listReleases", { project: slugOf(project) })).releases).toHaveLength(1);
    });

    it("refuse a plan in which something moved, of another project, and an unknown one", async () => {
      const { project, ids } = await world();
      const { planId } = await call(key, "planPublish", { project: slugOf(project) });
      await set(project, ids.title, "en", "Moved");
      const refused = (input: object) => call(key, "publishPlan", { project: slugOf(project), ...input });
      await expect(refused({ planId })).rejects.toMatchObject({ code: "conflict" });
      const other = await world();
      const foreign = await call(key, "planPublish", { project: slugOf(other.project) });
      await expect(refused({ planId: foreign.planId })).rejects.toMatchObject({ code: "not_found" });
      await expect(refused({ planId: "plan_nothing" })).rejects.toMatchObject({ code: "not_found" });
    });

    it("name the fields of the tool in what they refuse", async () => {
      const { project } = await world();
      const plan = (input: object) => call(key, "planPublish", { project: slugOf(project), ...input });
      await expect(plan({ languages: ["de", "fr"] })).rejects.toMatchObject({
        extra: { errors: [{ pointer: "/languages/1" }] },
      });
      const translations = [{ keyId: crypto.randomUUID(), languageCode: "de" }];
      await expect(plan({ translations })).rejects.toMatchObject({
        extra: { errors: [{ pointer: "/translations/0/keyId" }] },
      });
    });

    it("show no texts to whoever may not read them, and say so", async () => {
      const { project } = await world();
      const plan = await call(await keyWith("translations:publish"), "planPublish", {
        project: slugOf(project),
      });
      expect(plan).not.toHaveProperty("changes");
      expect(plan.note).toContain("translations:read");
      expect(JSON.stringify(plan)).not.toContain("Hallo");
    });
  });

  describe("listReleases and rollBack", () => {
    it("list in pages, and point a channel at an earlier release and back", async () => {
      const { project, ids } = await world();
      await publish(project);
      await set(project, ids.title, "en", "Second");
      later();
      await publish(project);
      const [named] = [{ project: slugOf(project) }];
      const first = await call(key, "listReleases", { ...named, limit: 1 });
      expect(first.releases).toMatchObject([{ number: 2, texts: 4, files: 1, channels: ["production"] }]);
      const second = await call(key, "listReleases", { ...named, limit: 1, cursor: first.next });
      expect(second).toMatchObject({ releases: [{ number: 1, channels: [] }], next: null });

      const moved = await call(key, "rollBack", { ...named, release: 1 });
      expect(moved).toEqual({
        ...{ channel: "production", release: 1, from: 2, moved: true, at: INSTANT },
        manifest: `${scene.server.ctx.config.CDN_URL}/${slugOf(project)}/manifest.json`,
      });
      expect(await live(project)).toMatchObject({ translations: { title: "Hello" } });
      expect(await call(key, "rollBack", { ...named, release: "1" })).toMatchObject({
        from: 1,
        moved: false,
      });
      const preview = await call(key, "rollBack", { ...named, release: 2, channel: "preview" });
      expect(preview).toMatchObject({ channel: "preview", from: null, moved: true });
      await expect(call(key, "rollBack", { ...named, release: 9 })).rejects.toMatchObject({
        code: "not_found",
      });
      const rows = await scene.server.ctx.db.read
        .selectFrom("auditEntries")
        .select(["target", "details"])
        .where("action", "=", "channels.move")
        .where("target", "=", "preview")
        .execute();
      expect(rows).toHaveLength(1);
    });

    it("roll back only with translations:publish, and list only with translations:read", async () => {
      const { project } = await world();
      const reader = await keyWith("translations:read");
      await expect(call(reader, "rollBack", { project: slugOf(project), release: 1 })).rejects.toMatchObject({
        code: "missing_scope",
      });
      const publisher = await keyWith("translations:publish");
      await expect(call(publisher, "listReleases", { project: slugOf(project) })).rejects.toMatchObject({
        code: "missing_scope",
      });
    });
  });
});
