import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, type TestCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { planRevert } from "../changesets/plan-revert.ts";
import type { PlacedProject } from "../context.ts";
import { findChangeset } from "../history/find-changeset.ts";
import { planCreation } from "../keys/create-keys.ts";
import { planDeletion } from "../keys/delete-keys.ts";
import { planNamedUpdates } from "../keys/update-keys.ts";
import { lockProject } from "../projects/write-lock.ts";
import { planValues } from "../values/set-values.ts";
import { applyPlan } from "./apply-plan.ts";
import { refuseFaults } from "./faults.ts";
import type { Plan } from "./plan.ts";
import { planRename } from "./plan-rename.ts";
import { planSource } from "./plan-source.ts";
import { replan } from "./replan.ts";
import { serializePlan } from "./stored-plan.ts";

describe.each(ENGINES)("a plan that waits on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  async function world() {
    const w = await addProject(ctx, { languages: ["de"] });
    const created = await w.call("keys.create", {
      keys: [
        { name: "title", values: { en: "Hello {name}", de: "Hallo {name}" } },
        { name: "other", namespace: "page", values: { en: "Other", de: "Anders" } },
      ],
    });
    const [title = "", other = ""] = created.items.map(({ id }) => id);
    return { ...w, title, other };
  }

  const inProject = <Result>(w: World, work: (call: TestCall, project: PlacedProject) => Promise<Result>) =>
    inCall(ctx, { caller: w.person, placed: {} }, async (call) =>
      work(call, await lockProject(call, w.project)),
    );
  const store = (
    w: World,
    plan: (call: TestCall, project: PlacedProject) => Promise<{ plan: Plan } | Plan>,
  ) =>
    inProject(w, async (call, project) => {
      const planned = await plan(call, project);
      return serializePlan("plan" in planned ? planned.plan : planned);
    });
  const apply = (w: World, stored: string) =>
    inProject(w, async (call, project) => {
      const { plan, faults, warnings } = await replan(call, project, stored);
      refuseFaults(faults);
      return { changesetId: await applyPlan(call, project, plan, { message: "at last" }), warnings };
    });
  const german = async (w: World) =>
    (await w.call("values.list", { language: "de" })).items.map(({ name, text }) => `${name}: ${text}`);

  it("is refused with both sides where a value or key was written meanwhile", async () => {
    const w = await world();
    const key = { id: w.title };
    const text = "Servus {name}";
    const values = await store(w, (call, project) =>
      planValues(call, project, [{ key, language: "de", text }]),
    );
    const moved = await store(w, (call, project) =>
      planNamedUpdates(call, project, [{ key, name: "heading" }]),
    );
    await w.call("values.set", { values: [{ key, language: "de", text: "Moin {name}" }] });
    await w.call("keys.update", { keyId: w.title, description: "A greeting" });
    await expect(apply(w, values)).rejects.toMatchObject({
      code: "conflict",
      extra: {
        errors: [
          {
            pointer: "/written/0/revision",
            code: "revision_moved",
            yours: { text, status: "approved" },
            present: { text: "Moin {name}", revision: 2, actor: { id: w.person.userId } },
          },
        ],
      },
    });
    await expect(apply(w, moved)).rejects.toMatchObject({
      code: "conflict",
      extra: {
        errors: [
          { pointer: "/changed/0", yours: { name: "heading" }, present: { description: "A greeting" } },
        ],
      },
    });
    expect(await german(w)).toEqual(["title: Moin {name}", "other: Anders"]);
  });

  it("is checked against the source text, the names and the languages that are there by then", async () => {
    const w = await world();
    const key = { id: w.title };
    const value = { key, language: "de", text: "Servus {name}" };
    const values = await store(w, (call, project) => planValues(call, project, [value]));
    const fresh = {
      namespace: "default",
      name: "late",
      format: "icu" as const,
      tags: [],
      values: { de: "Spät" },
    };
    const creation = await store(w, (call, project) => planCreation(call, project, [fresh]));
    await w.call("values.set", { values: [{ key, language: "en", text: "Hello {who}" }] });
    await expect(apply(w, values)).rejects.toMatchObject({
      code: "invalid_request",
      extra: { errors: expect.arrayContaining([expect.objectContaining({ pointer: "/written/0/text" })]) },
    });
    await w.call("keys.create", { keys: [{ name: "late.at.night" }] });
    await expect(apply(w, creation)).rejects.toMatchObject({
      extra: { errors: [{ pointer: "/created/0/name", code: "path_collision" }] },
    });
    await w.call("languages.remove", { code: "de" });
    const unknown = { pointer: "/written/0/language", code: "unknown_language", found: "de" };
    await expect(apply(w, creation)).rejects.toMatchObject({
      code: "not_found",
      extra: { errors: expect.arrayContaining([expect.objectContaining(unknown)]) },
    });
  });

  it("is done once: a second time it is refused", async () => {
    const w = await world();
    const fresh = {
      namespace: "default",
      name: "new",
      format: "icu" as const,
      tags: [],
      values: { de: "Neu" },
    };
    const creation = await store(w, (call, project) => planCreation(call, project, [fresh]));
    const deletion = await store(w, (call, project) => planDeletion(call, project, [{ id: w.other }]));
    ctx.clock.advance(1000);
    const { changesetId } = await apply(w, creation);
    expect((await w.call("changesets.list")).items[0]).toMatchObject({ id: changesetId, message: "at last" });
    await w.call("keys.update", { keyId: (await w.call("keys.list")).items[0]?.id ?? "", name: "renamed" });
    await expect(apply(w, creation)).rejects.toMatchObject({ code: "conflict" });
    await apply(w, deletion);
    await expect(apply(w, deletion)).rejects.toMatchObject({ code: "not_found" });
  });

  it("takes a changeset back once, with values that it made and marks that it left", async () => {
    const w = await world();
    const [hello, fresh] = [{ id: w.title }, { name: "new" }];
    await w.call("keys.create", { keys: [{ ...fresh, values: { en: "New" } }] });
    ctx.clock.advance(1000);
    const edited = await w.call("values.set", {
      values: [
        { key: hello, language: "en", text: "Hi {name}" },
        { key: fresh, language: "de", text: "Neu" },
      ],
    });
    const stored = await store(w, async (call, project) => {
      const changeset = await findChangeset(call.store, project.id, edited.changesetId ?? "");
      return planRevert(call, project, changeset, "");
    });
    ctx.clock.advance(1000);
    const valuesOfTitle = async () => (await w.call("keys.get", { keyId: w.title })).values;
    expect(await valuesOfTitle()).toMatchObject([{ outdated: true }, { text: "Hi {name}" }]);
    expect(await german(w)).toEqual(["new: Neu", "title: Hallo {name}", "other: Anders"]);
    await apply(w, stored);
    expect(await valuesOfTitle()).toMatchObject([{ outdated: false }, { text: "Hello {name}" }]);
    expect(await german(w)).toEqual(["title: Hallo {name}", "other: Anders"]);
    await expect(apply(w, stored)).rejects.toMatchObject({ code: "conflict" });
  });

  it("renames a namespace with the keys and words that it has by then, unless the name was taken", async () => {
    const w = await world();
    const stored = await store(w, (call, project) =>
      planRename(call, project, "page", { name: "screen", team: "web" }),
    );
    const taken = await store(w, (call, project) => planRename(call, project, "page", { name: "default2" }));
    await w.call("keys.create", {
      keys: [
        { name: "late", namespace: "page" },
        { name: "x", namespace: "default2" },
      ],
    });
    await w.call("namespaces.update", { namespace: "page", description: "Pages" });
    await expect(apply(w, taken)).rejects.toMatchObject({ code: "conflict" });
    await apply(w, stored);
    expect((await w.call("namespaces.list")).items).toContainEqual(
      expect.objectContaining({ name: "screen", keyCount: 2, team: "web", description: "Pages" }),
    );
    await expect(apply(w, stored)).rejects.toMatchObject({ code: "not_found" });
  });

  it("reads and writes nothing of a project that it was not made in", async () => {
    const [w, foreign] = [await world(), await world()];
    const key = { id: foreign.title };
    const stored = await store(foreign, (call, project) =>
      planValues(call, project, [{ key, language: "de", text: "Servus {name}" }]),
    );
    await foreign.call("values.set", { values: [{ key, language: "de", text: "Moin {name}" }] });
    const { plan: _, ...found } = await inProject(w, (call, project) => replan(call, project, stored));
    expect(found.faults).toMatchObject([
      { pointer: "/written/0/keyId", code: "unknown_key" },
      { present: null },
    ]);
    expect(JSON.stringify(found)).not.toContain("Moin");
  });

  it("makes another language the source, unless a third one is by then", async () => {
    const w = await world();
    const toGerman = async (call: TestCall, project: PlacedProject) => {
      const plan = await planSource(call, project, "de");
      if (!plan) throw new Error("German is the source already");
      return plan;
    };
    const stored = await store(w, toGerman);
    await w.call("keys.create", { keys: [{ name: "untranslated", values: { en: "Not yet" } }] });
    await expect(apply(w, stored)).rejects.toMatchObject({ code: "conflict" });
    await w.call("values.set", { values: [{ key: { name: "untranslated" }, language: "de", text: "Doch" }] });
    await apply(w, stored);
    expect(await w.call("projects.get")).toMatchObject({ sourceLanguage: "de" });
    await expect(apply(w, stored)).rejects.toMatchObject({
      extra: { errors: [{ pointer: "/from", code: "revision_moved", expected: "en", found: "de" }] },
    });
  });
});
