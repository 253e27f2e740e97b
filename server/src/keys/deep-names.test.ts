import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { importFile, lines } from "../../test/support/imports.ts";
import { addProject } from "../../test/support/projects.ts";

const nameOf = (parts: number) => Array.from({ length: parts }, (_, index) => index).join(".");

describe.each(ENGINES)("a name of many parts on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  it("is refused where files are nested, however it comes", async () => {
    const w = await addProject(ctx);
    const tooDeep = [{ code: "too_deep", expected: "at most 64 parts between dots" }];
    const created = w.call("keys.create", { keys: [{ name: "a" }, { name: nameOf(65) }] });
    await expect(created).rejects.toMatchObject({
      code: "invalid_request",
      extra: { errors: [{ ...tooDeep[0], pointer: "/keys/1/name" }] },
    });
    const { items } = await w.call("keys.create", { keys: [{ name: nameOf(64) }] });
    const renamed = w.call("keys.update", { keyId: items[0]?.id ?? "", name: nameOf(65) });
    await expect(renamed).rejects.toMatchObject({ extra: { errors: tooDeep } });
    const done = await importFile(ctx, w, lines([{ key: nameOf(65) }, { key: "other" }]));
    expect(done).toMatchObject({ rejected: 1, keysCreated: 1 });
    expect((await w.call("imports.problems", { importId: done.id })).items).toMatchObject(tooDeep);
  });

  it("is a name as any where they are flat", async () => {
    const w = await addProject(ctx, { keyFormat: "flat" });
    const { items } = await w.call("keys.create", { keys: [{ name: ".".repeat(512) }] });
    expect(items).toHaveLength(1);
  });
});
