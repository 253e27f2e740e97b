import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";

describe.each(ENGINES)("namespaces on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { config: { PUBLISH_COOLDOWN_SECONDS: 0 } });
  });
  afterAll(() => database.close());

  async function world(fileStructure: "single_file" | "namespaced_folders" = "single_file"): Promise<World> {
    const w = await addProject(ctx, { languages: ["de"], fileStructure });
    const of = (name: string) => ({ namespace: "auth", name, values: { en: name, de: `${name} de` } });
    await w.call("keys.create", {
      keys: [of("in"), of("out"), of("old"), { name: "title", values: { en: "Title" } }],
    });
    await w.call("keys.delete", { keys: [{ namespace: "auth", name: "old" }] });
    return w;
  }
  const names = async (w: World) =>
    (await w.call("keys.list")).items.map(({ namespace, name }) => `${namespace}/${name}`);
  const list = async (w: World) =>
    (await w.call("namespaces.list")).items.map(({ name, keyCount }) => `${name} ${keyCount}`);

  it("take a new name with their keys and what is said of them, in one changeset that tells old and new", async () => {
    const w = await world();
    await w.call("namespaces.update", { namespace: "auth", team: "Growth" });
    const renamed = await w.call("namespaces.update", {
      namespace: "auth",
      name: "sign-in",
      domain: "security",
      message: "As the page is called",
    });
    const about = { team: "Growth", domain: "security", keyCount: 2 };
    expect(renamed).toMatchObject({ name: "sign-in", ...about, changesetId: expect.stringMatching(/^cs_/) });
    expect(await list(w)).toEqual(["default 1", "sign-in 2"]);
    expect(await names(w)).toEqual(["default/title", "sign-in/in", "sign-in/out"]);
    const [id = ""] = (await w.call("keys.list", { namespace: "sign-in" })).items.map((key) => key.id);
    expect(await w.call("keys.get", { keyId: id })).toMatchObject({ revision: 2, values: [{}, {}] });
    const changesetId = `${renamed.changesetId}`;
    expect(await w.call("changesets.get", { changesetId })).toMatchObject({
      message: "As the page is called",
      keyCount: 2,
      changes: {
        items: [
          {
            kind: "changed",
            revision: 2,
            keyBefore: { namespace: "auth" },
            keyAfter: { namespace: "sign-in" },
          },
          {
            kind: "changed",
            revision: 2,
            keyBefore: { namespace: "auth" },
            keyAfter: { namespace: "sign-in" },
          },
        ],
      },
    });
    expect(await w.call("changesets.revert", { changesetId })).toMatchObject({ reverted: 2, skipped: [] });
    expect(await names(w)).toEqual(["auth/in", "auth/out", "default/title"]);
  });

  it("take the trash along, and what put a key there can still be taken back", async () => {
    const w = await world();
    const { changesetId } = await w.call("keys.delete", { keys: [{ namespace: "auth", name: "out" }] });
    await w.call("namespaces.update", { namespace: "auth", name: "sign-in" });
    expect((await w.call("trash.list")).items).toMatchObject([
      { namespace: "sign-in" },
      { namespace: "sign-in" },
    ]);
    await w.call("changesets.revert", { changesetId });
    expect(await names(w)).toEqual(["default/title", "sign-in/in", "sign-in/out"]);
    expect(await list(w)).toEqual(["default 1", "sign-in 2"]);
  });

  it("of more keys than one statement moves take each of them along once", { timeout: 60_000 }, async () => {
    const w = await world();
    for (let call = 0; call < 6; call++) {
      const keys = Array.from({ length: 1000 }, (_, at) => ({ namespace: "auth", name: `key${call}-${at}` }));
      await w.call("keys.create", { keys });
    }
    const { changesetId } = await w.call("namespaces.update", { namespace: "auth", name: "sign-in" });
    expect(await list(w)).toEqual(["default 1", "sign-in 6002"]);
    const { keyCount } = await w.call("changesets.get", { changesetId: `${changesetId}` });
    expect(keyCount).toBe(6002);
    const moved = ctx.db.read.selectFrom("changes").selectAll().where("changesetId", "=", `${changesetId}`);
    expect(await moved.execute()).toHaveLength(6002);
    const left = ctx.db.read
      .selectFrom("keys")
      .select("id")
      .where("projectId", "=", w.project.id)
      .where("namespace", "=", "auth");
    expect(await left.execute()).toEqual([]);
  });

  it.each(["single_file", "namespaced_folders"] as const)(
    "show in the next plan what a new name does to published files: %s",
    async (fileStructure) => {
      const w = await world(fileStructure);
      await w.call("releases.create");
      await w.call("namespaces.update", { namespace: "auth", name: "sign-in" });
      const plan = await w.call("plans.create");
      const languages = ["de", "en"].map((language) => ({ language, added: 2, changed: 0, removed: 2 }));
      expect(plan.languages).toEqual(languages);
      expect(plan.items).toContainEqual({
        language: "de",
        namespace: "auth",
        name: "in",
        before: "in de",
        after: null,
      });
      expect(plan.items).toContainEqual({
        language: "de",
        namespace: "sign-in",
        name: "in",
        before: null,
        after: "in de",
      });
      // Of each language the file of all, and one that comes for one that goes.
      expect(plan.changedFiles).toBe(fileStructure === "single_file" ? 2 : 6);
    },
  );

  it("are forgotten when they are empty, and are back with a restored key", async () => {
    const w = await world();
    const { items } = await w.call("keys.list", { namespace: "auth" });
    const full = w.call("namespaces.delete", { namespace: "auth" });
    await expect(full).rejects.toMatchObject({
      code: "conflict",
      extra: { errors: [{ pointer: "/namespace", code: "not_empty", found: "2 keys" }] },
    });
    await w.call("keys.delete", { keys: items.map(({ id }) => ({ id })) });
    await w.call("namespaces.delete", { namespace: "auth" });
    expect(await list(w)).toEqual(["default 1"]);
    await expect(w.call("namespaces.delete", { namespace: "auth" })).rejects.toMatchObject({
      code: "not_found",
    });
    await w.call("keys.restore", { ids: [items[0]?.id ?? ""] });
    expect(await list(w)).toEqual(["auth 1", "default 1"]);
  });

  it.each([
    ["that is not there", { namespace: "none", name: "new" }, "not_found", undefined],
    [
      "to one that is there",
      { namespace: "auth", name: "shop" },
      "conflict",
      { pointer: "/name", code: "exists" },
    ],
    [
      "to the default one",
      { namespace: "auth", name: "translations" },
      "conflict",
      { pointer: "/name", code: "default_namespace", found: "default" },
    ],
    [
      "that is the default one",
      { namespace: "default", name: "main" },
      "conflict",
      { pointer: "/namespace", code: "default_namespace" },
    ],
  ])("refuse to be renamed: one %s", async (_, input, code, error) => {
    const w = await world();
    await w.call("keys.create", { keys: [{ namespace: "shop", name: "cart" }] });
    const before = [await names(w), await list(w)];
    await expect(w.call("namespaces.update", input)).rejects.toMatchObject({
      code,
      ...(error && { extra: { errors: [error] } }),
    });
    expect([await names(w), await list(w)]).toEqual(before);
    await expect(w.call("namespaces.delete", { namespace: "default" })).rejects.toMatchObject({
      extra: { errors: [{ pointer: "/namespace", code: "default_namespace" }] },
    });
  });

  it("lose no key and no count when they are renamed while keys come and go", async () => {
    const w = await world();
    const rename = (from: string, to: string) =>
      w.call("namespaces.update", { namespace: from, name: to }).catch((error) => error.code);
    const add = (namespace: string, name: string) => w.call("keys.create", { keys: [{ namespace, name }] });
    await Promise.all([
      add("auth", "one"),
      rename("auth", "sign-in"),
      add("auth", "two"),
      rename("sign-in", "login"),
      add("sign-in", "three"),
      rename("auth", "sign-in"),
    ]);
    const keys = await names(w);
    expect(keys).toHaveLength(6);
    const counted = Object.entries(Object.groupBy(keys, (key) => key.split("/")[0] ?? ""));
    const shown = (await list(w)).filter((line) => !line.endsWith(" 0"));
    expect(shown).toEqual(counted.map(([name, all]) => `${name} ${all?.length}`).sort());
  });
});
