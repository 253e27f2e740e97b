import type { Request } from "@parlance/contract/operations";
import { TOOLS } from "@parlance/contract/tools";
import { type CompiledQuery, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { untilIndexed } from "../../test/support/indexed.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";
import { valueTools } from "../values/tools.ts";
import { keyTools } from "./tools.ts";

describe.each(ENGINES)("finding keys on $engine", ({ engine, open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  type Filters = Parameters<typeof list>[1];
  async function list(w: World, filters: { [name: string]: string | number }, caller = tokenFor(w)) {
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof w.call<"keys.list">>> = await w.call(
        "keys.list",
        { ...filters, ...(cursor && { cursor }) } as never,
        caller,
      );
      names.push(...page.items.map((key) => key.name));
      cursor = page.nextCursor;
    } while (cursor);
    return names;
  }

  describe("by what they say", () => {
    let w: World;
    beforeAll(async () => {
      w = await addProject(ctx, { languages: ["de", "ja", "tr"], keyFormat: "flat" });
      // Keys of others must not be found.
      const other = await addProject(ctx, { languages: ["de"], keyFormat: "flat" });
      const keys: Request<"keys.create">["keys"] = [
        {
          name: "checkout.pay",
          tags: ["shop", ","],
          values: { en: "Pay now", de: "JETZT BEZAHLEN", ja: "今すぐ支払う" },
        },
        { name: "fruit", values: { en: 'Apples, 100% "fresh"', de: "ÄPFEL und Öl" } },
        { name: "path_a", tags: ["a", "b"], values: { en: "C:\\new*file" } },
        { namespace: "auth", name: "in", values: { en: "Sign in", de: "Anmelden ΔΟΣΗ" } },
      ];
      await w.call("keys.create", { keys });
      await other.call("keys.create", { keys: [{ name: "theirs", values: { en: "Pay now", de: "Äpfel" } }] });
    });

    it.each<[string, Filters, string[]]>([
      ["a part of the name", { q: "OUT.P" }, ["checkout.pay"]],
      ["the source text in another case", { q: "pAY n" }, ["checkout.pay"]],
      ["a translation in another case", { q: "äpfel" }, ["fruit"]],
      ["a part of a word that ends otherwise", { q: "ΔΟΣ" }, ["in"]],
      ["a script without case", { q: "支払う" }, ["checkout.pay"]],
      ["two characters", { q: "öl" }, ["fruit"]],
      ["one character", { q: "払" }, ["checkout.pay"]],
      ["what a pattern would mean otherwise", { q: "100%" }, ["fruit"]],
      ["an underscore", { q: "h_a" }, ["path_a"]],
      ["a backslash and an asterisk", { q: "\\new*f" }, ["path_a"]],
      ["quotes", { q: '"fresh"' }, ["fruit"]],
      ["nothing", { q: "xyzzy" }, []],
      ["one language only", { q: "anmelden", language: "en" }, []],
      ["another spelling of the language", { q: "anmelden", language: "DE" }, ["in"]],
      ["a namespace", { q: "in", namespace: "auth" }, ["in"]],
      ["a tag", { tag: "shop" }, ["checkout.pay"]],
      ["a tag that is a comma", { tag: "," }, ["checkout.pay"]],
      ["a missing language", { missing: "de" }, ["path_a"]],
      ["several at once", { missing: "tr", tag: "shop", q: "pay", status: "approved" }, ["checkout.pay"]],
    ])("finds by %s: %j", async (_, filters, names) => {
      expect(await list(w, filters)).toEqual(names);
    });

    it("follows what is written, deleted, restored and renamed", async () => {
      const { items } = await w.call("keys.create", {
        keys: [{ name: "moving", values: { en: "Zebra crossing" } }],
      });
      const keyId = items[0]?.id ?? "";
      expect(await list(w, { q: "zebra" })).toEqual(["moving"]);
      await w.call("values.set", { values: [{ key: { id: keyId }, language: "en", text: "Crosswalk" }] });
      expect([await list(w, { q: "zebra" }), await list(w, { q: "sswal" })]).toEqual([[], ["moving"]]);
      await w.call("keys.delete", { keys: [{ id: keyId }] });
      expect(await list(w, { q: "sswal" })).toEqual([]);
      await w.call("keys.restore", { ids: [keyId] });
      await w.call("keys.update", { keyId, name: "wandering" });
      expect([
        await list(w, { q: "sswal" }),
        await list(w, { q: "nderi" }),
        await list(w, { q: "moving" }),
      ]).toEqual([["wandering"], ["wandering"], []]);
      await w.call("keys.delete", { keys: [{ id: keyId }] });
    });

    it("filters by status and by what an edited source left behind", async () => {
      const set = (language: string, text: string, status: "draft" | "approved") =>
        w.call("values.set", { values: [{ key: { name: "fruit" }, language, text, status }] });
      await set("tr", "Elma", "draft");
      expect(await list(w, { status: "draft" })).toEqual(["fruit"]);
      expect(await list(w, { status: "draft", language: "de" })).toEqual([]);
      expect(await list(w, { status: "reviewed" })).toEqual([]);
      expect(await list(w, { outdated: "true" })).toEqual([]);
      await set("en", "Fresh apples", "approved");
      expect(await list(w, { outdated: "true" })).toEqual(["fruit"]);
      await set("de", "Frische Äpfel", "approved");
      expect(await list(w, { outdated: "true", language: "de" })).toEqual([]);
      expect(await list(w, { outdated: "true", language: "tr" })).toEqual(["fruit"]);
    });

    it("tells nothing of texts to who may not read them", async () => {
      const narrow = tokenFor(w, { scopes: ["keys:read"] });
      expect(await list(w, { q: "pay now" }, narrow)).toEqual([]);
      expect(await list(w, { q: "checkout" }, narrow)).toEqual(["checkout.pay"]);
      const filters: Filters[] = [
        { missing: "de" },
        { status: "draft" },
        { outdated: "true" },
        { language: "de" },
      ];
      for (const filter of filters) {
        await expect(list(w, filter, narrow)).rejects.toMatchObject({ code: "missing_scope" });
      }
    });

    it("names a language that the project has not", async () => {
      await expect(list(w, { missing: "fr" })).rejects.toMatchObject({ code: "not_found" });
      await expect(list(w, { language: "nonsense" })).rejects.toMatchObject({ code: "invalid_request" });
    });
  });

  describe("in a project of 50,000 values", () => {
    const KEYS = 10_000;
    const LANGUAGES = ["de", "en", "es", "fr", "it"];
    let w: World;
    beforeAll(async () => {
      w = await addProject(ctx, { languages: LANGUAGES.filter((code) => code !== "en"), keyFormat: "flat" });
      await fill(w);
    });

    /** Behind the operations' back, because their history would take longer than what is tested. */
    async function fill({ project }: World): Promise<void> {
      const idOf = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`;
      const keys = Array.from({ length: KEYS }, (_, at) => ({
        id: idOf(at),
        projectId: project.id,
        namespace: `n${at % 10}`,
        name: `screen.${at}`,
        description: null,
        format: "icu" as const,
        tags: "[]",
        maxLength: null,
        revision: 1,
        createdAt: 1,
        updatedAt: 1,
        deletedAt: null,
      }));
      const values = keys.flatMap(({ id, name }, at) =>
        LANGUAGES.filter((code) => code !== "it" || at !== KEYS - 1).map((language) => ({
          keyId: id,
          language,
          projectId: project.id,
          text: at === KEYS - 1 ? `Rarity ${language}` : `Common text of ${name} in ${language}`,
          status: at === KEYS - 1 ? ("draft" as const) : ("approved" as const),
          revision: 1,
          changesetId: "cs",
          updatedAt: 1,
          outdatedAt: at === KEYS - 1 && language === "de" ? 1 : null,
        })),
      );
      await ctx.db.write(async (tx) => {
        for (let at = 0; at < keys.length; at += 500)
          await tx
            .insertInto("keys")
            .values(keys.slice(at, at + 500))
            .execute();
        for (let at = 0; at < values.length; at += 500)
          await tx
            .insertInto("translations")
            .values(values.slice(at, at + 500))
            .execute();
      });
      // As the database does by itself a little later, both.
      await untilIndexed(ctx.db);
      await sql.raw(engine === "sqlite" ? "analyze" : "vacuum analyze").execute(ctx.db.writer);
      for (const code of LANGUAGES) {
        const translated = code === "it" ? KEYS - 1 : KEYS;
        const counted = ctx.db.writer.updateTable("languages").set({ translated });
        await counted.where("projectId", "=", project.id).where("code", "=", code).execute();
      }
      const about = { description: null, team: null, domain: null, aiPrompt: null, tags: "[]" };
      const namespaces = Array.from({ length: 10 }, (_, at) => ({
        ...{ projectId: project.id, name: `n${at}`, keyCount: KEYS / 10, createdAt: 1 },
        ...about,
      }));
      await ctx.db.writer.insertInto("namespaces").values(namespaces).execute();
    }

    /** The statements of one call. */
    async function statementsOf(work: () => Promise<unknown>): Promise<CompiledQuery[]> {
      const statements: CompiledQuery[] = [];
      const executor = ctx.db.read.getExecutor();
      const execute = executor.executeQuery;
      executor.executeQuery = (query, ...rest) => {
        statements.push(query);
        return execute.call(executor, query, ...rest) as never;
      };
      await work().finally(() => {
        executor.executeQuery = execute;
      });
      return statements;
    }

    const explain = async (prefix: string, { sql: text, parameters }: CompiledQuery) => {
      const query = { ...sql``.compile(ctx.db.read), sql: `${prefix} ${text}`, parameters };
      return (await ctx.db.read.executeQuery(query as CompiledQuery<Record<string, unknown>>)).rows;
    };

    interface Plan {
      "Node Type": string;
      "Relation Name"?: string;
      "Actual Rows": number;
      "Actual Loops": number;
      "Rows Removed by Filter"?: number;
      "Rows Removed by Index Recheck"?: number;
      Plans?: Plan[];
    }

    function rowsRead(plan: Plan): number {
      const read =
        plan["Actual Rows"] +
        (plan["Rows Removed by Filter"] ?? 0) +
        (plan["Rows Removed by Index Recheck"] ?? 0);
      const own = plan["Relation Name"] ? read * plan["Actual Loops"] : 0;
      return (plan.Plans ?? []).reduce((sum, part) => sum + rowsRead(part), own);
    }

    /** Postgres counts the rows it reads; SQLite only tells whether it looks them up. */
    async function workOf(work: () => Promise<unknown>): Promise<{ rows: number; scans: string[] }> {
      let rows = 0;
      const scans: string[] = [];
      for (const statement of await statementsOf(work)) {
        if (engine === "sqlite") {
          const plan = await explain("explain query plan", statement);
          const lines = plan.map((line) => String(line.detail));
          scans.push(...lines.filter((line) => /^SCAN (keys|translations|searchTexts)\b/.test(line)));
        } else {
          const [plan] = await explain("explain (analyze, format json)", statement);
          const [top] = (plan?.["QUERY PLAN"] ?? []) as { Plan: Plan }[];
          rows += top ? rowsRead(top.Plan) : 0;
        }
      }
      return { rows, scans };
    }

    const lastPlace = async () => {
      const { items } = await w.call("keys.list", { q: "rarity" });
      return Buffer.from(JSON.stringify([items[0]?.id])).toString("base64url");
    };

    it.each<[string, "keys.list" | "values.list", Filters, number]>([
      ["a page of keys", "keys.list", {}, 100],
      ["a page of values", "values.list", {}, 100],
      ["a page of one language", "values.list", { language: "fr" }, 100],
      ["what is frequent", "keys.list", { q: "common text" }, 100],
      ["what is rare", "keys.list", { q: "rarity" }, 1],
      ["what is nowhere", "keys.list", { q: "xyzzy" }, 0],
      ["one outdated value", "keys.list", { outdated: "true" }, 1],
      ["one draft", "keys.list", { status: "draft" }, 1],
      ["what is approved", "keys.list", { status: "approved" }, 100],
      ["a language that misses nothing", "keys.list", { missing: "fr" }, 0],
    ])("reads no more than a bounded part for %s", async (_, name, filters, count) => {
      const first = await w.call(name, { ...filters, limit: 100 } as never);
      expect((first as { items: unknown[] }).items).toHaveLength(count);
      const { rows, scans } = await workOf(() => w.call(name, { ...filters, limit: 100 } as never));
      expect(scans).toEqual([]);
      // A thousand keys with five values each are looked at before an index is asked.
      expect(rows).toBeLessThan(8000);
    });

    /** A read by tool, as a door makes it. */
    const find = (name: "listKeys" | "getTranslations", input: object) =>
      inCall(
        ctx,
        { caller: w.person, effect: "read", placed: { reach: w.reach, project: w.project } },
        (call): Promise<object> =>
          name === "listKeys"
            ? keyTools.listKeys(call, TOOLS.listKeys.input.parse(input))
            : valueTools.getTranslations(call, TOOLS.getTranslations.input.parse(input)),
      );

    it.each<[string, Parameters<typeof find>[0], object, { ret: number; tot: number }]>([
      ["a page of keys", "listKeys", { limit: 100 }, { ret: 100, tot: KEYS }],
      ["a page in the middle", "listKeys", { limit: 100, page: 51 }, { ret: 100, tot: KEYS }],
      ["the last page", "listKeys", { limit: 100, page: 100 }, { ret: 100, tot: KEYS }],
      ["a page behind the last", "listKeys", { limit: 100, page: 101 }, { ret: 0, tot: KEYS }],
      [
        "a page of a namespace",
        "listKeys",
        { limit: 100, namespaces: ["n3"], page: 2 },
        { ret: 100, tot: KEYS / 10 },
      ],
      ["a name that is rare", "listKeys", { search: `n.${KEYS - 1}` }, { ret: 1, tot: 1 }],
      ["a name that is nowhere", "listKeys", { search: "xyzzy" }, { ret: 0, tot: 0 }],
      ["a language that misses nothing", "listKeys", { missingLanguage: "fr" }, { ret: 0, tot: 0 }],
      ["the first texts", "getTranslations", {}, { ret: 100, tot: KEYS }],
      ["a rare text", "getTranslations", { search: "rarity" }, { ret: 1, tot: 1 }],
      ["an exact name", "getTranslations", { keys: [`screen.${KEYS - 1}`] }, { ret: 1, tot: 1 }],
      ["drafts", "getTranslations", { languages: ["de"], status: "draft" }, { ret: 1, tot: KEYS }],
    ])("a tool reads no more than a bounded part for %s", async (_, name, input, expected) => {
      expect(await find(name, input)).toMatchObject(expected);
      const { rows, scans } = await workOf(() => find(name, input));
      expect(scans).toEqual([]);
      expect(rows).toBeLessThan(8000);
    });

    it("a tool says where it looked at a part only, and where it stopped counting", async () => {
      expect(await find("listKeys", { search: "screen" })).toMatchObject({
        ...{ tot: 2001, has_more: true, note: expect.stringContaining("More than 2000 match") },
      });
      expect(await find("getTranslations", { search: "common text" })).toMatchObject({
        ...{ ret: 100, tot: 501, has_more: true, hint: expect.stringContaining("More than 500 match") },
      });
      // Two letters, which no index holds, behind the part that is looked at.
      expect(await find("getTranslations", { search: "Ra", languages: ["it", "de"] })).toMatchObject({
        ...{ ret: 0, tot: 0, hint: expect.stringContaining("Only the first 5000 keys were looked at") },
      });
      expect(await find("getTranslations", { search: "Ra", namespaces: ["n9"] })).toMatchObject({
        ret: 1,
        tot: 1,
      });
    });

    it("finds the one key that misses a language by tool, which counters count", async () => {
      expect(await find("listKeys", { missingLanguage: "it" })).toMatchObject({
        ...{ tot: 1, ret: 1, has_more: false, k: [{ k: `screen.${KEYS - 1}` }] },
      });
    });

    it("reads no more in the middle than at the beginning", async () => {
      const page = await w.call("keys.list", { namespace: "n5", limit: 1 });
      const cursor = page.nextCursor ?? "";
      for (const filters of [{}, { q: "common" }]) {
        const { rows, scans } = await workOf(() => w.call("keys.list", { ...filters, cursor, limit: 100 }));
        expect(scans).toEqual([]);
        expect(rows).toBeLessThan(2000);
      }
      expect((await w.call("keys.list", { cursor: await lastPlace() })).items).toEqual([]);
    });

    it("finds the one key that misses a language, and the one with two characters", async () => {
      expect(await list(w, { missing: "it" })).toEqual([`screen.${KEYS - 1}`]);
      expect(await list(w, { q: "Ra", namespace: "n9" })).toEqual([`screen.${KEYS - 1}`]);
    });

    it("lists every value once, page by page", async () => {
      const seen = new Set<string>();
      let cursor: string | null = null;
      do {
        const page: { items: { keyId: string; language: string }[]; nextCursor: string | null } =
          await w.call("values.list", { namespace: "n9", limit: 249, ...(cursor && { cursor }) });
        for (const { keyId, language } of page.items) seen.add(`${keyId}/${language}`);
        cursor = page.nextCursor;
      } while (cursor);
      expect(seen.size).toBe((KEYS / 10) * LANGUAGES.length - 1);
    });
  });
});
