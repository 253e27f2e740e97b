import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { importFile, sendPart } from "../../test/support/imports.ts";
import { addProject } from "../../test/support/projects.ts";
import { sweepChunks, sweepImports, sweepProblems, sweepUploads } from "./sweep.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

describe.each(ENGINES)("sweeping imports on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  /** Answers how many rows of each kind went. */
  const sweep = async () => {
    const counts: number[] = [];
    for (const one of [sweepUploads, sweepChunks, sweepProblems, sweepImports])
      counts.push(await ctx.db.write((tx) => one(tx, ctx.clock.now(), 1000)));
    return counts;
  };

  it("drops an upload that nobody completed in a day, with its bytes", async () => {
    const w = await addProject(ctx);
    const { id: importId } = await w.call("imports.create", { format: "ndjson", size: 10 });
    await sendPart(ctx, w, { importId, offset: 0, bytes: Buffer.from("half") }, w.person);
    ctx.clock.advance(DAY_MS - HOUR_MS);
    await sweep();
    expect(await w.call("imports.get", { importId })).toMatchObject({ state: "uploading", receivedBytes: 4 });
    ctx.clock.advance(2 * HOUR_MS);
    expect(await sweep()).toEqual([1, 1, 0, 0]);
    expect(await w.call("imports.get", { importId })).toMatchObject({ state: "cancelled" });
    expect(await ctx.db.read.selectFrom("importChunks").select("importId").execute()).toEqual([]);
  });

  it("forgets what became of an import after thirty days, and nothing that it wrote", async () => {
    const w = await addProject(ctx);
    const { id } = await importFile(ctx, w, '{"key":"a","values":{"en":"x"}}\nno line\n');
    ctx.clock.advance(29 * DAY_MS);
    await sweep();
    expect((await w.call("imports.problems", { importId: id })).items).toHaveLength(1);
    ctx.clock.advance(2 * DAY_MS);
    // The upload that was dropped too.
    expect(await sweep()).toEqual([0, 0, 1, 2]);
    await expect(w.call("imports.get", { importId: id })).rejects.toMatchObject({ code: "not_found" });
    expect((await w.call("changesets.list")).items).toHaveLength(1);
    expect((await w.call("keys.list")).items).toHaveLength(1);
  });
});
