import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { removeLanguage, updateLanguage } from "../projects/languages.ts";
import { manifestOf } from "../publishing/manifest.ts";
import { findPointer, readRelease } from "../publishing/published.ts";
import { setValues } from "../values/set-values.ts";

describe.each(ENGINES)("another source language on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { config: { PUBLISH_COOLDOWN_SECONDS: 0 } });
  });
  afterAll(() => database.close());

  async function world(): Promise<World> {
    const w = await addProject(ctx, { languages: ["de", "fr"] });
    const values = (name: string) => ({ en: `${name} en`, de: `${name} de`, fr: `${name} fr` });
    await w.call("keys.create", {
      keys: [...["one", "two"].map((name) => ({ name, values: values(name) })), { name: "empty" }],
    });
    return w;
  }
  const set = (w: World, name: string, language: string, text: string) =>
    w.call("values.set", { values: [{ key: { name }, language, text }] });
  const outdated = async (w: World) =>
    (await w.call("values.list")).items
      .filter((value) => value.outdated)
      .map(({ name, language }) => `${name} ${language}`);
  const manifest = async (w: World) => {
    const { slug, organizationSlug } = w.project;
    const pointer = await findPointer(ctx.db.read, { organizationSlug, slug });
    return manifestOf(await readRelease(ctx.db.read, pointer?.releaseId ?? ""), slug, "https://cdn.example");
  };

  it("is what new texts are held to, and what leaves others outdated when it changes", async () => {
    const w = await world();
    expect(await w.call("languages.setSource", { code: "DE" })).toEqual({
      sourceLanguage: "de",
      outdatedKeys: 0,
    });
    const project = await w.call("projects.get");
    expect(project.sourceLanguage).toBe("de");
    expect(project.languages.filter(({ isSource }) => isSource)).toMatchObject([{ code: "de" }]);
    await set(w, "one", "en", "New");
    expect(await outdated(w)).toEqual([]);
    await set(w, "one", "de", "Für {name}");
    expect(await outdated(w)).toEqual(["one en", "one fr"]);
    await expect(set(w, "one", "fr", "Pour {nom}")).rejects.toMatchObject({ code: "invalid_request" });
    await expect(w.call("languages.remove", { code: "de" })).rejects.toMatchObject({ code: "conflict" });
    await w.call("languages.remove", { code: "en" });
  });

  it("keeps what is outdated, and where it was so itself, the others are: they were written for another text", async () => {
    const w = await world();
    await set(w, "one", "en", "Newer");
    await set(w, "one", "fr", "Nouveau");
    await set(w, "two", "en", "Newer");
    await set(w, "two", "de", "Neuer");
    expect(await outdated(w)).toEqual(["one de", "two fr"]);
    expect(await w.call("languages.setSource", { code: "de" })).toEqual({
      sourceLanguage: "de",
      outdatedKeys: 1,
    });
    expect(await outdated(w)).toEqual(["one en", "one fr", "two fr"]);
  });

  it("is named by the manifest from the next release on, and the plan warns of it", async () => {
    const w = await world();
    await w.call("releases.create");
    const { planId } = await w.call("plans.create");
    await w.call("languages.setSource", { code: "de" });
    await expect(w.call("releases.create", { planId })).rejects.toMatchObject({ code: "conflict" });
    expect(await w.call("plans.create")).toMatchObject({
      changedFiles: 0,
      items: [],
      warnings: [{ code: "source_language_changed", language: "de", count: 2 }],
    });
    expect((await manifest(w)).sourceLanguage).toBe("en");
    expect(await w.call("releases.create")).toMatchObject({ number: 2, changedFiles: 0, valueCount: 6 });
    const published = await manifest(w);
    expect(published.sourceLanguage).toBe("de");
    expect(published.languages.filter(({ isSource }) => isSource)).toMatchObject([{ code: "de" }]);
    expect(await w.call("releases.create")).toMatchObject({ number: 2 });
    expect((await w.call("plans.create")).warnings).toEqual([]);
  });

  it("is refused where translations would have no source, and where it is no active language", async () => {
    const w = await world();
    await w.call("keys.create", { keys: [{ name: "three", values: { en: "Three", fr: "Trois" } }] });
    const refused = (code: string) => w.call("languages.setSource", { code }).catch((error) => error);
    expect(await refused("de")).toMatchObject({
      code: "conflict",
      extra: { errors: [{ pointer: "/code", code: "incomplete_language", found: "1 keys without" }] },
    });
    await w.call("languages.update", { code: "fr", status: "draft" });
    expect(await refused("fr")).toMatchObject({
      code: "conflict",
      extra: { errors: [{ pointer: "/code", code: "draft_language", found: "fr" }] },
    });
    expect(await refused("es")).toMatchObject({ code: "not_found" });
    expect(await refused("??")).toMatchObject({ code: "invalid_request" });
    expect(await refused("en")).toEqual({ sourceLanguage: "en", outdatedKeys: 0 });
    // A key that went takes its demand along.
    await w.call("keys.delete", { keys: [{ name: "three" }] });
    expect(await refused("de")).toMatchObject({ sourceLanguage: "de" });
  });

  it("is what a write goes by that began to wait before it was changed", async () => {
    const w = await world();
    const before = w.project;
    await w.call("languages.setSource", { code: "de" });
    const values = [{ key: { namespace: "default", name: "one" }, language: "de", text: "Anders" }];
    const placed = { reach: w.reach, project: before };
    await inCall(ctx, { caller: w.person, placed }, (call) => setValues(call, before, { values }));
    expect(await outdated(w)).toEqual(["one en", "one fr"]);
  });

  it("is neither removed nor made a draft by a call that began when another was the source", async () => {
    const w = await world();
    const placed = { reach: w.reach, project: w.project };
    await w.call("languages.setSource", { code: "de" });
    const late = [
      inCall(ctx, { caller: w.person, placed }, (call) => removeLanguage(call, placed.project, "de")),
      inCall(ctx, { caller: w.person, placed }, (call) =>
        updateLanguage(call, placed.project, { code: "de", status: "draft" }),
      ),
    ];
    for (const refused of await Promise.allSettled(late)) {
      expect(refused).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
    }
    expect((await w.call("projects.get")).languages).toContainEqual(
      expect.objectContaining({ code: "de", status: "active", isSource: true }),
    );
  });
});
