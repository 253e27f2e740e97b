import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testContext } from "../../test/support/context.ts";
import type { Context, Database } from "../context.ts";
import { backOffMs } from "./back-off.ts";
import { runWorkers } from "./run-workers.ts";
import { Signal } from "./signal.ts";
import type { Worker } from "./worker.ts";

const MINUTE_MS = 60_000;
const DRAIN_MS = 10_000;

describe("workers", () => {
  let logged: Record<string, unknown>[];
  let ctx: Context;
  let stop: (withinMs: number) => Promise<void>;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    logged = [];
    const note = (facts: Record<string, unknown>) => void logged.push(facts);
    // No worker of these tests asks the database; it only stands for itself.
    const context = testContext({ engine: "sqlite" } as Database);
    ctx = { ...context, log: Object.assign(Object.create(context.log), { error: note, warn: note }) };
  });
  afterEach(async () => {
    const stopped = stop(0);
    await pass(0);
    await stopped;
    vi.useRealTimers();
  });

  const pass = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };

  /** A worker whose steps are counted; each answers what `step` does. */
  function counted(name: string, step: Worker["step"] = async () => false, more: Partial<Worker> = {}) {
    const worker = {
      ...{ name, everyMs: MINUTE_MS, steps: 0, ...more },
      step(...given: Parameters<Worker["step"]>) {
        worker.steps++;
        return step(...given);
      },
    };
    return worker;
  }

  it("one that fails makes no other wait, is named in the log, and is tried again later and later", async () => {
    const broken = counted("broken", async () => {
      throw new Error("no");
    });
    const sound = counted("sound", undefined, { everyMs: 1000 });
    stop = runWorkers(ctx, [broken, sound]);
    await pass(500);
    expect([broken.steps, sound.steps]).toEqual([1, 1]);
    await pass(30_000);
    expect(sound.steps).toBe(31);
    // After a second at most, then two, four, eight, sixteen, and half of that at least.
    expect(broken.steps).toBeGreaterThanOrEqual(5);
    expect(broken.steps).toBeLessThanOrEqual(6);
    expect(logged[0]).toMatchObject({ worker: "broken", failures: 1, err: new Error("no") });
    expect(new Set(logged.map(({ worker }) => worker))).toEqual(new Set(["broken"]));
  });

  it("one that works again rests as if it had never failed", async () => {
    let failsLeft = 3;
    const worker = counted("shaky", async () => {
      if (failsLeft-- > 0) throw new Error("no");
      return false;
    });
    stop = runWorkers(ctx, [worker]);
    await pass(7000);
    expect(worker.steps).toBe(4);
    await pass(MINUTE_MS);
    expect(worker.steps).toBe(5);
    expect(logged).toHaveLength(3);
  });

  it("goes on while there is more, and others run in between", async () => {
    let left = 100;
    const seen: number[] = [];
    const busy = counted("busy", async () => --left > 0);
    const other = counted("other", async () => {
      seen.push(left);
      return false;
    });
    stop = runWorkers(ctx, [busy, { ...other, everyMs: 1 }]);
    for (let turns = 0; turns < 300; turns++) await pass(1);
    expect(busy.steps).toBe(100);
    expect(seen.length).toBeGreaterThan(1);
  });

  it("a signal ends the rest, and one that comes during a step is not lost", async () => {
    const signal = new Signal();
    let during = () => {};
    const worker = counted(
      "woken",
      async () => {
        during();
        during = () => {};
        return false;
      },
      { wokenBy: signal },
    );
    stop = runWorkers(ctx, [worker]);
    await pass(0);
    expect(worker.steps).toBe(1);
    during = () => signal.raise(ctx.db);
    signal.raise(ctx.db);
    await pass(0);
    await pass(0);
    expect(worker.steps).toBe(3);
    await pass(MINUTE_MS / 2);
    expect(worker.steps).toBe(3);
  });

  it("a signal does not cut a back-off short, and does not reach the workers of another database", async () => {
    const signal = new Signal();
    const worker = counted(
      "broken",
      async () => {
        throw new Error("no");
      },
      { wokenBy: signal },
    );
    const elsewhere = counted("elsewhere", undefined, { wokenBy: signal });
    stop = runWorkers(ctx, [worker]);
    const stopOther = runWorkers({ ...ctx, db: { ...ctx.db } }, [elsewhere]);
    await pass(0);
    for (let raised = 0; raised < 10; raised++) {
      signal.raise(ctx.db);
      await pass(10);
    }
    expect([worker.steps, elsewhere.steps]).toEqual([1, 1]);
    await stopOther(DRAIN_MS);
  });

  it("runs as many steps of one worker at the same time as it says", async () => {
    let [open, most] = [0, 0];
    const worker = counted(
      "wide",
      async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 10));
        open--;
        return true;
      },
      { atOnce: 3 },
    );
    stop = runWorkers(ctx, [worker]);
    await pass(100);
    expect(most).toBe(3);
  });

  it("told to stop, one that rests ends at once and one that works ends its step", async () => {
    let ended = false;
    const resting = counted("resting");
    const working = counted("working", async (_ctx, isStopping) => {
      while (!isStopping()) await new Promise((resolve) => setImmediate(resolve));
      ended = true;
      return true;
    });
    stop = runWorkers(ctx, [resting, working]);
    await pass(200);
    await stop(DRAIN_MS);
    expect(ended).toBe(true);
    await pass(2 * MINUTE_MS);
    expect([resting.steps, working.steps]).toEqual([1, 1]);
    expect(logged).toEqual([]);
  });

  it("does not wait longer than it may for one that hangs, and names it", async () => {
    const hanging = counted("hanging", () => new Promise(() => {}));
    stop = runWorkers(ctx, [hanging]);
    await pass(0);
    const stopped = stop(DRAIN_MS);
    await pass(DRAIN_MS);
    await stopped;
    expect(logged).toEqual([{ worker: "hanging" }]);
  });
});

describe("backing off", () => {
  const backOff = { firstMs: 1000, mostMs: 60_000 };

  it.each([
    [1, 0, 1000],
    [2, 0, 2000],
    [3, 0, 4000],
    [3, 1, 2000],
    [7, 0, 60_000],
    [5000, 0, 60_000],
    [5000, 0.5, 45_000],
  ])("after %i failures, at %d of chance: %i ms", (failures, random, ms) => {
    expect(backOffMs(failures, backOff, random)).toBe(ms);
  });
});
