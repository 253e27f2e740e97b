import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { findPointer } from "../publishing/published.ts";

describe.each(ENGINES)("a project that changes on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { config: { PUBLISH_COOLDOWN_SECONDS: 0 } });
  });
  afterAll(() => database.close());

  async function world(): Promise<World> {
    const w = await addProject(ctx, { languages: ["de", "pt-BR"] });
    const values = { en: "Title", de: "Titel" };
    await w.call("keys.create", {
      keys: [
        { name: "title", values },
        { namespace: "auth", name: "in" },
      ],
    });
    return w;
  }
  const codes = async (w: World) => (await w.call("projects.get")).languages.map((language) => language.code);
  const publish = async (w: World) => {
    const { number, valueCount } = await w.call("releases.create");
    return { number, valueCount };
  };

  it("publishes a language only while it is active", async () => {
    const w = await world();
    expect(await publish(w)).toEqual({ number: 1, valueCount: 2 });
    const draft = await w.call("languages.update", { code: "DE", status: "draft" });
    expect(draft).toMatchObject({ code: "de", status: "draft", translated: 1, coverage: 50 });
    expect(await publish(w)).toEqual({ number: 2, valueCount: 1 });
    await w.call("languages.update", { code: "de", status: "active" });
    expect(await publish(w)).toEqual({ number: 3, valueCount: 2 });
  });

  it("removes a language with its files, and has its values back when it is added again", async () => {
    const w = await world();
    const [{ id: keyId } = { id: "" }] = (await w.call("keys.list", { namespace: "default" })).items;
    await publish(w);
    await w.call("languages.remove", { code: "DE" });
    expect(await codes(w)).toEqual(["en", "pt-BR"]);
    expect((await w.call("values.list")).items.map((value) => value.language)).toEqual(["en"]);
    expect((await w.call("keys.get", { keyId })).values).toMatchObject([{ language: "en" }]);
    await expect(w.call("values.list", { language: "de" })).rejects.toMatchObject({ code: "not_found" });
    expect(await publish(w)).toEqual({ number: 2, valueCount: 1 });

    // Keys that go meanwhile take their values along.
    await w.call("keys.delete", { keys: [{ id: keyId }] });
    await w.call("keys.restore", { ids: [keyId] });
    expect(await w.call("languages.add", { code: "de" })).toMatchObject({ status: "active", translated: 1 });
    expect(await publish(w)).toEqual({ number: 3, valueCount: 2 });
  });

  it.each([
    ["languages.update", { code: "en", status: "draft" }, "conflict"],
    ["languages.remove", { code: "en" }, "conflict"],
    ["languages.update", { code: "fr", status: "draft" }, "not_found"],
    ["languages.remove", { code: "fr" }, "not_found"],
    ["languages.remove", { code: "nonsense" }, "invalid_request"],
  ] as const)("refuses %s of %j with %s", async (name, input, code) => {
    const w = await world();
    await expect(w.call(name, input as never)).rejects.toMatchObject({ code });
  });

  it("keeps what is said of a namespace, and clears it on request", async () => {
    const w = await world();
    const about = { description: "Signing in", team: "Growth", domain: "security", aiPrompt: "Be brief." };
    const fields = { namespace: "auth", ...about, tags: ["app"] };
    expect(await w.call("namespaces.update", fields)).toEqual({
      changesetId: null,
      name: "auth",
      keyCount: 1,
      ...about,
      tags: ["app"],
    });
    await w.call("keys.delete", { keys: [{ namespace: "auth", name: "in" }] });
    await w.call("namespaces.update", { namespace: "auth", team: null });
    const first = await w.call("namespaces.list", { limit: 1 });
    expect(first.items).toEqual([{ name: "auth", keyCount: 0, ...about, team: null, tags: ["app"] }]);
    const second = await w.call("namespaces.list", { limit: 1, cursor: first.nextCursor ?? "" });
    expect(second.items).toMatchObject([{ name: "default", keyCount: 1, description: null, tags: [] }]);
    expect(await w.call("namespaces.update", { namespace: "auth" })).toMatchObject({ tags: ["app"] });
    await expect(w.call("namespaces.update", { namespace: "nowhere" })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("is renamed without a change of its addresses, and leaves the CDN when it is deleted", async () => {
    const w = await world();
    await publish(w);
    const before = await w.call("projects.get");
    const renamed = await w.call("projects.update", { name: "Shop" });
    expect(renamed).toEqual({ ...before, name: "Shop" });
    const lenient = await w.call("projects.update", { validationMode: { api: "warn" } });
    expect(lenient.validationMode).toEqual({ ...before.validationMode, api: "warn" });
    const { slug, organizationSlug } = w.project;
    expect(await findPointer(ctx.db.read, { organizationSlug, slug })).toBeTruthy();
    await w.call("projects.delete");
    expect(await findPointer(ctx.db.read, { organizationSlug, slug })).toBeFalsy();
    expect((await w.call("projects.list")).items).toEqual([]);
  });
});
