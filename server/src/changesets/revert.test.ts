import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";

describe.each(ENGINES)("reverting a changeset on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  /** A project with the keys `a` and `b`, of which only `a` has a text, and that in English. */
  async function world() {
    const w = await addProject(ctx, { languages: ["de", "fr"] });
    const created = await w.call("keys.create", {
      keys: [{ name: "a", values: { en: "one" } }, { name: "b" }],
    });
    const [a = "", b = ""] = created.items.map((key) => key.id);
    return Object.assign(w, { a, b });
  }

  async function set(w: World, ...values: [keyId: string, language: string, text: string][]) {
    ctx.clock.advance(1000);
    const { changesetId } = await w.call("values.set", {
      values: values.map(([id, language, text]) => ({ key: { id }, language, text })),
    });
    return changesetId as string;
  }

  function revert(w: World, changesetId: string | null) {
    ctx.clock.advance(1000);
    return w.call("changesets.revert", { changesetId: changesetId ?? "" });
  }

  async function texts(w: World) {
    const { items } = await w.call("values.list", { limit: 250 });
    return Object.fromEntries(items.map((value) => [`${value.name} ${value.language}`, value.text]));
  }

  async function coverage(w: World) {
    const { keyCount, languages } = await w.call("projects.get");
    return [keyCount, ...languages.map(({ code, translated }) => `${code} ${translated}`)];
  }

  it("gives values their old texts back and takes created ones away, in one new changeset", async () => {
    const w = await world();
    await set(w, [w.a, "de", "eins"]);
    const wrong = await set(w, [w.a, "de", "falsch"], [w.b, "de", "neu"]);
    const reverted = await revert(w, wrong);
    expect(reverted).toMatchObject({ reverted: 2, skippedCount: 0, skipped: [] });
    expect(await texts(w)).toEqual({ "a en": "one", "a de": "eins" });
    expect(await coverage(w)).toEqual([2, "de 1", "en 1", "fr 0"]);
    const changeset = await w.call("changesets.get", { changesetId: reverted.changesetId ?? "" });
    expect(changeset).toMatchObject({ message: `Reverts ${wrong}`, valueCount: 2 });
    expect(
      changeset.changes.items.map(({ kind, before, after }) => [kind, before?.text, after?.text]),
    ).toEqual(
      expect.arrayContaining([
        ["changed", "falsch", "eins"],
        ["deleted", "neu", undefined],
      ]),
    );
  });

  it("leaves what was written since, and says what and why", async () => {
    const w = await world();
    const first = await set(w, [w.a, "de", "eins"], [w.b, "de", "zwei"], [w.b, "fr", "deux"]);
    await set(w, [w.a, "de", "uno"]);
    const { changesetId, ...report } = await revert(w, first);
    expect(report).toEqual({
      reverted: 2,
      nextCursor: null,
      skippedCount: 1,
      skipped: [{ keyId: w.a, language: "de", reason: "overwritten" }],
    });
    expect(await texts(w)).toEqual({ "a en": "one", "a de": "uno" });
    expect(await revert(w, first)).toMatchObject({ changesetId: null, reverted: 0, skippedCount: 3 });
    expect(changesetId).not.toBeNull();
  });

  it("can be reverted itself, again and again, and revisions only rise", async () => {
    const w = await world();
    let last: string | null = await set(w, [w.a, "de", "eins"]);
    for (const expected of [undefined, "eins", undefined, "eins"]) {
      ({ changesetId: last } = await revert(w, last));
      expect((await texts(w))["a de"]).toBe(expected);
    }
    await set(w, [w.a, "de", "zwei"]);
    const { items } = await w.call("values.history", { keyId: w.a, language: "de" });
    expect(items.map(({ revision }) => revision)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it("puts keys that were created into the trash whole, and takes them out when that is reverted", async () => {
    const w = await world();
    const created = await w.call("keys.create", {
      keys: [{ name: "c", values: { en: "three", de: "drei" } }],
    });
    const undone = await revert(w, created.changesetId);
    expect(undone).toMatchObject({ reverted: 3, skippedCount: 0 });
    expect(await coverage(w)).toEqual([2, "de 0", "en 1", "fr 0"]);
    const again = await revert(w, undone.changesetId);
    expect(again).toMatchObject({ reverted: 1, skippedCount: 0 });
    expect(await texts(w)).toEqual({ "a en": "one", "c en": "three", "c de": "drei" });
    expect(await coverage(w)).toEqual([3, "de 1", "en 2", "fr 0"]);
  });

  it("keeps a created key to which others added texts since", async () => {
    const w = await world();
    const created = await w.call("keys.create", { keys: [{ name: "c", values: { en: "three" } }] });
    const keyId = created.items[0]?.id ?? "";
    await set(w, [keyId, "de", "drei"]);
    const report = await revert(w, created.changesetId);
    expect(report.skipped).toEqual([{ keyId, language: null, reason: "key_used" }]);
    expect(await texts(w)).toEqual({ "a en": "one", "c de": "drei" });
  });

  it("brings deleted keys back, unless the name is taken or collides", async () => {
    const w = await world();
    const { changesetId } = await w.call("keys.delete", { keys: [{ id: w.a }, { id: w.b }] });
    await w.call("keys.create", { keys: [{ name: "a" }] });
    const report = await revert(w, changesetId);
    expect(report).toMatchObject({
      reverted: 1,
      skipped: [{ keyId: w.a, language: null, reason: "name_taken" }],
    });
    const { changesetId: third } = await w.call("keys.delete", { keys: [{ id: w.b }] });
    await w.call("keys.create", { keys: [{ name: "b.below" }] });
    expect((await revert(w, third)).skipped).toEqual([
      { keyId: w.b, language: null, reason: "path_collision" },
    ]);
    expect(await revert(w, changesetId)).toMatchObject({ changesetId: null, skippedCount: 2 });
  });

  it("gives a key its old name and fields back", async () => {
    const w = await world();
    const fields = { namespace: "other", name: "renamed", tags: ["x"], maxLength: 9, description: "why" };
    const { changesetId } = await w.call("keys.update", { keyId: w.a, ...fields });
    expect(await revert(w, changesetId)).toMatchObject({ reverted: 1, skippedCount: 0 });
    expect(await w.call("keys.get", { keyId: w.a })).toMatchObject({
      namespace: "default",
      name: "a",
      tags: [],
      maxLength: null,
      description: null,
      revision: 3,
    });
    expect((await w.call("projects.get")).namespaces).toContainEqual(
      expect.objectContaining({ name: "default", keyCount: 2 }),
    );
  });

  it("gives a field back when others were written since, and leaves one that was", async () => {
    const w = await world();
    const renamed = await w.call("keys.update", { keyId: w.a, name: "renamed" });
    const tagged = await w.call("keys.update", { keyId: w.a, tags: ["x"] });
    await w.call("keys.update", { keyId: w.a, tags: ["y"] });
    await w.call("keys.delete", { keys: [{ id: w.a }] });
    const inTrash = await revert(w, renamed.changesetId);
    expect(inTrash.skipped).toEqual([{ keyId: w.a, language: null, reason: "key_deleted" }]);
    await w.call("keys.restore", { ids: [w.a] });
    expect(await revert(w, renamed.changesetId)).toMatchObject({ reverted: 1, skippedCount: 0 });
    const skipped = [{ keyId: w.a, language: null, reason: "overwritten" }];
    expect(await revert(w, tagged.changesetId)).toMatchObject({ changesetId: null, skipped });
    expect(await w.call("keys.get", { keyId: w.a })).toMatchObject({ name: "a", tags: ["y"] });
  });

  it("knows which translations fit again when a source text comes back, and which do not any more", async () => {
    const w = await world();
    await set(w, [w.a, "de", "eins"], [w.a, "fr", "un"]);
    const source = await set(w, [w.a, "en", "two"]);
    await set(w, [w.a, "fr", "deux"]);
    await revert(w, source);
    const { items } = await w.call("values.list");
    expect(items.map(({ language, text, outdated }) => [language, text, outdated])).toEqual([
      ["de", "eins", false],
      ["en", "one", false],
      ["fr", "deux", true],
    ]);
  });

  it("leaves values of keys in the trash and of languages that are gone", async () => {
    const w = await world();
    const changeset = await set(w, [w.a, "de", "eins"], [w.b, "fr", "deux"]);
    await w.call("keys.delete", { keys: [{ id: w.a }] });
    await ctx.db.write((tx) =>
      tx.deleteFrom("languages").where("projectId", "=", w.project.id).where("code", "=", "fr").execute(),
    );
    const report = await revert(w, changeset);
    expect(report.changesetId).toBeNull();
    expect(report.skipped).toEqual(
      expect.arrayContaining([
        { keyId: w.a, language: "de", reason: "key_deleted" },
        { keyId: w.b, language: "fr", reason: "language_removed" },
      ]),
    );
  });

  it("needs keys:write where keys changed, and only there", async () => {
    const w = await world();
    const caller = tokenFor(w, { scopes: ["translations:write"] });
    const values = await set(w, [w.a, "de", "eins"]);
    const { changesetId: keys } = await w.call("keys.delete", { keys: [{ id: w.a }] });
    const attempt = w.call("changesets.revert", { changesetId: keys }, caller);
    await expect(attempt).rejects.toMatchObject({ code: "missing_scope", body: { required: "keys:write" } });
    await revert(w, keys);
    expect(await w.call("changesets.revert", { changesetId: values }, caller)).toMatchObject({ reverted: 1 });
  });

  it("does not find another project's changeset", async () => {
    const [mine, other] = [await world(), await world()];
    const changeset = await set(other, [other.a, "de", "eins"]);
    await expect(revert(mine, changeset)).rejects.toMatchObject({ code: "not_found" });
  });
});
