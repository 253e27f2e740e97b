import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { openRateLimiter } from "./rate-limit.ts";

const LIMIT = { count: 100, seconds: 60 };
const NOW = 1_700_000_000_000;

describe.each(ENGINES)("a limit on $engine", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it("lets in exactly so many, also at once, and counts down", async () => {
    const limiter = openRateLimiter(database.db);
    const first = await limiter.take("a", LIMIT, NOW);
    expect(first).toMatchObject({ allowed: true, limit: 100, remaining: 99 });
    const rest = await Promise.all(Array.from({ length: 150 }, () => limiter.take("a", LIMIT, NOW)));
    expect(rest.filter(({ allowed }) => allowed)).toHaveLength(99);
    expect(await limiter.take("a", LIMIT, NOW)).toMatchObject({ allowed: false, remaining: 0 });
    expect(await limiter.take("a", LIMIT, NOW + 60_000)).toMatchObject({ allowed: true, remaining: 99 });
    expect(await limiter.take("b", { count: 1, seconds: 60 }, NOW)).toMatchObject({ allowed: true });
    expect(await limiter.take("b", { count: 1, seconds: 60 }, NOW)).toMatchObject({ allowed: false });
  });
});

describe.runIf(process.env.TEST_POSTGRES_URL)("a limit that nodes share", () => {
  it("never lets in more, and refuses too early by no more than what the others hold", async () => {
    const [, postgres] = ENGINES;
    const database = await postgres.open();
    const nodes = [1, 2, 3].map(() => openRateLimiter(database.db));
    let allowed = 0;
    for (let at = 0; at < 200; at++) {
      const taken = await Promise.all(nodes.map((node) => node.take("shared", LIMIT, NOW)));
      allowed += taken.filter((one) => one.allowed).length;
    }
    expect(allowed).toBeLessThanOrEqual(LIMIT.count);
    expect(allowed).toBeGreaterThan(LIMIT.count - 2 * (LIMIT.count / 20));
    await database.close();
  });
});
