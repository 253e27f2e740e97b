import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { lines, runNextImport, sendFile } from "../../test/support/imports.ts";
import { addProject } from "../../test/support/projects.ts";

/** Two of them are more than one transaction takes. */
const LONG = "x".repeat(60_000);

describe.each(ENGINES)("a publish between two parts of an import on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { config: { PUBLISH_COOLDOWN_SECONDS: 0 } });
  });
  afterAll(() => database.close());

  it.each([
    ["stays as it is", undefined, []],
    ["is written again", "Deux", [["fr", "a", "Un", "Deux"]]],
    [
      "is deleted",
      null,
      [
        ["en", "a", LONG, null],
        ["fr", "a", "Un", null],
      ],
    ],
  ])(
    "knows a key of the first part, with a text in a language of the second, that %s",
    async (_, then, expected) => {
      const w = await addProject(ctx, { languages: ["fr"] });
      const file = lines([
        { key: "a", values: { en: LONG } },
        { key: "b", values: { en: LONG, fr: "b" } },
      ]);
      await sendFile(ctx, w, file);
      let asked = 0;
      await runNextImport(ctx, () => asked++ > 0);
      const set = (text: string) =>
        w.call("values.set", { values: [{ key: { name: "a" }, language: "fr", text }] });
      await set("Un");
      expect(await w.call("releases.create")).toMatchObject({ number: 1, valueCount: 2 });
      expect(await runNextImport(ctx)).toBe(true);
      if (then === null) await w.call("keys.delete", { keys: [{ name: "a" }] });
      else if (then) await set(then);

      const { items } = await w.call("pending.list");
      const changes = items.map(({ language, name, before, after }) => [language, name, before, after]);
      expect(changes.filter(([, name]) => name !== "b")).toEqual(expected);
      expect(changes.filter(([, name]) => name === "b")).toEqual([
        ["en", "b", null, LONG],
        ["fr", "b", null, "b"],
      ]);
      expect(await w.call("releases.create")).toMatchObject({ number: 2, valueCount: then === null ? 2 : 4 });
    },
  );
});
