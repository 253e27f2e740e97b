import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";

describe.each(ENGINES)("keys and values on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  const world = (shape = {}) => addProject(ctx, { languages: ["de", "pt-BR"], ...shape });
  const names = async (from: World) => {
    const { items } = await from.call("keys.list", { limit: 250 });
    return items.map((key) => `${key.namespace}/${key.name}`);
  };
  const textOf = async (from: World, name: string, language: string) => {
    const { items } = await from.call("values.list", { language, limit: 250 });
    return items.find((value) => value.name === name);
  };

  describe("creating keys", () => {
    it("stores keys with their texts under one changeset, and coverage follows", async () => {
      const w = await world();
      const created = await w.call(
        "keys.create",
        {
          message: "first",
          keys: [
            { name: "title", values: { en: "Hello", DE: "Hallo" } },
            {
              namespace: "auth",
              name: "login.button",
              tags: ["ui"],
              maxLength: 10,
              values: { en: "Log in" },
            },
          ],
        },
        tokenFor(w),
      );
      expect(created.items).toMatchObject([
        { namespace: "default", name: "title", format: "icu", tags: [] },
        { namespace: "auth", name: "login.button", tags: ["ui"], maxLength: 10 },
      ]);
      const changeset = await ctx.db.read
        .selectFrom("changesets")
        .selectAll()
        .where("id", "=", created.changesetId)
        .executeTakeFirst();
      expect(changeset).toMatchObject({
        actorType: "app",
        actorAppId: "app_1",
        actorGrantId: "grt_1",
        actorUserId: w.person.userId,
        via: "rest",
        message: "first",
        keyCount: 2,
        valueCount: 3,
      });
      expect(await w.call("projects.get")).toMatchObject({
        keyCount: 2,
        namespaces: [
          { name: "auth", keyCount: 1 },
          { name: "default", keyCount: 1 },
        ],
        languages: [
          { code: "de", translated: 1, coverage: 50 },
          { code: "en", translated: 2, coverage: 100 },
          { code: "pt-BR", translated: 0, coverage: 0 },
        ],
      });
    });

    it("takes the published name of the default namespace for the namespace itself", async () => {
      const w = await world();
      await w.call("keys.create", { keys: [{ namespace: "translations", name: "a" }] });
      expect(await names(w)).toEqual(["default/a"]);
    });

    it("stores nothing when one item is wrong, and names every item that is", async () => {
      const w = await world();
      await w.call("keys.create", { keys: [{ name: "there" }, { name: "menu.file" }] });
      const attempt = w.call("keys.create", {
        keys: [
          { name: "fine" },
          { name: "there" },
          { name: "twice" },
          { name: "twice" },
          { name: "menu" },
          { name: "there.below" },
          { name: "new.deep.er" },
          { name: "new.deep" },
        ],
      });
      await expect(attempt).rejects.toMatchObject({
        code: "conflict",
        extra: {
          errors: expect.arrayContaining([
            { pointer: "/keys/1/name", code: "exists", found: "there", expected: expect.any(String) },
            { pointer: "/keys/3/name", code: "duplicate", found: "twice", expected: expect.any(String) },
            { pointer: "/keys/4/name", code: "path_collision", found: "menu", expected: expect.any(String) },
            {
              pointer: "/keys/5/name",
              code: "path_collision",
              found: "there.below",
              expected: expect.any(String),
            },
            {
              pointer: "/keys/6/name",
              code: "path_collision",
              found: "new.deep.er",
              expected: expect.any(String),
            },
          ]),
        },
      });
      expect(await names(w)).toEqual(["default/menu.file", "default/there"]);
      expect(await w.call("projects.get")).toMatchObject({ keyCount: 2 });
    });

    it("lets a key stand beside keys below it where files are flat, and in another namespace", async () => {
      const flat = await world({ keyFormat: "flat" });
      await flat.call("keys.create", { keys: [{ name: "a" }, { name: "a.b" }] });
      const nested = await world();
      await nested.call("keys.create", {
        keys: [{ name: "a" }, { namespace: "other", name: "a.b" }, { name: "a-b" }, { name: "a/b" }],
      });
      expect(await names(nested)).toEqual(["default/a", "default/a-b", "default/a/b", "other/a.b"]);
    });

    it.each([
      ["invalid_request", { values: { "not a language": "x" } }, "invalid_language"],
      ["invalid_request", { maxLength: 3, values: { en: "four" } }, "too_long"],
      ["not_found", { values: { fr: "x" } }, "unknown_language"],
      ["conflict", { values: { de: "x", DE: "y" } }, "duplicate"],
    ])("refuses with %s and a pointer: %j", async (code, key, fault) => {
      const w = await world();
      const attempt = w.call("keys.create", { keys: [{ name: "ok" }, { name: "bad", ...key } as never] });
      await expect(attempt).rejects.toMatchObject({
        code,
        extra: { errors: [{ pointer: expect.stringMatching(/^\/keys\/1\/values\//), code: fault }] },
      });
      expect(await names(w)).toEqual([]);
    });

    it("counts the length in characters, not in UTF-16 units", async () => {
      const w = await world();
      await w.call("keys.create", { keys: [{ name: "flags", maxLength: 2, values: { en: "🙂🙃" } }] });
      expect(await textOf(w, "flags", "en")).toMatchObject({ text: "🙂🙃" });
    });

    it("needs translations:write for texts, and only for them", async () => {
      const w = await world();
      const keysOnly = tokenFor(w, { scopes: ["keys:write"] });
      await w.call("keys.create", { keys: [{ name: "bare" }] }, keysOnly);
      const attempt = w.call("keys.create", { keys: [{ name: "full", values: { en: "x" } }] }, keysOnly);
      await expect(attempt).rejects.toMatchObject({
        code: "missing_scope",
        body: { required: "translations:write" },
      });
    });

    it("creates a name once when twenty try at the same time", async () => {
      const w = await world();
      const attempts = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) =>
          w.call("keys.create", { keys: [{ name: i % 2 ? "race" : "race.below" }] }),
        ),
      );
      expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(await w.call("projects.get")).toMatchObject({ keyCount: 1 });
    });

    it("lists in code point order, page by page, however long the names", async () => {
      const w = await world({ keyFormat: "flat" });
      const wanted = ["B", "a", "z".repeat(512), "ä", "ｚ", "🙂"];
      await w.call("keys.create", { keys: [...wanted].reverse().map((name) => ({ name })) });
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await w.call("keys.list", { limit: 1, ...(cursor && { cursor }) });
        seen.push(...page.items.map((key) => key.name));
        cursor = page.nextCursor ?? undefined;
        expect(cursor?.length ?? 0).toBeLessThan(200);
      } while (cursor);
      expect(seen).toEqual(wanted);
      await expect(w.call("keys.list", { cursor: "W10" })).rejects.toMatchObject({ code: "invalid_request" });
    });
  });

  describe("listing values", () => {
    it("tells those of chosen keys, in one language or all", async () => {
      const w = await world();
      const names = ["a", "b", "c"];
      const { items } = await w.call("keys.create", {
        keys: names.map((name) => ({ name, values: { en: name, de: `${name} auf Deutsch` } })),
      });
      const keyIds = [items[2]?.id, items[0]?.id].join(",");
      const german = await w.call("values.list", { keyIds, language: "de" });
      expect(german.items.map(({ text }) => text)).toEqual(["a auf Deutsch", "c auf Deutsch"]);
      expect((await w.call("values.list", { keyIds })).items).toHaveLength(4);
    });
  });

  describe("setting values", () => {
    const set = (w: World, ...values: [string, string, string, string?][]) =>
      w.call("values.set", {
        values: values.map(([name, language, text, status]) => ({
          key: { name },
          language,
          text,
          ...(status && { status: status as "draft" }),
        })),
      });

    it("finds keys by id and by name, numbers revisions and keeps the history", async () => {
      const w = await world();
      const { items } = await w.call("keys.create", { keys: [{ name: "a" }, { name: "b", namespace: "n" }] });
      const first = await w.call("values.set", {
        values: [
          { key: { id: items[0]?.id ?? "" }, language: "de", text: "eins" },
          { key: { namespace: "n", name: "b" }, language: "PT-br", text: "um" },
        ],
      });
      expect(first).toMatchObject({ updated: 2, unchanged: 0, changesetId: expect.stringMatching(/^cs_/) });
      const second = await set(w, ["a", "de", "zwei", "draft"]);
      expect(await textOf(w, "a", "de")).toMatchObject({ text: "zwei", status: "draft", revision: 2 });
      const change = await ctx.db.read
        .selectFrom("changes")
        .selectAll()
        .where("changesetId", "=", second.changesetId)
        .execute();
      expect(change).toMatchObject([
        {
          kind: "changed",
          before: "eins",
          after: "zwei",
          statusBefore: "approved",
          statusAfter: "draft",
          revision: 2,
        },
      ]);
    });

    it("does not write what was already so", async () => {
      const w = await world();
      await w.call("keys.create", { keys: [{ name: "a", values: { de: "eins" } }, { name: "b" }] });
      expect(await set(w, ["a", "de", "eins"])).toEqual({ changesetId: null, updated: 0, unchanged: 1 });
      expect(await set(w, ["a", "de", "eins"], ["b", "de", ""])).toMatchObject({ updated: 1, unchanged: 1 });
      expect(await textOf(w, "a", "de")).toMatchObject({ revision: 1 });
      expect(await textOf(w, "b", "de")).toMatchObject({ text: "", revision: 1 });
    });

    it("stores nothing when one item is wrong", async () => {
      const w = await world();
      await w.call("keys.create", { keys: [{ name: "a", maxLength: 4 }] });
      const attempt = w.call("values.set", {
        values: [
          { key: { name: "a" }, language: "de", text: "gut" },
          { key: { name: "missing" }, language: "de", text: "x" },
          { key: { id: randomUUID() }, language: "de", text: "x" },
          { key: { name: "a" }, language: "fr", text: "x" },
          { key: { name: "a" }, language: "DE", text: "again" },
        ],
      });
      await expect(attempt).rejects.toMatchObject({
        code: "invalid_request",
        extra: {
          errors: [
            { pointer: "/values/1/key", code: "unknown_key", found: "default/missing" },
            { pointer: "/values/2/key", code: "unknown_key" },
            { pointer: "/values/3/language", code: "unknown_language", found: "fr" },
            { pointer: "/values/4/text", code: "too_long", expected: "at most 4 characters", found: "5" },
            { pointer: "/values/4", code: "duplicate" },
          ],
        },
      });
      expect(await textOf(w, "a", "de")).toBeUndefined();
    });

    it("does not see the keys of another project", async () => {
      const [mine, other] = [await world(), await world()];
      const { items } = await other.call("keys.create", { keys: [{ name: "theirs" }] });
      const attempt = mine.call("values.set", {
        values: [{ key: { id: items[0]?.id ?? "" }, language: "de", text: "x" }],
      });
      await expect(attempt).rejects.toMatchObject({ code: "not_found" });
    });

    it("loses no revision and no count when twenty write at the same time", async () => {
      const w = await world();
      await w.call("keys.create", { keys: [{ name: "a" }, { name: "b" }] });
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => set(w, [i % 2 ? "a" : "b", i % 3 ? "de" : "en", `text ${i}`])),
      );
      const { items } = await w.call("values.list", { limit: 250 });
      expect(items.reduce((sum, value) => sum + value.revision, 0)).toBe(20);
      expect(await w.call("projects.get")).toMatchObject({
        languages: [
          { code: "de", translated: 2 },
          { code: "en", translated: 2 },
          { code: "pt-BR", translated: 0 },
        ],
      });
    });

    it("takes a thousand keys in three languages, and lists them page by page", async () => {
      const w = await world();
      const keys = Array.from({ length: 1000 }, (_, i) => ({
        name: `key.${String(i).padStart(4, "0")}`,
        values: { en: `text ${i}`, de: `Text ${i}`, "pt-BR": `texto ${i}` },
      }));
      await w.call("keys.create", { keys });
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await w.call("values.list", { limit: 250, ...(cursor && { cursor }) });
        seen.push(...page.items.map((value) => `${value.name} ${value.language}`));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toHaveLength(3000);
      expect(new Set(seen).size).toBe(3000);
      expect(seen.slice(0, 4)).toEqual(["key.0000 de", "key.0000 en", "key.0000 pt-BR", "key.0001 de"]);
    });
  });
});
