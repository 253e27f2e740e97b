import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";
import type { Caller } from "../context.ts";
import { checkTexts } from "./check-texts.ts";

describe.each(ENGINES)("what a message may be on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  const world = (api: "reject" | "warn" | "off" = "reject") =>
    addProject(ctx, { languages: ["de", "pl"], validationMode: { api, import: "warn" } });
  const set = (w: World, ...values: [name: string, language: string, text: string, status?: "draft"][]) =>
    w.call("values.set", {
      values: values.map(([name, language, text, status]) => ({
        key: { name },
        language,
        text,
        ...(status && { status }),
      })),
    });
  const textsOf = async (w: World) => {
    const { items } = await w.call("values.list", { limit: 250 });
    return items.map(({ name, language, text }) => `${name} ${language}: ${text}`);
  };
  const COUNT = "{n, plural, one {# file} other {# files}}";

  it("refuses a translation that breaks the rules, with all that a program needs to mend it", async () => {
    const w = await world();
    await w.call("keys.create", { keys: [{ name: "count", values: { en: COUNT } }, { name: "plain" }] });
    const attempt = set(
      w,
      ["plain", "de", "gut"],
      ["count", "de", COUNT],
      ["plain", "en", "fine"],
      ["count", "pl", "{n, plural, one {# plik} other {# {co}}}"],
    );
    await expect(attempt).rejects.toMatchObject({
      code: "invalid_request",
      extra: {
        errors: [
          {
            pointer: "/values/3/text",
            code: "missing_plural_category",
            argument: "n",
            categories: { missing: ["few", "many"] },
            expected: "the categories one, few, many, other of pl",
            found: "one, other",
            suggestion: "Add few {…} many {…}.",
          },
          {
            pointer: "/values/3/text",
            code: "unexpected_argument",
            arguments: { expected: ["n"], found: ["n", "co"] },
            suggestion: "Take out co.",
          },
        ],
      },
    });
    expect(await textsOf(w)).toEqual([`count en: ${COUNT}`]);
  });

  it("names faults of every kind together, in the order of the call", async () => {
    const w = await world();
    await w.call("keys.create", { keys: [{ name: "a", maxLength: 5, values: { en: "{x}" } }] });
    const attempt = set(w, ["a", "de", "zu lang {x}"], ["b", "de", "x"], ["a", "pl", "{x"]);
    await expect(attempt).rejects.toMatchObject({
      code: "invalid_request",
      extra: {
        errors: [
          { pointer: "/values/0/text", code: "too_long", found: "11" },
          { pointer: "/values/1/key", code: "unknown_key" },
          { pointer: "/values/2/text", code: "syntax", offset: 0 },
        ],
      },
    });
  });

  it("holds new keys to the source text that comes with them", async () => {
    const w = await world();
    const attempt = w.call("keys.create", {
      keys: [
        { name: "fine", values: { de: "Hallo {name}", en: "Hello {name}" } },
        { name: "bad", values: { de: "Hallo {nome}", en: "Hello {name}" } },
        { name: "alone", values: { de: "Hallo {wer}" } },
        { name: "plain", format: "plain", values: { en: "%s {", de: "{" } },
        { name: "source", values: { en: "{" } },
      ],
    });
    await expect(attempt).rejects.toMatchObject({
      code: "invalid_request",
      extra: {
        errors: [
          {
            pointer: "/keys/1/values/de",
            code: "missing_argument",
            suggestion: "Write name in place of nome.",
          },
          { pointer: "/keys/1/values/de", code: "unexpected_argument" },
          {
            pointer: "/keys/3/values/de",
            code: "missing_argument",
            arguments: { expected: ["%1$s"], found: [] },
          },
          { pointer: "/keys/4/values/en", code: "syntax" },
        ],
      },
    });
    expect(await textsOf(w)).toEqual([]);
  });

  it("holds a translation to the source text of the same call before the one that stands", async () => {
    const w = await world();
    await w.call("keys.create", { keys: [{ name: "a", values: { en: "{old}", de: "{old}" } }] });
    await expect(set(w, ["a", "de", "{new}"])).rejects.toMatchObject({ code: "invalid_request" });
    await set(w, ["a", "de", "{new}"], ["a", "en", "{new}"]);
    expect(await textsOf(w)).toEqual(["a de: {new}", "a en: {new}"]);
  });

  it("lets a source text change without looking at its translations again, until they are written", async () => {
    const w = await world();
    await w.call("keys.create", { keys: [{ name: "a", values: { en: "{old}", de: "{old}", pl: "{old}" } }] });
    await set(w, ["a", "en", "{new}"]);
    await expect(set(w, ["a", "de", "{old}"])).rejects.toMatchObject({ code: "invalid_request" });
    expect(await textsOf(w)).toEqual(["a de: {old}", "a en: {new}", "a pl: {old}"]);
  });

  it("stores and warns where the project wants to be warned", async () => {
    const w = await world("warn");
    const created = await w.call("keys.create", {
      keys: [
        { name: "a", values: { en: "{x}", de: "nichts" } },
        { name: "b", values: { en: "fine" } },
      ],
    });
    expect(created.warnings).toEqual([
      {
        pointer: "/keys/0/values/de",
        code: "missing_argument",
        expected: "the argument x",
        found: "none",
        arguments: { expected: ["x"], found: [] },
        suggestion: "Use x in the text.",
      },
    ]);
    const updated = await set(w, ["a", "pl", "{"], ["b", "de", "gut"]);
    expect(updated).toMatchObject({ updated: 2, warnings: [{ pointer: "/values/0/text", code: "syntax" }] });
    expect(await set(w, ["b", "de", "besser"])).not.toHaveProperty("warnings");
    expect(await textsOf(w)).toEqual(["a de: nichts", "a en: {x}", "a pl: {", "b de: besser", "b en: fine"]);
  });

  it("lets the status of a text change that was stored with a warning", async () => {
    const w = await world("warn");
    await w.call("keys.create", { keys: [{ name: "a", values: { en: "{x}", de: "nichts" } }] });
    const result = await set(w, ["a", "de", "nichts", "draft"]);
    expect(result).toMatchObject({ updated: 1 });
    expect(result).not.toHaveProperty("warnings");
  });

  it("stores anything where the project wants no check", async () => {
    const w = await world("off");
    const created = await w.call("keys.create", {
      keys: [{ name: "a", maxLength: 2, values: { en: "{x}", de: "{", pl: "too long" } }],
    });
    expect(created).not.toHaveProperty("warnings");
    expect(await textsOf(w)).toHaveLength(3);
  });

  it("is decided for imports apart", async () => {
    const { project } = await world("reject");
    const text = {
      keyId: "k",
      language: "de",
      format: "icu",
      maxLength: null,
      text: "{",
      pointer: "/3",
    } as const;
    expect(checkTexts(project, "api", [text], new Map())).toMatchObject({ faults: [{ pointer: "/3" }] });
    expect(checkTexts(project, "import", [text], new Map())).toMatchObject({
      faults: [],
      warnings: [{ pointer: "/3", code: "syntax" }],
    });
  });

  it("is a setting of the project: texts through the API are refused, imported ones warned of, unless told", async () => {
    const w = await world();
    const create = async (slug: string, more: object) =>
      w.call("projects.create", { name: slug, slug, sourceLanguage: "en", ...more }, tokenFor(w) as Caller);
    expect(await create("usual", {})).toMatchObject({ validationMode: { api: "reject", import: "warn" } });
    expect(await create("own", { validationMode: { import: "reject" } })).toMatchObject({
      validationMode: { api: "reject", import: "reject" },
    });
    await expect(create("wrong", { validationMode: { api: "maybe" } })).rejects.toThrow();
  });

  it("takes a thousand keys in three languages in one call, and finds the one fault", async () => {
    const w = await world();
    const keys = Array.from({ length: 1000 }, (_, i) => ({
      name: `key${i}`,
      values: {
        en: COUNT,
        de: "{n, plural, one {# Datei} other {# Dateien}}",
        pl: `{n, plural, one {# plik} few {# pliki} many {# plików} ${i === 700 ? "" : "other {# pliku}"}}`,
      },
    }));
    await expect(w.call("keys.create", { keys })).rejects.toMatchObject({
      extra: { errors: [{ pointer: "/keys/700/values/pl", categories: { missing: ["other"] } }] },
    });
  });
});
