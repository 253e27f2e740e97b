import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Queue } from "./queue.ts";

describe("works that share something", () => {
  it("of one name run one after the other, and of two names beside each other", async () => {
    const queue = new Queue(1);
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} begins`);
      await setImmediate();
      log.push(`${name} ends`);
    };
    await Promise.all([
      queue.run("one", work("a")),
      queue.run("one", work("b")),
      queue.run("other", work("c")),
    ]);
    expect(log.filter((line) => !line.startsWith("c"))).toEqual(["a begins", "a ends", "b begins", "b ends"]);
    expect(log.indexOf("c begins")).toBeLessThan(log.indexOf("a ends"));
  });

  it("run up to the number of slots at once, in the order they came, also when some fail", async () => {
    const queue = new Queue(3);
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    const results = await Promise.allSettled(
      Array.from({ length: 9 }, (_, at) =>
        queue.run("all", async () => {
          begun.push(at);
          most = Math.max(most, ++running);
          await setImmediate();
          running--;
          if (at % 2 === 0) throw new Error(`${at}`);
          return at;
        }),
      ),
    );
    expect(most).toBe(3);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(5);
    await expect(queue.run("all", async () => running)).resolves.toBe(0);
  });

  it("are refused when too many of one name wait, and taken again once some are done", async () => {
    const queue = new Queue(2, { most: 3 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, at) => queue.run("all", () => setImmediate(at))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused).toHaveLength(3);
    expect(refused[0]?.reason).toMatchObject({ code: "temporarily_unavailable" });
    expect(await queue.run("all", async () => "again")).toBe("again");
  });
});

describe("a queue with little patience", () => {
  const never = () => new Promise<void>(() => {});
  const unavailable = { code: "temporarily_unavailable", extra: { retryAfterSeconds: 2 } };

  it("refuses at once when too many wait, and after a time whoever waited in vain", async () => {
    const queue = new Queue(1, { most: 1, milliseconds: 20 });
    void queue.run("one", never);
    const waited = queue.run("one", async () => "late");
    await expect(queue.run("one", async () => "too many")).rejects.toMatchObject(unavailable);
    await expect(waited).rejects.toMatchObject(unavailable);
    expect(await queue.run("other", async () => "free")).toBe("free");
  });

  it("passes a slot over who has given up", async () => {
    const queue = new Queue(1, { most: 5, milliseconds: 20 });
    const first = Promise.withResolvers<void>();
    const holding = queue.run("one", () => first.promise);
    await expect(queue.run("one", async () => "late")).rejects.toMatchObject(unavailable);
    const next = queue.run("one", async () => "next");
    first.resolve();
    await holding;
    expect(await next).toBe("next");
  });
});
