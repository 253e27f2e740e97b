import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Named, type Scene, startScene } from "../../test/refusals/scene.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { addTexts, post, proceduresDesk } from "../../test/support/tools.ts";

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe.each(ENGINES)("what is pending on $engine", ({ open }) => {
  let scene: Scene;
  let desk: ReturnType<typeof proceduresDesk>;
  beforeAll(async () => {
    scene = await startScene({ open });
    const { key } = await scene.addApiKey(scene.people.owner, scene.organization);
    desk = proceduresDesk(scene, key);
  });
  afterAll(() => scene.server.close());

  const pendingOf = async (project: Named) =>
    (await desk.query("mcp.getPendingChanges", desk.named(project))).data;

  it("answers before the first publish that every text and language is new, with ids of keys", async () => {
    const project = await desk.addProject("de");
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
    const project = await desk.addProject("de");
    const ids = await addTexts(scene, project, {
      gone: { en: "Gone", de: "Weg" },
      kept: { en: "Kept", de: "Bleibt" },
      old: { en: "Old" },
    });
    const released = await desk.publish(project);
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
    expect(await desk.publish(project)).toMatchObject({
      ...{ published: 3, deletedKeysProcessed: 1, languageChangesProcessed: 0 },
    });
    expect(await pendingOf(project)).toMatchObject({
      ...{ has_chg: false, sum: { tr: 0, del_k: 0, lng_chg: 0, tot: 0 }, by_lng: {}, del_k: [] },
    });
  });

  it("takes a key for a live one that was deleted and made again", async () => {
    const project = await desk.addProject("de");
    const ids = await addTexts(scene, project, { twice: { en: "One", de: "Eins" } });
    await desk.publish(project);
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
    const project = await desk.addProject("de", "fr");
    await addTexts(scene, project, { title: { en: "Hello", de: "Hallo" } });
    await desk.publish(project);
    await desk.mutate("mcp.updateLanguages", {
      ...desk.named(project),
      updates: [{ languageCode: "fr", status: "draft" }],
    });
    await post(scene, project, "languages", { code: "nl" });
    const pending = await pendingOf(project);
    expect(pending.sum).toEqual({ tr: 0, del_k: 0, lng_chg: 2, tot: 2 });
    expect(pending.lng_chg).toEqual({ add: ["nl"], rm: ["fr"] });
    expect(await desk.publish(project)).toMatchObject({ published: 0, languageChangesProcessed: 2 });
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
    const project = await desk.addProject();
    const texts = Array.from({ length: 60 }, (_, at) => [`key${at}`, { en: "x".repeat(5000) }] as const);
    const ids = await addTexts(scene, project, Object.fromEntries(texts));
    const first = await pendingOf(project);
    expect(first.by_lng.en.cnt).toBe(60);
    expect(first.by_lng.en.prv).toHaveLength(10);
    expect(first.by_lng.en.prv[0].t).toMatch(/^x{199}…$/);
    await desk.publish(project);
    await post(scene, project, "keys/delete", { keys: Object.values(ids).map((id) => ({ id })) });
    const { sum, del_k, by_lng } = await pendingOf(project);
    expect(sum).toEqual({ tr: 0, del_k: 60, lng_chg: 0, tot: 60 });
    expect(del_k).toHaveLength(50);
    expect(by_lng).toEqual({});
  });

  it("says why the caller cannot publish, and shows nothing without translations:read", async () => {
    const project = await desk.addProject();
    const reader = await desk.without("translations:publish");
    const { data } = await desk.query("mcp.getPendingChanges", desk.named(project), reader);
    expect(data.no_pub_rsn).toContain("translations:publish");
    const { status, error } = await desk.query(
      "mcp.getPendingChanges",
      desk.named(project),
      await desk.without("translations:read"),
    );
    expect([status, error.data.required]).toEqual([403, "translations:read"]);
  });
});
