import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Scene, startScene } from "../../test/refusals/scene.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { type Procedures, proceduresOf, refusalOf } from "../../test/support/procedures.ts";

/** Texts in the compact dialect, as existing clients call it (contract/mcp, 6.6, 6.8 and 6.9; contract/cli, 3). */
describe.each(ENGINES)("tools of values on $engine", ({ open }) => {
  let scene: Scene;
  let mcp: Procedures;
  beforeAll(async () => {
    scene = await startScene({ open });
    mcp = await clientWith();
  });
  afterAll(() => scene.server.close());

  /** With a key of the organization; all scopes unless told. */
  async function clientWith(scopes?: string[]): Promise<Procedures> {
    const { key } = await scene.addApiKey(scene.people.owner, scene.organization, scopes && { scopes });
    return proceduresOf(scene.base, key);
  }

  interface Names {
    orgSlug: string;
    projectSlug: string;
  }

  /** A project of its own in German and Turkish too, and the ids of its keys in the order of `k`. */
  async function newProject(k: object[]): Promise<{ names: Names; ids: string[] }> {
    const project = await scene.addProject(scene.people.owner, scene.organization);
    const names = { orgSlug: scene.organization.slug, projectSlug: project.slug };
    await mcp.addLanguages.mutate({ ...names, languages: [{ languageCode: "de" }, { languageCode: "tr" }] });
    const created = await mcp.createKeys.mutate({ ...names, k });
    return { names, ids: created.k.map(({ id }: { id: string }) => id) };
  }

  const SHOP = [
    { n: "pay", ns: "checkout", v: "Pay now", t: { de: "Jetzt zahlen", tr: "Öde" } },
    { n: "total", ns: "checkout", v: "Total", t: { de: "Summe" } },
    { n: "greeting", v: "Hello" },
  ];

  describe("getTranslations", () => {
    let names: Names;
    let ids: string[];
    beforeAll(async () => {
      ({ names, ids } = await newProject(SHOP));
      await mcp.updateKeys.mutate({ ...names, t: [{ id: ids[1], l: "tr", t: "Toplam", st: "draft" }] });
    });
    const find = (input: object = {}) => mcp.getAllTranslations.query({ ...names, ...input });

    test("answers keys with their texts in both dialects, and leaves out what is usual", async () => {
      expect(await find()).toEqual({
        ...{ prj: `${names.orgSlug}/${names.projectSlug}`, sl: "en", ret: 3, tot: 3, has_more: false },
        ...{ returned: 3, total: 3, hasMore: false },
        keys: [
          {
            ...{ id: ids[0], k: "pay", ns: "checkout", key: "pay", namespace: "checkout", src: "Pay now" },
            tr: {
              de: { id: `${ids[0]}/de`, t: "Jetzt zahlen", st: "approved" },
              tr: { id: `${ids[0]}/tr`, t: "Öde", st: "approved" },
            },
          },
          {
            ...{ id: ids[1], k: "total", ns: "checkout", key: "total", namespace: "checkout", src: "Total" },
            tr: {
              de: { id: `${ids[1]}/de`, t: "Summe", st: "approved" },
              tr: { id: `${ids[1]}/tr`, t: "Toplam", st: "draft" },
            },
          },
          { id: ids[2], k: "greeting", key: "greeting", namespace: "default", src: "Hello" },
        ],
      });
    });

    test("repeats what was asked for in canonical words", async () => {
      const found = await find({ search: "pay", languages: ["DE", "de"], status: "published" });
      expect(found).toMatchObject({ srch: "pay", lng: ["de"], st: "published" });
      expect(Object.keys(found.keys[0].tr)).toEqual(["de"]);
    });

    test.each<[string, object, string[], number]>([
      ["a part of a name", { search: "TOT" }, ["total"], 1],
      ["a source text", { search: "hell" }, ["greeting"], 1],
      ["a translation in any language", { search: "öde" }, ["pay"], 1],
      ["a translation in another language than asked", { search: "öde", languages: ["de"] }, [], 0],
      ["a source text, whatever the languages", { search: "pay now", languages: ["tr"] }, ["pay"], 1],
      ["one of several parts", { search: ["summe", "hello"] }, ["total", "greeting"], 2],
      ["a namespace", { namespaces: ["default"] }, ["greeting"], 1],
      ["exact names", { keys: ["pay", "greeting", "gree", "nothing"] }, ["pay", "greeting"], 2],
      ["exact names in a namespace", { keys: ["pay", "greeting"], namespaces: ["default"] }, ["greeting"], 1],
      [
        "lists that name nothing",
        { keys: [], namespaces: [], languages: [] },
        ["pay", "total", "greeting"],
        3,
      ],
      ["the default namespace by its file's name", { namespaces: ["translations"] }, ["greeting"], 1],
      ["exact names and a part", { keys: ["pay", "greeting"], search: "hello" }, ["greeting"], 1],
      ["what a language misses", { languages: ["tr"], status: "missing" }, ["greeting"], 3],
      ["what one of the languages misses", { languages: ["tr", "de"], status: "missing" }, ["greeting"], 3],
      ["drafts", { languages: ["tr"], status: "draft" }, ["total"], 3],
      ["drafts in another language", { languages: ["de"], status: "draft" }, [], 3],
      ["what a release holds", { languages: ["tr"], status: "published" }, ["pay"], 3],
      ["drafts among what is found", { languages: ["tr"], status: "draft", search: "to" }, ["total"], 1],
      ["any status without languages", { status: "draft" }, ["pay", "total", "greeting"], 3],
    ])("finds by %s", async (_, input, found, tot) => {
      const answer = await find(input);
      expect(answer.keys.map(({ k }: { k: string }) => k)).toEqual(found);
      expect(answer).toMatchObject({ tot, ret: found.length, returned: found.length, total: tot });
    });

    test("a status without languages is left out, and said to be", async () => {
      const found = await find({ status: "missing" });
      expect(found.st).toBeUndefined();
      expect(found.hint).toContain("needs languages");
    });

    test("has more than the limit, and compares it with what is there", async () => {
      expect(await find({ limit: 2 })).toMatchObject({ ret: 2, tot: 3, has_more: true, hasMore: true });
      expect(await find({ limit: 3 })).toMatchObject({ ret: 3, tot: 3, has_more: false });
    });

    test("compact has the number of translations for texts", async () => {
      const found = await find({ compact: true, languages: ["tr"], keys: ["pay", "greeting"] });
      expect(found.keys).toEqual([
        { id: ids[0], k: "pay", ns: "checkout", key: "pay", namespace: "checkout", tc: 1 },
        { id: ids[2], k: "greeting", key: "greeting", namespace: "default", tc: 0 },
      ]);
    });

    test("a project that publishes drafts has none below", async () => {
      const { names: others, ids: theirs } = await newProject([{ n: "a", v: "A" }]);
      await mcp.updateKeys.mutate({ ...others, t: [{ id: theirs[0], l: "tr", t: "B", st: "draft" }] });
      await scene.server.ctx.db.writer
        .updateTable("projects")
        .set({ publishFrom: "draft" })
        .where("slug", "=", others.projectSlug)
        .execute();
      const asked = { ...others, languages: ["tr"] };
      expect((await mcp.getAllTranslations.query({ ...asked, status: "draft" })).keys).toEqual([]);
      expect((await mcp.getAllTranslations.query({ ...asked, status: "published" })).ret).toBe(1);
    });

    test.each<[string, object, string, string]>([
      ["a language that the project lacks", { languages: ["de", "fr"] }, "not_found", ""],
      ["a code that is none", { languages: ["nonsense"] }, "invalid_request", "/languages/0"],
      ["a status that is none", { status: "approved" }, "invalid_request", "/status"],
      ["more than an answer holds", { limit: 201 }, "invalid_request", "/limit"],
    ])("refuses %s", async (_, input, error, pointer) => {
      const refused = await refusalOf(find(input));
      expect(refused).toMatchObject({ error, ...(pointer && { errors: [{ pointer }] }) });
    });

    test("refuses texts that are too long for one answer", async () => {
      const long = "x".repeat(65_536);
      const k = Array.from({ length: 50 }, (_, at) => ({ n: `k${at}`, v: long, t: { de: long, tr: long } }));
      const { names: others } = await newProject(k);
      const refused = await refusalOf(mcp.getAllTranslations.query(others));
      expect(refused).toMatchObject({ error: "invalid_request", errors: [{ pointer: "/limit" }] });
      expect((await mcp.getAllTranslations.query({ ...others, limit: 20 })).ret).toBe(20);
    });

    test("needs translations:read", async () => {
      const narrow = await clientWith(["keys:read", "translations:write"]);
      const refused = await refusalOf(narrow.getAllTranslations.query(names));
      expect(refused).toMatchObject({ error: "missing_scope", required: "translations:read" });
    });
  });

  describe("updateKeys", () => {
    test("writes source and target texts, and answers what each id got", async () => {
      const { names, ids } = await newProject(SHOP);
      const unknown = randomUUID();
      const t = [
        { id: ids[0], l: "EN", t: "Pay", s: true },
        { id: ids[0], l: "tr", t: "Öde!" },
        { id: ids[2], l: "DE", t: "Hallo", st: "draft" },
        { id: unknown, l: "De", t: "Nichts" },
      ];
      expect(await mcp.updateKeys.mutate({ ...names, t })).toEqual({
        ...{ ok: true, cnt: 2 },
        upd: [
          { id: ids[0], k: "pay", lng: ["en", "tr"], src: true },
          { id: ids[2], k: "greeting", lng: ["de"], src: false },
        ],
        errors: [{ id: unknown, l: ["de"], code: "not_found", msg: expect.any(String) }],
      });
      const found = await mcp.getAllTranslations.query({ ...names, keys: ["pay", "greeting"] });
      expect(found.keys).toMatchObject([
        { src: "Pay", tr: { tr: { t: "Öde!", st: "approved" } } },
        { tr: { de: { t: "Hallo", st: "draft" } } },
      ]);
    });

    test("published is how existing clients say approved", async () => {
      const { names, ids } = await newProject(SHOP);
      await mcp.updateKeys.mutate({ ...names, t: [{ id: ids[2], l: "de", t: "Hallo", st: "published" }] });
      const found = await mcp.getAllTranslations.query({ ...names, keys: ["greeting"] });
      expect(found.keys[0].tr.de.st).toBe("approved");
    });

    test("an id of another project is as unknown as any", async () => {
      const { names } = await newProject(SHOP);
      const { ids: theirs, names: others } = await newProject([{ n: "theirs", v: "Theirs" }]);
      const written = await mcp.updateKeys.mutate({ ...names, t: [{ id: theirs[0], l: "de", t: "Meins" }] });
      expect(written).toMatchObject({ ok: false, cnt: 0, upd: [], errors: [{ id: theirs[0] }] });
      expect((await mcp.getAllTranslations.query(others)).keys[0].tr).toBeUndefined();
    });

    test.each<[string, (ids: string[]) => object[], string, string]>([
      [
        "a language that the project lacks",
        ([a]) => [
          { id: randomUUID(), l: "de", t: "" },
          { id: a, l: "fr", t: "x" },
        ],
        "NOT_FOUND",
        "/t/1/l",
      ],
      [
        "a source text in another language",
        ([a]) => [{ id: a, l: "de", t: "x", s: true }],
        "BAD_REQUEST",
        "/t/0/l",
      ],
      [
        "a text twice",
        ([a]) => [
          { id: a, l: "de", t: "x" },
          { id: a, l: "DE", t: "y" },
        ],
        "CONFLICT",
        "/t/1",
      ],
      ["a text without the argument", ([, , , d]) => [{ id: d, l: "de", t: "x" }], "BAD_REQUEST", "/t/0/t"],
      ["a status that is none", ([a]) => [{ id: a, l: "de", t: "x", st: "final" }], "BAD_REQUEST", "/t/0/st"],
      ["an id that is none", () => [{ id: "pay", l: "de", t: "x" }], "BAD_REQUEST", "/t/0/id"],
      ["nothing", () => [], "BAD_REQUEST", "/t"],
    ])("refuses %s, writes nothing and points at it", async (_, made, code, pointer) => {
      const { names, ids } = await newProject([...SHOP, { n: "with", v: "{name}" }]);
      const good = { id: ids[2], l: "tr", t: "Selam" };
      const t = made(ids);
      const sent = t.length > 0 ? [...t, good] : t;
      const refused = await refusalOf(mcp.updateKeys.mutate({ ...names, t: sent }));
      expect(refused).toMatchObject({ code, errors: [{ pointer }] });
      const found = await mcp.getAllTranslations.query({ ...names, keys: ["greeting"] });
      expect(found.keys[0].tr).toBeUndefined();
    });
  });

  describe("setTranslations", () => {
    test("merges languages of many keys in one changeset, and leaves source texts alone", async () => {
      const { names, ids } = await newProject(SHOP);
      const unknown = randomUUID();
      const t = [
        { id: ids[1], t: { TR: "Toplam", en: "Changed" } },
        { id: ids[2], t: { de: "Hallo", tr: "" } },
        { id: unknown, t: { de: "Nichts" } },
      ];
      expect(await mcp.setTranslations.mutate({ ...names, t })).toEqual({
        ...{ ok: true, cnt: 2, wrote: 3, updated: 3 },
        upd: [
          { id: ids[1], k: "total", lng: ["tr"] },
          { id: ids[2], k: "greeting", lng: ["de", "tr"] },
        ],
        errors: [{ id: unknown, l: ["de"], code: "not_found", msg: expect.any(String) }],
        hint: expect.stringContaining("updateKeys"),
      });
      const found = await mcp.getAllTranslations.query({ ...names, keys: ["total", "greeting"] });
      expect(found.keys).toMatchObject([
        { src: "Total", tr: { de: { t: "Summe" }, tr: { t: "Toplam", st: "approved" } } },
        { src: "Hello", tr: { de: { t: "Hallo" }, tr: { t: "" } } },
      ]);
      const again = await mcp.setTranslations.mutate({ ...names, t: JSON.stringify(t.slice(1)) });
      expect(again).toMatchObject({ ok: true, cnt: 1, wrote: 0, hint: "2 of the texts were already so." });
    });

    test("is not ok only where every id is unknown", async () => {
      const { names, ids } = await newProject(SHOP);
      const unknown = { id: randomUUID(), t: { de: "x" } };
      expect(await mcp.setTranslations.mutate({ ...names, t: [unknown] })).toMatchObject({
        ok: false,
        wrote: 0,
      });
      const source = { id: ids[0], t: { en: "x" } };
      const mixed = await mcp.setTranslations.mutate({ ...names, t: [unknown, source] });
      expect(mixed).toMatchObject({ ok: true, cnt: 0, upd: [] });
    });

    test.each<[string, (id: string) => object[], string, string]>([
      [
        "a language that the project lacks",
        (id) => [{ id, t: { de: "{name}", fr: "x" } }],
        "NOT_FOUND",
        "/t/0/t/fr",
      ],
      [
        "a text twice",
        (id) => [
          { id, t: { de: "{name}" } },
          { id, t: { DE: "{name}" } },
        ],
        "CONFLICT",
        "/t/1/t/DE",
      ],
      ["a text without the argument", (id) => [{ id, t: { tr: "x" } }], "BAD_REQUEST", "/t/0/t/tr"],
      ["more than 500 keys", (id) => Array(501).fill({ id, t: {} }), "BAD_REQUEST", "/t"],
    ])("refuses %s, writes nothing and points at it", async (_, made, code, pointer) => {
      const { names, ids } = await newProject([{ n: "with", v: "{name}" }]);
      const refused = await refusalOf(mcp.setTranslations.mutate({ ...names, t: made(ids[0] as string) }));
      expect(refused).toMatchObject({ code, errors: [{ pointer }] });
      expect((await mcp.getAllTranslations.query(names)).keys[0].tr).toBeUndefined();
    });

    test("refuses more texts than one transaction should hold", async () => {
      const { names, ids } = await newProject([{ n: "a", v: "A" }]);
      const codes = Array.from(
        { length: 26 * 26 },
        (_, at) => `x-${String.fromCharCode(97 + (at % 26))}${String.fromCharCode(97 + Math.floor(at / 26))}`,
      );
      const t = Array.from({ length: 8 }, () => ({
        id: ids[0],
        t: Object.fromEntries(codes.map((code) => [code, ""])),
      }));
      const refused = await refusalOf(mcp.setTranslations.mutate({ ...names, t }));
      expect(refused).toMatchObject({
        error: "invalid_request",
        errors: [{ pointer: "/t", code: "too_big" }],
      });
    });
  });

  test("writing needs translations:write", async () => {
    const { names, ids } = await newProject(SHOP);
    const narrow = await clientWith(["keys:write", "translations:read"]);
    for (const [name, t] of [
      ["updateKeys", [{ id: ids[0], l: "de", t: "x" }]],
      ["setTranslations", [{ id: ids[0], t: { de: "x" } }]],
    ] as const) {
      const refused = await refusalOf(narrow[name].mutate({ ...names, t }));
      expect(refused).toMatchObject({ error: "missing_scope", required: "translations:write" });
    }
  });

  test("the life of a key: created, translated, edited, found, deleted, gone (contract/mcp, 9)", async () => {
    const { names, ids } = await newProject([{ n: "life", ns: "acceptance", v: "First" }]);
    const [id] = ids;
    await mcp.updateKeys.mutate({ ...names, t: [{ id, l: "tr", t: "Birinci" }] });
    await mcp.updateKeys.mutate({ ...names, t: [{ id, l: "en", t: "Second", s: true }] });
    const asked = { ...names, search: "life", languages: ["tr"] };
    expect((await mcp.getAllTranslations.query(asked)).keys).toMatchObject([
      { k: "life", src: "Second", tr: { tr: { t: "Birinci" } } },
    ]);
    expect(await mcp.deleteKeys.mutate({ ...names, keyIds: ids })).toMatchObject({ cnt: 1 });
    expect(await mcp.getAllTranslations.query(asked)).toMatchObject({ ret: 0, tot: 0, keys: [] });
    expect(await mcp.listKeys.query(names)).toMatchObject({ tot: 0, k: [] });
  });
});
