import { FILE_FORMAT_IDS, FILE_FORMATS, type FileFormat } from "@parlance/contract/formats";
import { importFailure, importLine } from "@parlance/contract/operations/imports";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestContext, testContext } from "../support/context.ts";
import { ENGINES, type TestDatabase } from "../support/databases.ts";
import { importFile } from "../support/imports.ts";
import { addProject, type World } from "../support/projects.ts";
import { hostileText, hostileValue, nearlyValid } from "./hostile.ts";
import { RUNS } from "./sound.ts";

/** For every format: whatever is in a file, its import ends, says how, and what it counts adds up. */
describe.each(ENGINES)("$engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let world: World;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
    world = await addProject(ctx, { languages: ["de", "pt-BR"], fileStructure: "namespaced_folders" });
  });
  afterAll(() => database.close());

  test.each(FILE_FORMAT_IDS)("a file of any bytes as %s", async (format) => {
    await fc.assert(
      fc.asyncProperty(fileOf(format), async (file) => {
        const done = await importFile(ctx, world, file, {
          format,
          ...(FILE_FORMATS[format].languages !== "many" && { language: "en" }),
        });
        expect(["completed", "failed"]).toContain(done.state);
        expect(done.rejected).toBeLessThanOrEqual(done.rows);
        if (done.state === "failed") {
          expect(importFailure.exclude(["interrupted"]).options).toContain(done.error?.code);
          expect(done.error?.message).not.toMatch(/\bat \S+:\d+|node_modules|sqlite|postgres|undefined/i);
        } else expect(done.processedBytes).toBe(done.size);
        const { items } = await world.call("imports.problems", { importId: done.id, limit: 100 });
        expect(items.length).toBe(Math.min(100, done.problemsKept));
        if (done.rejected > 0) expect(items.some(({ severity }) => severity === "error")).toBe(true);
      }),
      RUNS.operation,
    );
  });
});

/** Nearly what the format allows, some of it cut off or followed by something else, or anything at all. */
function fileOf(format: FileFormat): fc.Arbitrary<Uint8Array> {
  const bytes = fc.oneof(
    { weight: 6, arbitrary: sound(format).map((text) => Buffer.from(text)) },
    { weight: 2, arbitrary: broken(sound(format)) },
    { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((raw) => Buffer.from(raw)) },
  );
  return bytes.filter(({ length }) => length > 0);
}

/** Cut somewhere, also inside of a character, with strange bytes put there. */
function broken(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(text, fc.double({ min: 0, max: 1, noNaN: true }), fc.uint8Array({ maxLength: 4 }))
    .map(([whole, at, more]) => {
      const file = Buffer.from(whole);
      return Buffer.concat([file.subarray(0, Math.floor(at * file.length)), more]);
    });
}

function sound(format: FileFormat): fc.Arbitrary<string> {
  const name = fc.oneof(fc.stringMatching(/^[a-z]{1,6}(\.[a-z]{1,6}){0,2}$/), hostileText);
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("Text", "{n, plural, other {#}}", "{", "") },
    { weight: 1, arbitrary: hostileValue },
  );
  const { texts } = fc.letrec<{ texts: object; inside: unknown }>((tie) => ({
    texts: fc.dictionary(name, tie("inside"), { maxKeys: 5 }),
    inside: fc.oneof({ depthSize: "small" }, value, tie("texts")),
  }));
  switch (format) {
    case "json_flat":
      return fc.dictionary(name, value, { maxKeys: 8 }).map((file) => JSON.stringify(file));
    case "json_nested":
      return texts.map((file) => JSON.stringify(file));
    case "json_namespaces":
      return fc.dictionary(name, texts, { maxKeys: 4 }).map((file) => JSON.stringify(file));
    case "ndjson":
      return fc
        .array(
          fc.oneof({ weight: 5, arbitrary: nearlyValid(importLine) }, { weight: 1, arbitrary: hostileValue }),
          { maxLength: 5 },
        )
        .map((rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
}
