import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";
import { sweepTrash } from "../texts/sweep-trash.ts";

const DAY = 24 * 60 * 60 * 1000;

describe.each(ENGINES)("keys that change on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { config: { PUBLISH_COOLDOWN_SECONDS: 0 } });
  });
  afterAll(() => database.close());

  const world = (shape = {}) => addProject(ctx, { languages: ["de"], ...shape });
  async function addKeys(w: World, names: string[], languages = ["en", "de"]): Promise<string[]> {
    const values = (name: string) => Object.fromEntries(languages.map((code) => [code, `${name} ${code}`]));
    const keys = names.map((name) => ({ name, values: values(name) }));
    return (await w.call("keys.create", { keys })).items.map((key) => key.id);
  }
  const changesOf = (changesetId: string | null) =>
    ctx.db.read.selectFrom("changes").selectAll().where("changesetId", "=", `${changesetId}`).execute();
  const revisions = async (w: World) => {
    const rows = ctx.db.read.selectFrom("languages").select(["code", "revision"]);
    const found = await rows.where("projectId", "=", w.project.id).execute();
    return Object.fromEntries(found.map(({ code, revision }) => [code, revision]));
  };

  describe("one key", () => {
    it("is shown with its values, and without them to who may not read texts", async () => {
      const w = await world();
      const [keyId = ""] = await addKeys(w, ["title"]);
      expect(await w.call("keys.get", { keyId: keyId.toUpperCase() })).toMatchObject({
        id: keyId,
        name: "title",
        revision: 1,
        values: [
          { language: "de", text: "title de", status: "approved", revision: 1, outdated: false },
          { language: "en", text: "title en" },
        ],
      });
      const narrow = tokenFor(w, { scopes: ["keys:read"] });
      expect(await w.call("keys.get", { keyId }, narrow)).toMatchObject({ values: null });
      await expect(w.call("keys.get", { keyId: randomUUID() })).rejects.toMatchObject({ code: "not_found" });
    });

    it("changes what is given and keeps the rest, in one changeset that tells old and new", async () => {
      const w = await world();
      const [keyId = ""] = await addKeys(w, ["title"]);
      const format = "plain" as const;
      const given = {
        description: "On the first page",
        tags: ["ui"],
        maxLength: 40,
        format,
      };
      const { changesetId, key } = await w.call("keys.update", { keyId, ...given });
      expect(key).toMatchObject({ id: keyId, name: "title", namespace: "default", revision: 2, ...given });
      const [change] = await changesOf(changesetId);
      expect(change).toMatchObject({ keyId, language: "", kind: "changed", revision: 2 });
      expect(JSON.parse(change?.after ?? "")).toEqual(given);
      expect(JSON.parse(change?.before ?? "")).toEqual({
        description: null,
        tags: [],
        maxLength: null,
        format: "icu",
      });
      expect(await w.call("keys.update", { keyId, ...given })).toMatchObject({ changesetId: null, key });
      const cleared = await w.call("keys.update", { keyId, description: null, maxLength: null, tags: [] });
      expect(cleared.key).toMatchObject({ description: null, maxLength: null, tags: [], format: "plain" });
    });

    it("moves to another namespace with its values, and counters and next files follow", async () => {
      const w = await world();
      const [keyId = ""] = await addKeys(w, ["title"], ["en"]);
      const before = await revisions(w);
      await w.call("keys.update", { keyId, namespace: "auth", name: "login.title" });
      expect(await w.call("keys.get", { keyId })).toMatchObject({
        namespace: "auth",
        name: "login.title",
        values: [{ language: "en", text: "title en" }],
      });
      expect(await w.call("projects.get")).toMatchObject({
        keyCount: 1,
        namespaces: [{ name: "auth", keyCount: 1 }],
      });
      // Also those without a value: one may be written later, and then it matters where the key was.
      expect(await revisions(w)).toEqual({ en: (before.en ?? 0) + 1, de: (before.de ?? 0) + 1 });
    });

    it.each([
      ["a name that is taken", "b", "exists"],
      ["a place below a text", "b.c", "path_collision"],
      ["a place above a text", "deep", "path_collision"],
    ])("is not renamed to %s", async (_, name, code) => {
      const w = await world();
      const [keyId = ""] = await addKeys(w, ["a", "b", "deep.down"]);
      await expect(w.call("keys.update", { keyId, name })).rejects.toMatchObject({
        code: "conflict",
        extra: { errors: [{ pointer: "/name", code, found: name }] },
      });
    });

    it("may take a name below or above its own, for which it makes room itself", async () => {
      const w = await world();
      const [keyId = ""] = await addKeys(w, ["a.b"]);
      for (const name of ["a", "a.b.c", "a.b"]) {
        expect(await w.call("keys.update", { keyId, name })).toMatchObject({ key: { name } });
      }
    });
  });

  describe("the trash", () => {
    it("takes keys out of lists, coverage and the next release, and gives them back with their values", async () => {
      const w = await world();
      const ids = await addKeys(w, ["one", "two", "three"]);
      await w.call("releases.create");
      const { changesetId, deleted } = await w.call("keys.delete", {
        keys: [{ id: ids[0] ?? "" }, { name: "two" }],
      });
      expect(deleted).toBe(2);
      expect(await changesOf(changesetId)).toMatchObject([
        { kind: "deleted", language: "", after: null },
        { kind: "deleted", language: "", after: null },
      ]);
      const listed = await w.call("keys.list");
      expect(listed.items.map((key) => key.name)).toEqual(["three"]);
      expect((await w.call("values.list")).items.map((value) => value.name)).toEqual(["three", "three"]);
      expect(await w.call("projects.get")).toMatchObject({
        keyCount: 1,
        languages: [
          { code: "de", translated: 1 },
          { code: "en", translated: 1 },
        ],
      });
      expect(await w.call("releases.create")).toMatchObject({ number: 2, valueCount: 2, changedFiles: 2 });

      const restored = await w.call("keys.restore", { ids: ids.slice(0, 2) });
      expect(restored.items).toMatchObject([
        { id: ids[0], name: "one", revision: 3 },
        { id: ids[1], name: "two" },
      ]);
      expect(await w.call("keys.get", { keyId: ids[0] ?? "" })).toMatchObject({
        revision: 3,
        values: [{ text: "one de" }, { text: "one en" }],
      });
      expect(await w.call("projects.get")).toMatchObject({
        keyCount: 3,
        languages: [
          { code: "de", translated: 3 },
          { code: "en", translated: 3 },
        ],
      });
      expect(await w.call("releases.create")).toMatchObject({ number: 3, valueCount: 6 });
    });

    it("is listed page by page, the last deleted first", async () => {
      const w = await world();
      const ids = await addKeys(w, ["a", "b", "c"]);
      for (const id of ids) {
        ctx.clock.advance(1000);
        await w.call("keys.delete", { keys: [{ id }] });
      }
      const first = await w.call("trash.list", { limit: 2 });
      const second = await w.call("trash.list", { limit: 2, cursor: first.nextCursor ?? "" });
      expect([...first.items, ...second.items].map((key) => key.name)).toEqual(["c", "b", "a"]);
      expect(second.nextCursor).toBeNull();
    });

    it("refuses keys that are not there or named twice, and then deletes none", async () => {
      const w = await world();
      const [id = ""] = await addKeys(w, ["a"]);
      const nobody = randomUUID();
      await expect(w.call("keys.delete", { keys: [{ id }, { id: nobody }] })).rejects.toMatchObject({
        code: "not_found",
        extra: { errors: [{ pointer: "/keys/1", code: "unknown_key", found: nobody }] },
      });
      await expect(w.call("keys.delete", { keys: [{ id }, { name: "a" }] })).rejects.toMatchObject({
        code: "conflict",
        extra: { errors: [{ pointer: "/keys/1", code: "duplicate" }] },
      });
      await expect(w.call("keys.restore", { ids: [id] })).rejects.toMatchObject({
        code: "not_found",
        extra: { errors: [{ pointer: "/ids/0", code: "unknown_key" }] },
      });
      expect((await w.call("keys.list")).items).toHaveLength(1);
    });

    it("keeps keys for thirty days, and then forgets them with their values", async () => {
      const w = await world();
      const [old = "", recent = "", live = ""] = await addKeys(w, ["old", "recent", "live"]);
      await w.call("keys.delete", { keys: [{ id: old }] });
      ctx.clock.advance(DAY);
      await w.call("keys.delete", { keys: [{ id: recent }] });
      ctx.clock.advance(29 * DAY + 1);
      // A round is about one project, and others have trash too.
      for (let round = 0; round < 9; round++) {
        await ctx.db.write((tx) => sweepTrash(ctx.db, tx, ctx.clock.now(), 500));
      }
      expect((await w.call("trash.list")).items).toMatchObject([{ id: recent }]);
      await expect(w.call("keys.restore", { ids: [old] })).rejects.toMatchObject({ code: "not_found" });
      await w.call("keys.restore", { ids: [recent] });
      expect((await w.call("keys.get", { keyId: recent })).values).toHaveLength(2);
      expect((await w.call("keys.get", { keyId: live })).values).toHaveLength(2);
      const values = ctx.db.read.selectFrom("translations").select("keyId").where("keyId", "=", old);
      expect(await values.execute()).toEqual([]);
      expect((await w.call("keys.list", { q: "old" })).items).toEqual([]);
      await addKeys(w, ["old"]);
    });

    it("gives no key back whose place was taken meanwhile", async () => {
      const w = await world();
      const ids = await addKeys(w, ["a", "b"]);
      await w.call("keys.delete", { keys: ids.map((id) => ({ id })) });
      await addKeys(w, ["a", "b.c"]);
      await expect(w.call("keys.restore", { ids })).rejects.toMatchObject({
        code: "conflict",
        extra: {
          errors: [
            { pointer: "/ids/0", code: "exists" },
            { pointer: "/ids/1", code: "path_collision" },
          ],
        },
      });
      expect((await w.call("trash.list")).items).toHaveLength(2);
    });
  });

  it("keeps counters right when keys and values are written in parallel", async () => {
    const w = await world();
    const ids = await addKeys(
      w,
      Array.from({ length: 12 }, (_, at) => `k${at}`),
      ["en"],
    );
    const half = ids.slice(0, 6);
    await Promise.all([
      ...half.map((id) => w.call("keys.delete", { keys: [{ id }] })),
      ...ids.map((id) =>
        w
          .call("values.set", { values: [{ key: { id }, language: "de", text: "x" }] })
          .catch((error: { code: string }) => expect(error.code).toBe("not_found")),
      ),
      ...ids.slice(6).map((keyId, at) => w.call("keys.update", { keyId, namespace: `n${at % 2}` })),
      addKeys(w, ["new"]),
    ]);
    await Promise.all(half.map((id) => w.call("keys.restore", { ids: [id] })));
    const live = await w.call("keys.list");
    const values = await w.call("values.list");
    const count = (code: string) => values.items.filter((value) => value.language === code).length;
    const { keyCount, languages, namespaces } = await w.call("projects.get");
    expect(keyCount).toBe(live.items.length);
    expect(languages.map(({ code, translated }) => [code, translated])).toEqual([
      ["de", count("de")],
      ["en", count("en")],
    ]);
    for (const { name, keyCount } of namespaces) {
      expect(keyCount).toBe(live.items.filter((key) => key.namespace === name).length);
    }
  });

  it("marks translations outdated when the source text changes, until they are written again", async () => {
    const w = await world({ languages: ["de", "fr"] });
    await addKeys(w, ["title"], ["en", "de", "fr"]);
    const set = (values: [string, string][]) =>
      w.call("values.set", {
        values: values.map(([language, text]) => ({ key: { name: "title" }, language, text })),
      });
    const outdated = async () =>
      (await w.call("values.list")).items.filter((value) => value.outdated).map((value) => value.language);
    await set([["en", "New"]]);
    expect(await outdated()).toEqual(["de", "fr"]);
    // The same text again is a translator's word that it still fits.
    expect(await set([["de", "title de"]])).toMatchObject({ updated: 1 });
    expect(await outdated()).toEqual(["fr"]);
    await set([
      ["en", "Newer"],
      ["fr", "Plus récent"],
    ]);
    expect(await outdated()).toEqual(["de"]);
    expect(await set([["en", "Newer"]])).toMatchObject({ updated: 0 });
  });
});
