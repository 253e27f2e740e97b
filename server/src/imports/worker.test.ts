import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { lines, sendFile } from "../../test/support/imports.ts";
import { addProject } from "../../test/support/projects.ts";
import { runWorkers } from "../work/run-workers.ts";
import { WORKERS } from "../workers.ts";
import { importWorker } from "./worker.ts";

const HOUR_MS = 60 * 60 * 1000;
const FILE = lines([{ key: "a", values: { en: "x" } }]);
const PATIENCE = { timeout: 20_000 };

describe.each(ENGINES)("imports in the background on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  it("begin when their file has come, and leave no bytes when they are over, without waiting to be looked for", async () => {
    const w = await addProject(ctx);
    let looked = 0;
    const patient = WORKERS.map((worker) => ({
      ...worker,
      everyMs: HOUR_MS,
      step(...given: Parameters<typeof worker.step>) {
        looked++;
        return worker.step(...given);
      },
    }));
    const stop = runWorkers(ctx, patient);
    await expect.poll(() => looked, PATIENCE).toBe(WORKERS.length);
    const importId = await sendFile(ctx, w, FILE);
    await expect
      .poll(() => w.call("imports.get", { importId }), PATIENCE)
      .toMatchObject({ state: "completed", keysCreated: 1 });
    const chunks = () => ctx.db.read.selectFrom("importChunks").select("position").execute();
    await expect.poll(chunks, PATIENCE).toEqual([]);
    await stop(HOUR_MS);
  });

  it("that fail make none behind them wait, and end as failed when they never get on", async () => {
    const w = await addProject(ctx);
    const importId = await sendFile(ctx, w, FILE);
    const crash = () => {
      throw new Error("the disk is full");
    };
    expect(await importWorker.step({ ...ctx, crash }, () => false)).toBe(true);
    const behind = await sendFile(ctx, w, FILE);
    expect(await importWorker.step(ctx, () => false)).toBe(true);
    expect(await w.call("imports.get", { importId: behind })).toMatchObject({ state: "completed" });
    expect(await w.call("imports.get", { importId })).toMatchObject({ state: "running", rows: 0 });
    for (let attempts = 2; attempts <= 5; attempts++) {
      ctx.clock.advance(60_000);
      expect(await importWorker.step({ ...ctx, crash }, () => false)).toBe(true);
    }
    expect(await w.call("imports.get", { importId })).toMatchObject({ state: "running" });
    ctx.clock.advance(60_000);
    expect(await importWorker.step(ctx, () => false)).toBe(true);
    expect(await w.call("imports.get", { importId })).toMatchObject({
      state: "failed",
      error: { code: "interrupted" },
    });
  });
});
