import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";

describe.each(ENGINES)("expected revisions on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  /** `a` stands at revision 2 in German, written last by an app; `b` has no text. */
  async function world() {
    const w = await addProject(ctx, { languages: ["de"] });
    await w.call("keys.create", { keys: [{ name: "a", values: { de: "eins" } }, { name: "b" }] });
    await w.call(
      "values.set",
      { values: [{ key: { name: "a" }, language: "de", text: "zwei" }] },
      tokenFor(w),
    );
    return w;
  }

  const write = (w: World, ...values: [name: string, revision: number | undefined][]) =>
    w.call("values.set", {
      values: values.map(([name, revision]) => ({ key: { name }, language: "de", text: "drei", revision })),
    });

  const textsOf = async (w: World) => {
    const { items } = await w.call("values.list", { language: "de" });
    return items.map(({ name, text, revision }) => `${name} ${text} ${revision}`);
  };

  it("writes values that are what the writer knew, or were not there", async () => {
    const w = await world();
    expect(await write(w, ["a", 2], ["b", 0])).toMatchObject({ updated: 2 });
    expect(await textsOf(w)).toEqual(["a drei 3", "b drei 1"]);
  });

  it("refuses the whole call when one moved, and shows both values and who wrote", async () => {
    const w = await world();
    const attempt = write(w, ["a", 1], ["b", undefined]);
    await expect(attempt).rejects.toMatchObject({
      code: "conflict",
      body: {
        errors: [
          {
            pointer: "/values/0/revision",
            code: "revision_moved",
            expected: "revision 1",
            found: "revision 2",
            yours: { text: "drei", status: "approved" },
            present: {
              text: "zwei",
              status: "approved",
              revision: 2,
              updatedAt: expect.any(String),
              changesetId: expect.stringMatching(/^cs_/),
              actor: { type: "app", id: "app_1" },
            },
          },
        ],
      },
    });
    expect(await textsOf(w)).toEqual(["a zwei 2"]);
  });

  it("tells apart no value from a first one, in both directions", async () => {
    const w = await world();
    await expect(write(w, ["a", 0])).rejects.toMatchObject({ code: "conflict" });
    await expect(write(w, ["b", 1])).rejects.toMatchObject({
      code: "conflict",
      body: { errors: [{ found: "no value", present: null }] },
    });
    expect(await textsOf(w)).toEqual(["a zwei 2"]);
  });

  it("does not take a value that went and came back for the old one", async () => {
    const w = await world();
    const { changesetId } = await write(w, ["b", 0]);
    await w.call("changesets.revert", { changesetId: changesetId ?? "" });
    await write(w, ["b", 0]);
    await expect(write(w, ["b", 1])).rejects.toMatchObject({ code: "conflict" });
    expect(await write(w, ["b", 3])).toMatchObject({ unchanged: 1 });
  });

  it("shows the texts of the first hundred only", async () => {
    const w = await addProject(ctx, { languages: ["de"] });
    const names = Array.from({ length: 101 }, (_, index) => `key${String(index).padStart(3, "0")}`);
    await w.call("keys.create", { keys: names.map((name) => ({ name, values: { de: "eins" } })) });
    const error = await write(w, ...names.map((name) => [name, 7] as [string, number])).catch((e) => e);
    const { errors } = error.body;
    expect(errors).toHaveLength(101);
    expect(errors[99]).toHaveProperty("present.text", "eins");
    expect(errors[100]).not.toHaveProperty("present");
  });
});
