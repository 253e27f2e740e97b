import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addOrganization, addPerson, placedIn } from "../../test/support/people.ts";
import { tokenFor } from "../../test/support/projects.ts";
import type { Caller } from "../context.ts";
import { reachableHandlers } from "./list-reachable.ts";

describe.each(ENGINES)("reachable organizations on $engine", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it("are all of a person's, and the one of a token", async () => {
    const ctx = testContext(database.db);
    const person = await addPerson(ctx.db);
    const [first, second] = [
      await addOrganization(ctx.db, "Alpha", person),
      await addOrganization(ctx.db, "Beta", person),
    ];
    await addOrganization(ctx.db, "Gamma", await addPerson(ctx.db));
    const list = async (caller: Caller) =>
      inCall(ctx, { caller, effect: "read", placed: {} }, (call) =>
        reachableHandlers["organizations.list"](call, { limit: 100 }),
      );
    expect(await list(person)).toEqual({ items: [first, second], nextCursor: null });
    const { reach } = await placedIn(ctx.db, person, second.id);
    expect(await list(tokenFor({ reach, person }))).toEqual({ items: [second], nextCursor: null });
  });
});
