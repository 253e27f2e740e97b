import { randomUUID } from "node:crypto";
import { TOOLS } from "@parlance/contract/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { keyTools } from "./tools.ts";

/** Our own tools of the trash, which have no procedure. */
describe.each(ENGINES)("tools of the trash on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let w: World;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  /** As a door calls it: input and answer through the table. */
  async function call(name: "listTrash" | "restoreKeys", input: object) {
    const { person: caller, reach, project } = w;
    const effect = name === "listTrash" ? "read" : "change";
    return inCall(ctx, { caller, effect, placed: { reach, project } }, async (one) => {
      const output =
        name === "listTrash"
          ? await keyTools.listTrash(one, TOOLS.listTrash.input.parse(input))
          : await keyTools.restoreKeys(one, TOOLS.restoreKeys.input.parse(input));
      return { output: TOOLS[name].output.parse(output), notes: one.notes };
    });
  }

  /** Ids of keys that were created and deleted, in this order. */
  async function deleted(names: string[]): Promise<string[]> {
    w = await addProject(ctx);
    const { items } = await w.call("keys.create", {
      keys: names.map((name) => ({ name, values: { en: name } })),
    });
    for (const { id } of items) {
      ctx.clock.advance(1000);
      await w.call("keys.delete", { keys: [{ id }] });
    }
    return items.map(({ id }) => id);
  }

  test("what was deleted is listed page by page, the last first, and comes back with its texts", async () => {
    const [a = "", b = "", c = ""] = await deleted(["a", "b", "c"]);
    const first = await call("listTrash", { limit: 2 });
    expect(first.output).toEqual({
      k: [
        { id: c, k: "c", ns: null, at: expect.any(String) },
        { id: b, k: "b", ns: null, at: expect.any(String) },
      ],
      next: expect.any(String),
    });
    const { next: cursor } = first.output as { next: string };
    expect((await call("listTrash", { cursor })).output).toMatchObject({ k: [{ k: "a" }], next: null });

    const unknown = randomUUID();
    const restored = await call("restoreKeys", { keyIds: [unknown, a.toUpperCase(), c, c] });
    expect(restored.output).toEqual({
      ...{ ok: true, cnt: 2, skip: [unknown], hint: expect.any(String) },
      k: [
        { id: a, k: "a", ns: null },
        { id: c, k: "c", ns: null },
      ],
    });
    expect(restored.notes).toEqual({ changesetId: expect.stringMatching(/^cs_/), keys: 2 });
    expect((await w.call("values.list", { language: "en" })).items.map(({ text }) => text)).toEqual([
      "a",
      "c",
    ]);
  });

  test("what is not in the trash, or in that of another project, is skipped", async () => {
    const [theirs = ""] = await deleted(["a"]);
    const [own = ""] = await deleted(["b"]);
    await call("restoreKeys", { keyIds: [own] });
    const { output, notes } = await call("restoreKeys", { keyIds: [own, theirs] });
    expect(output).toMatchObject({ ok: false, cnt: 0, k: [], skip: [own, theirs] });
    expect(notes).toEqual({ changesetId: null, keys: 0 });
  });

  test("a name that was taken meanwhile refuses all, and the error points at its id", async () => {
    const [a = "", b = ""] = await deleted(["a", "b"]);
    await w.call("keys.create", { keys: [{ name: "b" }] });
    await expect(call("restoreKeys", { keyIds: [randomUUID(), a, b] })).rejects.toMatchObject({
      code: "conflict",
      extra: { errors: [{ pointer: "/keyIds/2", code: "exists" }] },
    });
    expect((await call("listTrash", {})).output).toMatchObject({ k: [{ id: b }, { id: a }] });
  });

  test("a cursor that no page gave is refused", async () => {
    await expect(call("listTrash", { cursor: "nonsense" })).rejects.toMatchObject({
      code: "invalid_request",
    });
  });
});
