import { FILE_FORMAT_IDS, FILE_FORMATS } from "@parlance/contract/formats";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { exportText, importFile, lines } from "../../test/support/imports.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";
import { languagesIn } from "./export-file.ts";

/** Names that meet each other: below, above and beside, empty parts, and what objects treat otherwise. */
const part = fc.constantFrom("a", "b", "a-b", "", "__proto__", "ä", "😀", "\ue000", 'q"\\');
const name = fc
  .array(part, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("."))
  .filter((text) => text !== "");
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const status = fc.constantFrom("draft", "reviewed", "approved");
const value = fc.record({ text, status });
const row = fc.record(
  {
    key: name,
    namespace: fc.constantFrom("default", "shop", "Zoo"),
    description: fc.option(text),
    tags: fc.array(fc.constantFrom("web", "app", "ü"), { maxLength: 2 }),
    format: fc.constantFrom("icu", "plain"),
    maxLength: fc.option(fc.integer({ min: 1, max: 500 })),
    values: fc.dictionary(fc.constantFrom("en", "de", "pt-BR"), value, { noNullPrototype: true }),
  },
  { requiredKeys: ["key", "namespace", "values"] },
);
const files = fc.uniqueArray(row, {
  minLength: 1,
  maxLength: 25,
  selector: ({ key, namespace }) => `${namespace}/${key}`,
});

describe.each(ENGINES)("exports on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  /** Takes every name and every text, so that what is lost was lost on the way. */
  const world = () =>
    addProject(ctx, {
      languages: ["de", "pt-BR"],
      keyFormat: "flat",
      validationMode: { api: "off", import: "off" },
    });

  it("ndjson, imported into an empty project, comes out the same", async () => {
    await fc.assert(
      fc.asyncProperty(files, async (rows) => {
        const [first, second] = [await world(), await world()];
        const imported = await importFile(ctx, first, lines(rows));
        expect(imported).toMatchObject({ state: "completed", rejected: 0, keysCreated: rows.length });
        const file = await exportText(first);
        await importFile(ctx, second, file);
        expect(await exportText(second)).toBe(file);
      }),
      { numRuns: 15, interruptAfterTimeLimit: 20_000 },
    );
  }, 60_000);

  it.each(FILE_FORMAT_IDS.filter((id) => FILE_FORMATS[id].languages === "one"))(
    "%s, imported into an empty project, comes out the same",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(files, async (rows) => {
          const [first, second] = [await world(), await world()];
          await importFile(ctx, first, lines(rows));
          const request = { format, language: "de" };
          const file = await exportText(first, request);
          const again = await importFile(ctx, second, file, request);
          expect(again).toMatchObject({ state: "completed", rejected: 0 });
          expect(await exportText(second, request)).toBe(file);
          const isThere = (row: { namespace: string; values: object }) =>
            "de" in row.values && (FILE_FORMATS[format].namespaces === "many" || row.namespace === "default");
          expect(again.valuesCreated).toBe(rows.filter(isThere).length);
        }),
        { numRuns: 15, interruptAfterTimeLimit: 20_000 },
      );
    },
    60_000,
  );

  /** Keys of two namespaces and languages, in several states. */
  async function written(): Promise<World> {
    const w = await world();
    await importFile(
      ctx,
      w,
      lines([
        { key: "home.title", values: { en: "Home", de: { text: "Start", status: "draft" } } },
        { key: "home.text", values: { en: "Text", de: { text: "Text", status: "reviewed" } } },
        { key: "pay", namespace: "shop", values: { en: "Pay", de: "Zahlen" } },
      ]),
    );
    return w;
  }

  it("holds one namespace in flat and nested files, `default` without a choice", async () => {
    const w = await written();
    const nested = await exportText(w, { format: "json_nested", language: "de" });
    expect(JSON.parse(nested)).toEqual({ home: { text: "Text", title: "Start" } });
    const flat = await exportText(w, { format: "json_flat", language: "DE", namespace: "shop" });
    expect(JSON.parse(flat)).toEqual({ pay: "Zahlen" });
    const all = await exportText(w, { format: "json_namespaces", language: "en" });
    expect(JSON.parse(all)).toEqual({
      default: { home: { text: "Text", title: "Home" } },
      shop: { pay: "Pay" },
    });
  });

  it("leaves out values below a status, and keys in the trash", async () => {
    const w = await written();
    const reviewed = await exportText(w, { format: "json_flat", language: "de", status: "reviewed" });
    expect(JSON.parse(reviewed)).toEqual({ "home.text": "Text" });
    await w.call("keys.delete", { keys: [{ name: "home.title" }] });
    const left = await exportText(w, { format: "json_flat", language: "en" });
    expect(JSON.parse(left)).toEqual({ "home.text": "Text" });
  });

  it("an empty project is an empty file", async () => {
    const w = await world();
    expect(await exportText(w)).toBe("");
    expect(await exportText(w, { format: "json_nested", language: "de" })).toBe("{}\n");
  });

  it("reads more keys than one page holds, each once and in order", async () => {
    const w = await world();
    const rows = Array.from({ length: 1201 }, (_, index) => ({
      key: `k${index}`,
      values: { en: String(index) },
    }));
    await importFile(ctx, w, lines(rows));
    const file = await exportText(w, { format: "json_flat", language: "en" });
    expect(Object.keys(JSON.parse(file))).toEqual(rows.map(({ key }) => key).sort());
  });

  it("needs a language for JSON, one that the project has, and keys:read", async () => {
    const w = await world();
    await expect(w.call("exports.get", { format: "json_flat" })).rejects.toMatchObject({
      code: "invalid_request",
      extra: { errors: [{ pointer: "/language", code: "required" }] },
    });
    const french = w.call("exports.get", { format: "json_flat", language: "fr" });
    await expect(french).rejects.toMatchObject({ code: "not_found" });
    const narrow = tokenFor(w, { scopes: ["translations:read"] });
    const refused = w.call("exports.get", { format: "ndjson" }, narrow);
    await expect(refused).rejects.toMatchObject({ code: "missing_scope" });
  });
});

it("a pair has the source texts beside those of its language, and once where that is the source", () => {
  const source = { sourceLanguage: "en" };
  expect(languagesIn({ languages: "pair" }, source, "de")).toEqual(["en", "de"]);
  expect(languagesIn({ languages: "pair" }, source, "en")).toEqual(["en"]);
  expect(languagesIn({ languages: "one" }, source, "de")).toEqual(["de"]);
});
