import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";

describe.each(ENGINES)("changes of many keys at once on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { config: { PUBLISH_COOLDOWN_SECONDS: 0 } });
  });
  afterAll(() => database.close());

  const world = () => addProject(ctx, { languages: ["de", "ar"] });
  async function addKeys(w: World, names: string[]): Promise<string[]> {
    const keys = names.map((name) => ({ name, tags: ["old"], values: { en: name, de: `${name} de` } }));
    return (await w.call("keys.create", { keys })).items.map((key) => key.id);
  }
  const names = async (w: World) =>
    (await w.call("keys.list")).items.map(({ namespace, name }) => `${namespace}/${name}`);
  const valuesOf = async (w: World, language: string) =>
    Object.fromEntries(
      (await w.call("values.list", { language })).items.map(({ name, ...value }) => [name, value]),
    );

  it("moves, renames, tags and describes a thousand keys in one changeset, and takes them back in one", async () => {
    const w = await world();
    const ids = await addKeys(
      w,
      Array.from({ length: 1000 }, (_, index) => `key-${index}`),
    );
    const keys = ids.map((id, index) => ({
      key: { id },
      namespace: "shop",
      name: `moved.${index}`,
      addTags: ["new"],
      removeTags: ["old"],
      description: `Number ${index}`,
      format: "plain" as const,
      maxLength: 200,
    }));
    const { changesetId, updated, items } = await w.call("keys.updateMany", { keys, message: "To the shop" });
    expect(updated).toBe(1000);
    expect(items[7]).toMatchObject({
      id: ids[7],
      namespace: "shop",
      name: "moved.7",
      tags: ["new"],
      description: "Number 7",
      format: "plain",
      maxLength: 200,
      revision: 2,
    });
    expect(await w.call("changesets.get", { changesetId: `${changesetId}` })).toMatchObject({
      keyCount: 1000,
      valueCount: 0,
      message: "To the shop",
    });
    expect(await w.call("keys.get", { keyId: ids[7] ?? "" })).toMatchObject(items[7] ?? {});
    const place = { keyCount: 1000, namespaces: [{ name: "shop", keyCount: 1000 }] };
    expect(await w.call("projects.get")).toMatchObject(place);
    const back = await w.call("changesets.revert", { changesetId: `${changesetId}` });
    expect(back).toMatchObject({ reverted: 1000, skippedCount: 0 });
    expect((await w.call("projects.get")).namespaces).toEqual([{ name: "default", keyCount: 1000 }]);
    expect(await w.call("keys.get", { keyId: ids[7] ?? "" })).toMatchObject({
      name: "key-7",
      tags: ["old"],
      description: null,
      format: "icu",
      maxLength: null,
      revision: 3,
    });
  });

  it("lets keys change places, in a ring and below each other, and gives the places back", async () => {
    const w = await world();
    const [a = "", b = "", c = "", deep = ""] = await addKeys(w, ["a", "b", "c", "d.e"]);
    const keys = [
      { key: { id: a }, name: "b" },
      { key: { id: b }, name: "c" },
      { key: { id: c }, name: "d" },
      { key: { id: deep }, name: "a.e" },
    ];
    const { changesetId } = await w.call("keys.updateMany", { keys });
    expect(await names(w)).toEqual(["default/a.e", "default/b", "default/c", "default/d"]);
    expect(await valuesOf(w, "en")).toMatchObject({ b: { text: "a" }, c: { text: "b" }, d: { text: "c" } });
    expect(await w.call("keys.list", { q: "a.e" })).toMatchObject({ items: [{ id: deep }] });
    expect(await w.call("changesets.revert", { changesetId: `${changesetId}` })).toMatchObject({
      reverted: 4,
      skipped: [],
    });
    expect(await names(w)).toEqual(["default/a", "default/b", "default/c", "default/d.e"]);
  });

  it("leaves a key where it is whose old place is taken, and those in whose way it is", async () => {
    const w = await world();
    const [a = "", b = "", free = ""] = await addKeys(w, ["a", "b", "free"]);
    const keys = [
      { key: { id: a }, name: "b" },
      { key: { id: b }, name: "c" },
      { key: { id: free }, name: "freed" },
    ];
    const { changesetId } = await w.call("keys.updateMany", { keys });
    const [taker = ""] = await addKeys(w, ["a"]);
    expect(await w.call("changesets.revert", { changesetId: `${changesetId}` })).toMatchObject({
      reverted: 1,
      skipped: [
        { keyId: a, reason: "name_taken" },
        { keyId: b, reason: "name_taken" },
      ],
    });
    expect(await names(w)).toEqual(["default/a", "default/b", "default/c", "default/free"]);
    expect((await w.call("keys.get", { keyId: taker })).name).toBe("a");
  });

  it("counts what was already so, and makes no changeset of nothing", async () => {
    const w = await world();
    const [one = "", two = ""] = await addKeys(w, ["one", "two"]);
    const keys = [
      { key: { id: one }, addTags: ["old"] },
      { key: { name: "two" }, tags: ["x"], addTags: ["y", "x"], removeTags: ["z"] },
    ];
    const first = await w.call("keys.updateMany", { keys });
    expect(first).toMatchObject({
      updated: 1,
      unchanged: 1,
      items: [
        { id: one, revision: 1 },
        { id: two, tags: ["x", "y"], revision: 2 },
      ],
    });
    const again = await w.call("keys.updateMany", { keys });
    expect(again).toMatchObject({ changesetId: null, updated: 0, unchanged: 2 });
  });

  it("changes none of them when one cannot be changed, and names each with its place and reason", async () => {
    const w = await world();
    const many = Array.from({ length: 12 }, (_, index) => `tag-${index}`);
    await addKeys(w, ["a", "b", "c", "d", "deep.down", "tagged"]);
    await w.call("keys.update", {
      keyId: (await w.call("keys.list", { q: "tagged" })).items[0]?.id ?? "",
      tags: many,
    });
    const before = await w.call("keys.list");
    const keys = [
      { key: { name: "a" }, name: "taken", description: "First" },
      { key: { name: "b" }, name: "taken" },
      { key: { name: "c" }, name: "deep" },
      { key: { name: "d" }, revision: 4, description: "Mine" },
      { key: { name: "tagged" }, addTags: many.map((tag) => `${tag}!`) },
    ];
    await expect(w.call("keys.updateMany", { keys })).rejects.toMatchObject({
      code: "invalid_request",
      extra: {
        errors: [
          { pointer: "/keys/1/name", code: "duplicate", found: "taken" },
          { pointer: "/keys/2/name", code: "path_collision", found: "deep" },
          {
            pointer: "/keys/3/revision",
            code: "revision_moved",
            expected: "revision 4",
            found: "revision 1",
            yours: { description: "Mine" },
            present: { name: "d", revision: 1 },
          },
          { pointer: "/keys/4/addTags", code: "too_many_tags", found: "24" },
        ],
      },
    });
    expect(await w.call("keys.list")).toEqual(before);
    const stale = Array.from({ length: 150 }, (_, index) => ({ name: `stale-${index}` }));
    await w.call("keys.create", { keys: stale });
    const late = stale.map((key) => ({ key, revision: 9, description: "Mine" }));
    const { extra } = await w.call("keys.updateMany", { keys: late }).catch((error) => error);
    expect(extra.errors).toHaveLength(150);
    expect(extra.errors.filter((error: { present?: object }) => error.present)).toHaveLength(100);
    const unknown = [{ key: { name: "a" } }, { key: { id: randomUUID() } }, { key: { name: "a" } }];
    await expect(w.call("keys.updateMany", { keys: unknown })).rejects.toMatchObject({
      code: "not_found",
      extra: {
        errors: [
          { pointer: "/keys/1/key", code: "unknown_key" },
          { pointer: "/keys/2/key", code: "duplicate" },
        ],
      },
    });
  });

  it("keeps counts right when keys move, come and go in parallel", async () => {
    const w = await world();
    const all = Array.from({ length: 40 }, (_, index) => `key-${index}`);
    await addKeys(w, all);
    const part = (from: number) => all.slice(from, from + 20).map((name) => ({ namespace: "default", name }));
    const move = (from: number, namespace: string) =>
      w
        .call("keys.updateMany", { keys: part(from).map((key) => ({ key, namespace })) })
        .catch((error) => error.code);
    const answers = await Promise.all([
      move(0, "one"),
      move(10, "two"),
      w.call("keys.create", { keys: [{ namespace: "one", name: "new", values: { de: "Neu" } }] }),
      move(20, "three"),
      w.call("keys.delete", { keys: part(15).slice(0, 5) }).catch((error) => error.code),
      move(0, "four"),
    ]);
    // Whoever named a key that had moved meanwhile did nothing at all.
    expect(answers.filter((answer) => answer === "not_found").length).toBeGreaterThan(0);
    const keys = (await w.call("keys.list")).items;
    const counted = Map.groupBy(keys, (key) => key.namespace);
    const { namespaces, keyCount, languages } = await w.call("projects.get");
    expect(keyCount).toBe(keys.length);
    expect(namespaces).toEqual(
      [...counted]
        .map(([name, list]) => ({ name, keyCount: list.length }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
    const { items } = await w.call("values.list", { language: "de" });
    expect(languages.find(({ code }) => code === "de")?.translated).toBe(items.length);
  });

  describe("the status of values", () => {
    it("approves a thousand in one changeset that can be taken back, and tells what there was nothing of", async () => {
      const w = await world();
      const all = Array.from({ length: 500 }, (_, index) => `key-${index}`);
      await addKeys(w, all);
      const drafts = all.map((name) => ({
        key: { name },
        language: "de",
        text: "x",
        status: "draft" as const,
      }));
      await w.call("values.set", { values: drafts });
      const values = ["de", "ar"].flatMap((language) => all.map((name) => ({ key: { name }, language })));
      const wanted = { status: "approved" as const, values };
      const done = await w.call("values.setStatus", wanted);
      expect(done).toMatchObject({ updated: 500, unchanged: 0, missing: 500 });
      expect((await valuesOf(w, "de"))["key-1"]).toMatchObject({
        text: "x",
        status: "approved",
        revision: 3,
      });
      expect(await w.call("values.setStatus", wanted)).toEqual({
        changesetId: null,
        updated: 0,
        unchanged: 500,
        missing: 500,
      });
      await w.call("changesets.revert", { changesetId: `${done.changesetId}` });
      expect((await valuesOf(w, "de"))["key-1"]).toMatchObject({ status: "draft", revision: 4 });
    });

    it("leaves text and outdated flag as they are, also when it is taken back", async () => {
      const w = await world();
      await addKeys(w, ["title"]);
      const at = { key: { name: "title" }, language: "de" };
      await w.call("values.set", { values: [{ ...at, language: "en", text: "Another" }] });
      const flagged = { text: "title de", outdated: true };
      const { changesetId } = await w.call("values.setStatus", { status: "reviewed", values: [at] });
      expect(await valuesOf(w, "de")).toMatchObject({
        title: { ...flagged, status: "reviewed", revision: 2 },
      });
      await w.call("changesets.revert", { changesetId: `${changesetId}` });
      expect(await valuesOf(w, "de")).toMatchObject({
        title: { ...flagged, status: "approved", revision: 3 },
      });
      // A status of the source text leaves no translation behind.
      await w.call("values.set", { values: [{ ...at, text: "Anders" }] });
      await w.call("values.setStatus", { status: "draft", values: [{ ...at, language: "en" }] });
      expect(await valuesOf(w, "de")).toMatchObject({ title: { outdated: false } });
    });

    it("changes none when a text was written since, or a key, language or place is not right", async () => {
      const w = await world();
      await addKeys(w, ["one", "two"]);
      const of = (name: string, language = "de", more = {}) => ({ key: { name }, language, ...more });
      const values = [of("one"), of("two", "de", { revision: 2 }), of("two", "ar", { revision: 1 })];
      await expect(w.call("values.setStatus", { status: "draft", values })).rejects.toMatchObject({
        code: "conflict",
        extra: {
          errors: [
            {
              pointer: "/values/1/revision",
              code: "revision_moved",
              yours: { status: "draft" },
              present: { text: "two de", revision: 1 },
            },
            { pointer: "/values/2/revision", code: "revision_moved", found: "no value", present: null },
          ],
        },
      });
      const wrong = [of("one"), of("none"), of("one", "fr"), of("one", "??"), of("one", "DE")];
      await expect(w.call("values.setStatus", { status: "draft", values: wrong })).rejects.toMatchObject({
        extra: {
          errors: [
            { pointer: "/values/1/key", code: "unknown_key" },
            { pointer: "/values/2/language", code: "unknown_language" },
            { pointer: "/values/3/language", code: "invalid_language" },
            { pointer: "/values/4", code: "duplicate" },
          ],
        },
      });
      expect(await valuesOf(w, "de")).toMatchObject({ one: { status: "approved" } });
    });
  });
});
