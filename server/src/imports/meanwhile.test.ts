import { MOST_IMPORT_BYTES } from "@parlance/contract/import-limits";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { lines, runNextImport, sendFile, sendPart } from "../../test/support/imports.ts";
import { addProject } from "../../test/support/projects.ts";

describe.each(ENGINES)("what others do while a file is imported, on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  const world = () => addProject(ctx, { languages: ["de", "pt-BR"] });

  it("cancelling does not fill the disk: what came of a file counts until it is deleted", async () => {
    const w = await world();
    const announced = { format: "ndjson" as const, size: MOST_IMPORT_BYTES };
    const { id: importId } = await w.call("imports.create", announced);
    await sendPart(ctx, w, { importId, offset: 0, bytes: Buffer.from("x") }, w.person);
    await w.call("imports.cancel", { importId });
    await w.call("imports.create", announced);
    const more = w.call("imports.create", announced);
    await expect(more).rejects.toMatchObject({ code: "conflict" });
    expect(await runNextImport(ctx)).toBe(false);
    expect(await ctx.db.read.selectFrom("importChunks").selectAll().execute()).toEqual([]);
    await w.call("imports.create", announced);
  });

  it("renaming a key of it to one further on does not end it", async () => {
    const w = await world();
    const long = "x".repeat(60_000);
    const rows = [
      { key: "a", values: { en: long } },
      { key: "b", tags: ["new"], values: { en: long, de: "b" } },
      { key: "b", values: { "pt-BR": "b" } },
      { key: "c", values: { en: "c" } },
    ];
    const importId = await sendFile(ctx, w, lines(rows));
    let checks = 0;
    await runNextImport(ctx, () => checks++ > 0);
    const [a] = (await w.call("keys.list")).items;
    await w.call("keys.update", { keyId: a?.id ?? "", name: "b" });
    while (await runNextImport(ctx));
    const done = await w.call("imports.get", { importId });
    expect(done).toMatchObject({ state: "completed", keysCreated: 2, rejected: 1, valuesCreated: 3 });
    expect((await w.call("imports.problems", { importId })).items).toMatchObject([
      { row: 2, pointer: "/values/en", code: "duplicate" },
    ]);
    await w.call("changesets.revert", { changesetId: done.changesetId as string });
  });
});
