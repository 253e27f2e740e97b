import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";
import { findProjectById } from "../projects/find-project.ts";
import { publish } from "../publishing/publish.ts";

const STATUSES = ["draft", "reviewed", "approved"] as const;
type Status = (typeof STATUSES)[number];

describe.each(ENGINES)("what counts as published on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { config: { PUBLISH_COOLDOWN_SECONDS: 0 } });
  });
  afterAll(() => database.close());

  /** A German text of each status; the source texts are approved. */
  async function world(): Promise<World> {
    const w = await addProject(ctx, { languages: ["de"] });
    await w.call("keys.create", { keys: STATUSES.map((name) => ({ name, values: { en: name } })) });
    const values = STATUSES.map((status) => ({
      key: { name: status },
      language: "de",
      text: status,
      status,
    }));
    await w.call("values.set", { values });
    return w;
  }
  const pending = async (w: World) =>
    (await w.call("pending.list")).items.map(
      ({ language, name, before }) => `${before ? "-" : "+"}${language} ${name}`,
    );
  const set = (w: World, publishFrom: Status) => w.call("projects.update", { publishFrom });

  it.each([
    ["draft", 6],
    ["reviewed", 5],
    ["approved", 4],
  ] as const)("from %s on: pending, plan and release agree on %i texts", async (publishFrom, valueCount) => {
    const w = await world();
    expect((await set(w, publishFrom)).publishFrom).toBe(publishFrom);
    expect(await pending(w)).toHaveLength(valueCount);
    const plan = await w.call("plans.create");
    expect(plan).toMatchObject({ valueCount });
    expect(plan.warnings).toEqual(
      valueCount === 6 ? [] : [{ code: "missing_values", language: "de", count: 6 - valueCount }],
    );
    expect(await w.call("releases.create", { planId: plan.planId })).toMatchObject({ valueCount });
    expect(await pending(w)).toEqual([]);
  });

  it("the setting is pending at once, in both directions, and a plan made before no longer holds", async () => {
    const w = await world();
    await w.call("releases.create");
    const { planId } = await w.call("plans.create");
    await set(w, "draft");
    expect(await pending(w)).toEqual(["+de draft", "+de reviewed"]);
    await expect(w.call("releases.create", { planId })).rejects.toMatchObject({ code: "conflict" });
    await w.call("releases.create");
    await set(w, "reviewed");
    expect(await pending(w)).toEqual(["-de draft"]);
    await set(w, "draft");
    expect(await pending(w)).toEqual([]);
  });

  it("a publish that was asked for before the setting changed goes by the new one", async () => {
    const w = await world();
    const asked = await findProjectById(ctx.db.read, w.project.id);
    await set(w, "draft");
    const placed = { reach: w.reach, project: asked ?? w.project };
    const release = await inCall(ctx, { caller: w.person, effect: "read", placed }, (call) =>
      publish(call, { channel: "production", message: undefined }, async () => {}),
    );
    expect(release.valueCount).toBe(6);
    expect(await pending(w)).toEqual([]);
  });

  it("a text that is written over below it leaves the next release, and the plan says so", async () => {
    const w = await world();
    await w.call("releases.create");
    const at = { key: { name: "approved" }, language: "de" };
    await w.call("values.set", { values: [{ ...at, text: "Neu", status: "draft" }] });
    const plan = await w.call("plans.create");
    expect(plan.items).toEqual([
      { language: "de", namespace: "default", name: "approved", before: "approved", after: null },
    ]);
    expect(plan.languages).toEqual([{ language: "de", added: 0, changed: 0, removed: 1 }]);
  });

  it("people's texts get the project's status, apps' are approved, and either may say another", async () => {
    const w = await world();
    const project = await w.call("projects.update", { peopleStatus: "draft" });
    expect(project).toMatchObject({ publishFrom: "approved", peopleStatus: "draft" });
    const app = tokenFor(w);
    const write = (name: string, more: { status?: Status }, caller?: typeof app) =>
      w.call("values.set", { values: [{ key: { name }, language: "de", text: "Neu", ...more }] }, caller);
    await write("draft", {});
    await write("reviewed", {}, app);
    await write("approved", { status: "reviewed" });
    await w.call("keys.create", { keys: [{ name: "by a person", values: { de: "Neu" } }] });
    await w.call("keys.create", { keys: [{ name: "by an app", values: { de: "Neu" } }] }, app);
    const announce = (more: object, caller?: typeof app) =>
      w.call("imports.create", { format: "ndjson", size: 1, ...more }, caller);
    expect(await announce({})).toMatchObject({ status: "draft" });
    expect(await announce({ status: "reviewed" })).toMatchObject({ status: "reviewed" });
    expect(await announce({}, app)).toMatchObject({ status: "approved" });
    const { items } = await w.call("values.list", { language: "de" });
    expect(Object.fromEntries(items.map(({ name, status }) => [name, status]))).toEqual({
      draft: "draft",
      reviewed: "approved",
      approved: "reviewed",
      "by a person": "draft",
      "by an app": "approved",
    });
  });

  it("settings that two people change at once are both kept", async () => {
    const w = await world();
    await Promise.all([
      w.call("projects.update", { validationMode: { api: "off" } }),
      w.call("projects.update", { validationMode: { import: "reject" } }),
      set(w, "reviewed"),
      w.call("projects.update", { peopleStatus: "draft" }),
    ]);
    expect(await w.call("projects.get")).toMatchObject({
      validationMode: { api: "off", import: "reject" },
      publishFrom: "reviewed",
      peopleStatus: "draft",
    });
  });
});
