import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answered, type Named, type Scene, startScene } from "../../test/refusals/scene.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { type Procedures, proceduresOf, refusalOf } from "../../test/support/procedures.ts";

/** Keys in the compact dialect, as existing clients call it (contract/mcp, 6.5, 6.7 and 6.10; contract/cli, 3). */
describe.each(ENGINES)("tools of keys on $engine", ({ open }) => {
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

  const namesOf = (project: Named) => ({ orgSlug: scene.organization.slug, projectSlug: project.slug });

  /** A project of its own, in German and Turkish too. */
  async function newProject(k: object[] = []): Promise<ReturnType<typeof namesOf>> {
    const names = namesOf(await scene.addProject(scene.people.owner, scene.organization));
    await mcp.addLanguages.mutate({ ...names, languages: [{ languageCode: "de" }, { languageCode: "tr" }] });
    if (k.length > 0) await mcp.createKeys.mutate({ ...names, k });
    return names;
  }

  const SHOP = [
    { n: "pay", ns: "checkout", v: "Pay now", t: { de: "Jetzt zahlen", TR: "Öde" } },
    { n: "total", ns: "checkout", v: "Total", t: { de: "Summe" } },
    { n: "greeting", ns: "default", v: "Hello" },
    { n: "in", ns: "auth" },
  ];

  describe("listKeys", () => {
    let names: Awaited<ReturnType<typeof newProject>>;
    beforeAll(async () => {
      names = await newProject(SHOP);
    });
    const list = (input: object = {}) => mcp.listKeys.query({ ...names, ...input });

    test("answers ids and source texts unless told, namespaces by index", async () => {
      expect(await list()).toEqual({
        ...{ tot: 4, ret: 4, pg: 1, lim: 20, has_more: false, nss: ["auth", "checkout", "default"] },
        k: [
          { k: "in", ns: 0, id: expect.any(String), src: null },
          { k: "pay", ns: 1, id: expect.any(String), src: "Pay now" },
          { k: "total", ns: 1, id: expect.any(String), src: "Total" },
          { k: "greeting", ns: 2, id: expect.any(String), src: "Hello" },
        ],
      });
    });

    test("answers the fields that are asked for, and no others", async () => {
      const fields = ["translations", "translatedLanguages", "translatedLanguageCount"];
      expect((await list({ fields, namespaces: ["checkout"] })).k).toEqual([
        { k: "pay", ns: 0, tl: ["de", "tr"], tlc: 2, tr: { de: "Jetzt zahlen", tr: "Öde" } },
        { k: "total", ns: 0, tl: ["de"], tlc: 1, tr: { de: "Summe" } },
      ]);
    });

    test.each<[string, object, string[], number]>([
      ["a part of the name in any case", { search: "A" }, ["pay", "total"], 2],
      ["one of several parts", { search: ["gree", "TOT"] }, ["total", "greeting"], 2],
      ["several parts as JSON text", { search: '["gree","zzz"]' }, ["greeting"], 1],
      ["no texts", { search: "Hello" }, [], 0],
      ["nothing for an empty part", { search: "" }, ["in", "pay", "total", "greeting"], 4],
      ["namespaces", { namespaces: ["auth", "default"] }, ["in", "greeting"], 2],
      ["lists that name nothing", { search: [], namespaces: [] }, ["in", "pay", "total", "greeting"], 4],
      ["a namespace that is none", { namespaces: ["nowhere"] }, [], 0],
      ["a missing language in any spelling", { missingLanguage: "TR" }, ["in", "total", "greeting"], 3],
      ["a missing language in namespaces", { missingLanguage: "tr", namespaces: ["checkout"] }, ["total"], 1],
      ["all at once", { missingLanguage: "tr", search: "t", namespaces: ["default"] }, ["greeting"], 1],
    ])("finds by %s", async (_, input, found, tot) => {
      const listed = await list(input);
      expect(listed.k.map(({ k }: { k: string }) => k)).toEqual(found);
      expect(listed).toMatchObject({ tot, ret: found.length, has_more: false });
    });

    test.each<[string, object]>([
      ["all", {}],
      ["namespaces", { namespaces: ["checkout", "auth", "default"] }],
      ["what is found", { search: ["in", "pay", "total", "gree"] }],
      ["what is missing", { missingLanguage: "tr" }],
    ])("pages of %s follow each other without a gap", async (_, input) => {
      const whole = (await list({ ...input, limit: 100 })).k.map(({ id }: { id: string }) => id);
      const seen: string[] = [];
      for (let page = 1; ; page++) {
        const listed = await list({ ...input, page: `${page}`, limit: 2 });
        expect(listed).toMatchObject({ tot: whole.length, pg: page, lim: 2 });
        seen.push(...listed.k.map(({ id }: { id: string }) => id));
        expect(listed.has_more).toBe(seen.length < whole.length);
        if (!listed.has_more) break;
      }
      expect(seen).toEqual(whole);
      expect(await list({ ...input, page: 9 })).toMatchObject({ ret: 0, k: [], has_more: false });
    });

    test("without translations:read says why source texts are left out, and refuses what was asked for", async () => {
      const narrow = await clientWith(["keys:read"]);
      const listed = await narrow.listKeys.query({ ...names, limit: 1 });
      expect(listed.k).toEqual([{ k: "in", ns: 0, id: expect.any(String) }]);
      expect(listed.note).toContain("translations:read");
      for (const more of [{ fields: ["id", "sourceText"] }, { missingLanguage: "de" }]) {
        const refused = await refusalOf(narrow.listKeys.query({ ...names, ...more }));
        expect(refused).toMatchObject({ error: "missing_scope", required: "translations:read" });
      }
      expect((await narrow.listKeys.query({ ...names, fields: ["id"] })).note).toBeUndefined();
    });

    test("a page is refused that begins too deep in its namespace, and one behind the last key is empty", async () => {
      const project = await scene.addProject(scene.people.owner, scene.organization);
      await mcp.createKeys.mutate({ ...namesOf(project), k: [{ n: "a" }, { n: "b" }] });
      // As many as a page is looked for in, of which most went since they were counted.
      await scene.server.ctx.db.writer
        .updateTable("namespaces")
        .set({ keyCount: 200_000 })
        .where("projectId", "=", project.id)
        .execute();
      const page = (number: number) =>
        mcp.listKeys.query({ ...namesOf(project), page: number, limit: 100, fields: ["id"] });
      expect(await page(1)).toMatchObject({ ret: 2 });
      expect(await page(900)).toMatchObject({ ret: 0, k: [] });
      const refused = await refusalOf(page(1002));
      expect(refused).toMatchObject({ error: "invalid_request", errors: [{ pointer: "/page" }] });
    });

    test.each<[string, object, string, string]>([
      ["a language that the project lacks", { missingLanguage: "fr" }, "not_found", ""],
      ["a code that is none", { missingLanguage: "nonsense" }, "invalid_request", "/missingLanguage"],
      ["more than a page holds", { limit: 251 }, "invalid_request", "/limit"],
      ["a page before the first", { page: 0 }, "invalid_request", "/page"],
    ])("refuses %s", async (_, input, error, pointer) => {
      const refused = await refusalOf(list(input));
      expect(refused).toMatchObject({ error, ...(pointer && { errors: [{ pointer }] }) });
    });
  });

  describe("createKeys", () => {
    test("creates keys with their texts and answers their ids", async () => {
      const names = await newProject();
      expect(await mcp.createKeys.mutate({ ...names, k: SHOP })).toEqual({
        ...{ ok: true, cnt: 4, new: 4, ren: 0, dup: 0 },
        k: [
          { k: "pay", ns: "checkout", id: expect.any(String), tr: 2 },
          { k: "total", ns: "checkout", id: expect.any(String), tr: 1 },
          { k: "greeting", ns: "default", id: expect.any(String), tr: 0 },
          { k: "in", ns: "auth", id: expect.any(String), tr: 0 },
        ],
      });
    });

    test("skips what exists or stands twice in the call, and stores the rest in one changeset", async () => {
      const names = await newProject([{ n: "old", v: "Old" }]);
      const k = [{ n: "old", v: "New" }, { n: "a" }, { n: "a", v: "Twice" }, { n: "b", ns: "translations" }];
      expect(await mcp.createKeys.mutate({ ...names, k })).toMatchObject({
        ...{ cnt: 2, dup: 2, k: [{ k: "a" }, { k: "b", ns: "default" }] },
        skip: [
          { k: "old", reason: "exists in default" },
          { k: "a", reason: "named before in this call" },
        ],
      });
      const again = await mcp.createKeys.mutate({ ...names, k });
      expect(again).toMatchObject({ ok: true, cnt: 0, dup: 4, k: [] });
      expect((await mcp.listKeys.query({ ...names, search: "old" })).k[0].src).toBe("Old");
    });

    test("puts a name that begins with a namespace there, and says so", async () => {
      const names = await newProject([{ n: "in", ns: "auth" }]);
      const k = [{ n: "auth.out", ns: "default" }, { n: "auth.in", ns: "default" }, { n: "other.x" }];
      const created = await mcp.createKeys.mutate({ ...names, k });
      expect(created).toMatchObject({
        ...{ cnt: 2, dup: 1, skip: [{ k: "auth.in", reason: "exists in auth" }] },
        k: [
          { k: "out", ns: "auth" },
          { k: "other.x", ns: "default" },
        ],
      });
      expect(created.hint).toContain("auth.out went into the namespace auth as out");
    });

    test("warns of a name that stands in other namespaces", async () => {
      const names = await newProject([
        { n: "save", ns: "form" },
        { n: "save", ns: "menu" },
      ]);
      const created = await mcp.createKeys.mutate({ ...names, k: [{ n: "save" }, { n: "load" }] });
      expect(created.warn).toEqual([{ k: "save", ns: "default", other: ["form", "menu"] }]);
    });

    test("describes namespaces, each once", async () => {
      const names = await newProject();
      const described = (description: string) => ({ description, tags: ["shop"] });
      const k = [
        { n: "pay", ns: "checkout", v: "Pay", nc: described("All of paying") },
        { n: "total", ns: "checkout", nc: described("Later") },
      ];
      await mcp.createKeys.mutate({ ...names, k });
      expect((await mcp.getAllTranslations.query({ ...names, limit: 1 })).nsd).toEqual({
        checkout: { kc: 2, desc: "All of paying" },
      });
    });

    test("leaves a source text among the translations out, and says so", async () => {
      const names = await newProject();
      const created = await mcp.createKeys.mutate({
        ...names,
        k: [{ n: "a", v: "A", t: { EN: "B", de: "C" } }],
      });
      expect(created.k).toMatchObject([{ tr: 1 }]);
      expect(created.hint).toContain("a source text stands in v");
      expect((await mcp.listKeys.query(names)).k[0].src).toBe("A");
    });

    test.each<[string, object, string, string]>([
      ["a text beside an object", { k: [{ n: "x" }, { n: "a" }] }, "CONFLICT", "/k/1/n"],
      ["the same with force", { k: [{ n: "x" }, { n: "a.b.c" }], force: true }, "CONFLICT", "/k/1/n"],
      ["both in one call", { k: [{ n: "old" }, { n: "y" }, { n: "y.z" }] }, "CONFLICT", "/k/2/n"],
      [
        "a language that the project lacks",
        { k: [{ n: "old" }, { n: "q", t: { fr: "x" } }] },
        "NOT_FOUND",
        "/k/1/t/fr",
      ],
      [
        "a translation without the argument",
        { k: [{ n: "q", v: "{a}", t: { de: "x" } }] },
        "BAD_REQUEST",
        "/k/0/t/de",
      ],
      [
        "a source text that does not parse",
        { k: [{ n: "old" }, { n: "q", v: "{" }] },
        "BAD_REQUEST",
        "/k/1/v",
      ],
      ["no key at all", { k: [] }, "BAD_REQUEST", "/k"],
      ["a namespace with a slash", { k: [{ n: "a", ns: "a/b" }] }, "BAD_REQUEST", "/k/0/ns"],
    ])("refuses %s, stores nothing and points at it", async (_, input, code, pointer) => {
      const names = await newProject([{ n: "a.b" }, { n: "old" }]);
      const refused = await refusalOf(mcp.createKeys.mutate({ ...names, ...input }));
      expect(refused).toMatchObject({ code, errors: [{ pointer }] });
      expect(refused.message).toContain(pointer);
      expect((await mcp.listKeys.query(names)).tot).toBe(2);
    });

    test("in a flat project a name may stand below another", async () => {
      const slug = `flat-${randomUUID()}`;
      const fields = { organizationId: scene.organization.id, name: "Flat", slug, sourceLanguage: "en" };
      await answered(
        scene.people.owner.browser.post("/api/oauth-client/v1/projects", { ...fields, keyFormat: "flat" }),
      );
      const names = namesOf({ id: "", slug });
      expect(await mcp.createKeys.mutate({ ...names, k: [{ n: "a" }, { n: "a.b" }] })).toMatchObject({
        cnt: 2,
      });
    });

    test("texts need translations:write, whether their keys exist or not", async () => {
      const names = await newProject([{ n: "old" }]);
      const narrow = await clientWith(["keys:write"]);
      for (const k of [[{ n: "old", v: "x" }], [{ n: "new", t: { de: "x" } }]]) {
        const refused = await refusalOf(narrow.createKeys.mutate({ ...names, k }));
        expect(refused).toMatchObject({ error: "missing_scope", required: "translations:write" });
      }
      expect(await narrow.createKeys.mutate({ ...names, k: [{ n: "new" }] })).toMatchObject({ cnt: 1 });
    });

    test("of many at once each key is made once, and nobody fails", async () => {
      const names = await newProject();
      const calls = Array.from({ length: 8 }, (_, at) =>
        mcp.createKeys.mutate({ ...names, k: [{ n: "shared", v: "x" }, { n: `own${at}` }] }),
      );
      const created = await Promise.all(calls);
      expect(created.reduce((sum, { cnt }) => sum + cnt, 0)).toBe(9);
      expect((await mcp.listKeys.query(names)).tot).toBe(9);
    });
  });

  describe("deleteKeys", () => {
    test("moves keys to the trash, and skips ids of nothing and of other projects", async () => {
      const names = await newProject(SHOP);
      const other = await newProject([{ n: "theirs" }]);
      const [theirs] = (await mcp.listKeys.query(other)).k;
      const { k } = await mcp.listKeys.query(names);
      const unknown = randomUUID();
      const keyIds = [k[1].id.toUpperCase(), unknown, theirs.id, k[3].id, k[3].id];
      expect(await mcp.deleteKeys.mutate({ ...names, keyIds })).toEqual({
        ...{ ok: true, cnt: 2, deleted: 2 },
        mk: [
          { id: k[1].id, k: "pay", ns: "checkout" },
          { id: k[3].id, k: "greeting", ns: null },
        ],
        ...{ skip: [unknown, theirs.id], skipped: [unknown, theirs.id], hint: expect.any(String) },
      });
      expect((await mcp.listKeys.query(names)).tot).toBe(2);
      expect((await mcp.listKeys.query(other)).tot).toBe(1);
      const again = await mcp.deleteKeys.mutate({ ...names, keyIds: [k[1].id] });
      expect(again).toMatchObject({ ok: false, cnt: 0, mk: [], skip: [k[1].id] });
    });

    test("always answers the list that the command line counts", async () => {
      const names = await newProject([{ n: "a" }]);
      const [{ id }] = (await mcp.listKeys.query(names)).k;
      const deleted = await mcp.deleteKeys.mutate({ ...names, keyIds: JSON.stringify([id]) });
      expect(deleted).toEqual({ ok: true, cnt: 1, mk: [{ id, k: "a", ns: null }], deleted: 1, skipped: [] });
    });

    test.each<[string, unknown[]]>([
      ["what is no id", ["greeting"]],
      ["no id", []],
      ["more than a hundred", Array.from({ length: 101 }, () => randomUUID())],
    ])("refuses %s", async (_, keyIds) => {
      const names = await newProject();
      const refused = await refusalOf(mcp.deleteKeys.mutate({ ...names, keyIds }));
      expect(refused).toMatchObject({ code: "BAD_REQUEST", error: "invalid_request" });
    });

    test("needs keys:write", async () => {
      const names = await newProject();
      const narrow = await clientWith(["keys:read", "translations:write"]);
      const refused = await refusalOf(narrow.deleteKeys.mutate({ ...names, keyIds: [randomUUID()] }));
      expect(refused).toMatchObject({ error: "missing_scope", required: "keys:write" });
    });
  });

  test("an audit row says what REST says", async () => {
    const project = await scene.addProject(scene.people.owner, scene.organization);
    await mcp.createKeys.mutate({ ...namesOf(project), k: [{ n: "a" }] });
    const rows = await scene.server.ctx.db.read
      .selectFrom("auditEntries")
      .select(["action", "via", "details"])
      .where("target", "=", project.id)
      .where("via", "=", "trpc")
      .execute();
    expect(rows.map(({ details, ...row }) => ({ ...row, details: JSON.parse(details) }))).toEqual([
      {
        action: "keys.create",
        via: "trpc",
        details: { changesetId: expect.stringMatching(/^cs_/), keys: 1 },
      },
    ]);
  });

  test("getTranslationContext says what there is, and that there is no more", async () => {
    const names = await newProject();
    const context = await mcp.getTranslationContext.query({
      ...names,
      keys: [randomUUID()],
      languages: ["DE"],
    });
    expect(context).toEqual({
      prj: `${names.orgSlug}/${names.projectSlug}`,
      ...{ src: "en", tgt: ["de", "tr"], inst: null, ctx: null, gl: [], glt: 0, hint: expect.any(String) },
    });
    const refused = await refusalOf(mcp.getTranslationContext.query({ ...names, languages: ["fr"] }));
    expect(refused).toMatchObject({ error: "not_found" });
  });
});
