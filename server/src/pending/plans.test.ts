import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { findPointer, readBody, readRelease } from "../publishing/published.ts";
import { sweepPlans } from "./plans.ts";

const HOUR = 3_600_000;

describe.each(ENGINES)("plans on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  const world = async (shape = {}) => {
    const w = await addProject(ctx, { languages: ["de", "fr"], ...shape });
    await w.call("keys.create", {
      keys: [
        { name: "title", values: { en: "Hello", de: "Hallo", fr: "Salut" } },
        { namespace: "auth", name: "log.in", values: { en: "Log in", de: "Anmelden" } },
        { namespace: "auth", name: "log.out", values: { en: "Log out" } },
      ],
    });
    await w.call("releases.create");
    return w;
  };
  const set = (w: World, name: string, language: string, text: string, more: object = {}) => {
    const [namespace, own] = name.includes("/") ? (name.split("/") as [string, string]) : ["default", name];
    return w.call("values.set", {
      values: [{ key: { namespace, name: own }, language, text, ...more }],
    });
  };
  const file = async (w: World, path: string, channel = "production") => {
    const pointer = await findPointer(ctx.db.read, { id: w.project.id }, { channel });
    const hash = (await readRelease(ctx.db.read, pointer?.releaseId ?? "")).files.get(path)?.hash;
    return hash && JSON.parse((await readBody(ctx.db.read, hash, "identity")).toString());
  };
  const change = (language: string, name: string, before: string | null, after: string | null) => {
    const [namespace, own] = name.includes("/") ? name.split("/") : ["default", name];
    return { language, namespace, name: own, before, after };
  };

  it("shows exactly what a publish would change, and that is what it changes", async () => {
    const w = await world();
    await set(w, "title", "de", "Servus");
    await set(w, "auth/log.in", "fr", "Connexion");
    await set(w, "auth/log.in", "de", "Anmelden", { status: "draft" });
    const wanted = [
      change("de", "auth/log.in", "Anmelden", null),
      change("de", "title", "Hallo", "Servus"),
      change("fr", "auth/log.in", null, "Connexion"),
    ];
    const pending = await w.call("pending.list");
    expect(pending).toEqual({
      channel: "production",
      base: 1,
      languages: [
        { language: "de", added: 0, changed: 1, removed: 1 },
        { language: "fr", added: 1, changed: 0, removed: 0 },
      ],
      items: wanted,
      nextCursor: null,
    });
    const plan = await w.call("plans.create");
    expect(plan).toMatchObject({
      ...pending,
      changedFiles: 2,
      valueCount: 6,
      warnings: [
        { code: "missing_values", language: "de", count: 2 },
        { code: "missing_values", language: "fr", count: 1 },
      ],
    });
    const { planId } = plan;
    const first = await w.call("plans.changes", { planId, limit: 2 });
    const second = await w.call("plans.changes", { planId, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...second.items]).toEqual(wanted);

    const release = await w.call("releases.create", { planId });
    expect(release).toMatchObject({ number: 2, changedFiles: 2, channels: ["production"] });
    expect((await w.call("releases.diff", { number: 2 })).items).toEqual(wanted);
    expect(await w.call("pending.list")).toMatchObject({ base: 2, languages: [], items: [] });
    // A repeated publish of the same plan is answered with its release.
    expect(await w.call("releases.create", { planId })).toEqual(release);
  });

  it("refuses a plan once anything in it moved, and publishes nothing then", async () => {
    const w = await world();
    await set(w, "title", "de", "Servus");
    const { planId } = await w.call("plans.create");
    await set(w, "title", "fr", "Bonjour");
    for (const moved of [
      () => w.call("releases.create", { planId }),
      () => w.call("plans.changes", { planId }),
    ]) {
      await expect(moved()).rejects.toMatchObject({ code: "conflict" });
    }
    expect((await w.call("releases.list")).items).toHaveLength(1);
    // Written back, it is the same again; after another release it is not.
    await set(w, "title", "fr", "Salut");
    expect((await w.call("plans.changes", { planId })).items).toHaveLength(1);
    await w.call("releases.create");
    await expect(w.call("releases.create", { planId })).rejects.toMatchObject({ code: "conflict" });
  });

  it("does not mind what moves outside of a plan's filter", async () => {
    const w = await world();
    await set(w, "title", "de", "Servus");
    await set(w, "title", "fr", "Bonjour");
    const plan = await w.call("plans.create", { filter: { languages: ["DE"] } });
    expect(plan.items).toEqual([change("de", "title", "Hallo", "Servus")]);
    await set(w, "title", "fr", "Coucou");
    await w.call("releases.create", { planId: plan.planId });
    expect((await file(w, "de/translations.json")).translations.title).toBe("Servus");
    expect((await file(w, "fr/translations.json")).translations.title).toBe("Salut");
    expect((await w.call("pending.list")).items).toEqual([change("fr", "title", "Salut", "Coucou")]);
  });

  it("forgets a plan when its time is over", async () => {
    const w = await world();
    const { planId, expiresAt } = await w.call("plans.create");
    expect(Date.parse(expiresAt) - ctx.clock.now()).toBe(HOUR);
    ctx.clock.advance(HOUR);
    await expect(w.call("releases.create", { planId })).rejects.toMatchObject({ code: "gone" });
    await ctx.db.write((tx) => sweepPlans(tx, ctx.clock.now(), 500));
    await expect(w.call("releases.create", { planId })).rejects.toMatchObject({ code: "not_found" });
  });

  it("makes one release of many publishes of one plan at the same time", async () => {
    const w = await world();
    await set(w, "title", "de", "Servus");
    const { planId } = await w.call("plans.create");
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => w.call("releases.create", { planId })),
    );
    expect(new Set(answers.map(({ number }) => number))).toEqual(new Set([2]));
  });

  it.each(["single_file", "namespaced_folders"] as const)(
    "publishes a part and leaves the rest as it is shown (%s)",
    async (fileStructure) => {
      const w = await world({ fileStructure });
      for (const language of ["de", "fr"]) {
        await set(w, "title", language, `title ${language}`);
        await set(w, "auth/log.in", language, `in ${language}`);
        await set(w, "auth/log.out", language, `out ${language}`);
      }
      await w.call("keys.create", { keys: [{ namespace: "extra", name: "new", values: { en: "New" } }] });

      const one = await w.call("releases.create", {
        filter: { values: [{ key: { namespace: "auth", name: "log.in" }, language: "de" }] },
      });
      expect((await w.call("releases.diff", { number: one.number })).items).toEqual([
        change("de", "auth/log.in", "Anmelden", "in de"),
      ]);
      const two = await w.call("releases.create", { filter: { namespaces: ["auth"], languages: ["fr"] } });
      expect((await w.call("releases.diff", { number: two.number })).items).toEqual([
        change("fr", "auth/log.in", null, "in fr"),
        change("fr", "auth/log.out", null, "out fr"),
      ]);
      const three = await w.call("releases.create", { filter: { namespaces: ["extra", "default"] } });
      expect((await w.call("releases.diff", { number: three.number })).items).toEqual([
        change("de", "title", "Hallo", "title de"),
        change("en", "extra/new", null, "New"),
        change("fr", "title", "Salut", "title fr"),
      ]);
      expect((await w.call("pending.list")).items).toEqual([change("de", "auth/log.out", null, "out de")]);
      await w.call("releases.create");
      expect((await w.call("pending.list")).items).toEqual([]);

      // In the end the files are those of a project that was published at once.
      const all = await addProject(ctx, { languages: ["de", "fr"], fileStructure });
      await all.call("keys.create", {
        keys: [
          { name: "title", values: { en: "Hello", de: "title de", fr: "title fr" } },
          { namespace: "auth", name: "log.in", values: { en: "Log in", de: "in de", fr: "in fr" } },
          { namespace: "auth", name: "log.out", values: { en: "Log out", de: "out de", fr: "out fr" } },
          { namespace: "extra", name: "new", values: { en: "New" } },
        ],
      });
      await all.call("releases.create");
      for (const path of ["de/translations.json", "en/translations.json", "fr/translations.json"]) {
        expect(await file(w, path)).toEqual(await file(all, path));
      }
    },
  );

  it("refuses a part that no file could hold beside the rest", async () => {
    const w = await world();
    const at = (name: string) => ({ values: [{ key: { namespace: "auth", name }, language: "de" }] });
    await w.call("keys.delete", { keys: [{ namespace: "auth", name: "log.in" }] });
    await w.call("keys.create", {
      keys: [{ namespace: "auth", name: "log.in.button", values: { de: "Anmelden" } }],
    });
    await expect(w.call("plans.create", { filter: at("log.in.button") })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("log.in.button beside log.in"),
    });
    const { values } = { values: [...at("log.in.button").values, ...at("log.in").values] };
    expect((await w.call("plans.create", { filter: { values } })).items).toEqual([
      change("de", "auth/log.in", "Anmelden", null),
      change("de", "auth/log.in.button", null, "Anmelden"),
    ]);
  });

  it("finds the key of a part by its id in any case", async () => {
    const w = await world();
    const [key] = (await w.call("keys.list", { namespace: "auth" })).items;
    const values = [{ key: { id: `${key?.id.toUpperCase()}` }, language: "de" }];
    const { hash } = await w.call("plans.create", { filter: { values } });
    const byName = [{ key: { namespace: "auth", name: `${key?.name}` }, language: "de" }];
    expect((await w.call("plans.create", { filter: { values: byName } })).hash).toBe(hash);
  });

  it("publishes the removal of a language, and warns of it", async () => {
    const w = await world();
    await ctx.db.write((tx) =>
      tx
        .updateTable("languages")
        .set({ status: "draft" })
        .where("projectId", "=", w.project.id)
        .where("code", "=", "fr")
        .execute(),
    );
    const plan = await w.call("plans.create");
    expect(plan.languages).toEqual([{ language: "fr", added: 0, changed: 0, removed: 1 }]);
    expect(plan.warnings).toContainEqual({ code: "language_removed", language: "fr", count: 1 });
    const release = await w.call("releases.create", { filter: { languages: ["de"] } });
    expect(release.number).toBe(1);
    await w.call("releases.create", { planId: plan.planId });
    expect(await file(w, "fr/translations.json")).toBeUndefined();
  });

  it("names what a filter asks for and the project has not", async () => {
    const w = await world();
    const refused = (filter: object) => expect(w.call("plans.create", { filter })).rejects;
    await refused({ languages: ["it"] }).toMatchObject({ code: "not_found" });
    await refused({ values: [{ key: { name: "nothing" }, language: "de" }] }).toMatchObject({
      code: "not_found",
      extra: { errors: [{ pointer: "/filter/values/0/key", found: "nothing" }] },
    });
    await refused({
      values: [{ key: { id: "00000000-0000-4000-8000-000000000000" }, language: "de" }],
    }).toMatchObject({ code: "not_found" });
    const { planId } = await w.call("plans.create");
    await expect(w.call("releases.create", { planId, channel: "preview" })).rejects.toMatchObject({
      code: "invalid_request",
    });
    await expect(w.call("releases.create", { planId: "plan_none" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
