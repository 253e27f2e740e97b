import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject } from "../../test/support/projects.ts";
import { contentHandlers } from "./operations.ts";

describe.each(ENGINES)("content models on $engine", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it("lists the models of one project, page by page", async () => {
    const ctx = testContext(database.db);
    const [mine, other] = [await addProject(ctx), await addProject(ctx)];
    const model = ({ project }: typeof mine, slug: string) => ({
      id: randomUUID(),
      projectId: project.id,
      slug,
      name: slug,
      createdAt: 1,
    });
    const rows = [model(mine, "post"), model(mine, "author"), model(other, "theirs")];
    await ctx.db.write((tx) => tx.insertInto("contentModels").values(rows).execute());
    const list = (cursor?: string) =>
      inCall(ctx, { caller: mine.person, effect: "read", placed: mine }, (call) =>
        contentHandlers["models.list"](call, {
          limit: 1,
          cursor,
        }),
      );
    const first = await list();
    expect(first.items).toMatchObject([{ slug: "author", name: "author" }]);
    expect(await list(first.nextCursor ?? "")).toEqual({
      items: [{ id: rows[0]?.id, slug: "post", name: "post" }],
      nextCursor: null,
    });
  });
});
