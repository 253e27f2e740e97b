import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { SigningKeys } from "./signing-keys.ts";

describe.each(ENGINES)("signing keys on $engine", ({ open }) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await open();
  });
  afterEach(() => database.close());

  it("gives everybody who comes first the same key, on one node and on a second", async () => {
    const ctx = testContext(database.db);
    const now = ctx.clock.now();
    const nodes = [new SigningKeys(ctx), new SigningKeys(ctx)];
    const keys = await Promise.all(Array.from({ length: 10 }, (_, at) => nodes[at % 2]!.current(now)));
    expect(new Set(keys.map((key) => key.id)).size).toBe(1);
    expect((await nodes[0]!.jwks(now)).keys).toHaveLength(2);
  });

  it("has a key for who came a moment earlier than the one who made it, or whose clock is a little behind", async () => {
    const ctx = testContext(database.db);
    const now = ctx.clock.now();
    const keys = new SigningKeys(ctx);
    const { id } = await keys.current(now);
    expect((await keys.current(now - 1)).id).toBe(id);
    expect((await new SigningKeys(ctx).current(now - 5_000)).id).toBe(id);
  });

  it("finds a key at once after a restart, however many ask", async () => {
    const ctx = testContext(database.db);
    const now = ctx.clock.now();
    const { id } = await new SigningKeys(ctx).current(now);
    const restarted = new SigningKeys(ctx);
    const found = await Promise.all(Array.from({ length: 10 }, () => restarted.find(id, now)));
    expect(found.every((key) => key?.id === id)).toBe(true);
  });
});
