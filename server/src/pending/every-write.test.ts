import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";

/** Whatever can change what is published has to be pending afterwards, although untouched languages are not read. */
describe.each(ENGINES)("every kind of write on $engine", ({ open }) => {
  let database: TestDatabase;
  let w: World;
  let keyId: string;
  beforeAll(async () => {
    database = await open();
    w = await addProject(testContext(database.db), { languages: ["de"] });
    const created = await w.call("keys.create", {
      keys: [
        { name: "title", values: { en: "Hello", de: "Hallo" } },
        { name: "other", values: { en: "Other" } },
      ],
    });
    keyId = created.items.find(({ name }) => name === "title")?.id ?? "";
    await w.call("releases.create");
  });
  afterAll(() => database.close());

  const pending = async () =>
    (await w.call("pending.list")).items.map(
      ({ language, namespace, name, before, after }) =>
        `${language} ${namespace}/${name}: ${before ?? "-"} > ${after ?? "-"}`,
    );
  const release = () => w.call("releases.create");

  it("renames and moves of a key", async () => {
    await w.call("keys.update", { keyId, name: "heading", namespace: "page" });
    expect(await pending()).toEqual([
      "de default/title: Hallo > -",
      "de page/heading: - > Hallo",
      "en default/title: Hello > -",
      "en page/heading: - > Hello",
    ]);
    await release();
    expect(await pending()).toEqual([]);
  });

  it("moves and statuses of many", async () => {
    const moved = await w.call("keys.updateMany", { keys: [{ key: { id: keyId }, namespace: "away" }] });
    expect(await pending()).toEqual([
      "de away/heading: - > Hallo",
      "de page/heading: Hallo > -",
      "en away/heading: - > Hello",
      "en page/heading: Hello > -",
    ]);
    await w.call("changesets.revert", { changesetId: moved.changesetId ?? "" });
    expect(await pending()).toEqual([]);
    const values = [{ key: { id: keyId }, language: "de" }];
    await w.call("values.setStatus", { status: "reviewed", values });
    expect(await pending()).toEqual(["de page/heading: Hallo > -"]);
    await w.call("values.setStatus", { status: "approved", values });
    expect(await pending()).toEqual([]);
  });

  it("a deleted key, until it is restored, even after a publish", async () => {
    await w.call("keys.delete", { keys: [{ id: keyId }] });
    const gone = ["de page/heading: Hallo > -", "en page/heading: Hello > -"];
    expect(await pending()).toEqual(gone);
    await release();
    expect(await pending()).toEqual([]);
    await w.call("keys.restore", { ids: [keyId] });
    expect(await pending()).toEqual(["de page/heading: - > Hallo", "en page/heading: - > Hello"]);
    await release();
  });

  it("a status, a text, and a changeset that is taken back", async () => {
    const at = { key: { namespace: "page", name: "heading" }, language: "de" };
    await w.call("values.set", { values: [{ ...at, text: "Hallo", status: "reviewed" }] });
    expect(await pending()).toEqual(["de page/heading: Hallo > -"]);
    const { changesetId } = await w.call("values.set", { values: [{ ...at, text: "Moin" }] });
    expect(await pending()).toEqual(["de page/heading: Hallo > Moin"]);
    await w.call("changesets.revert", { changesetId: changesetId ?? "" });
    expect(await pending()).toEqual(["de page/heading: Hallo > -"]);
    await w.call("values.set", { values: [{ ...at, text: "Hallo" }] });
    expect(await pending()).toEqual([]);
  });

  it("a language that is withdrawn, and one that is removed", async () => {
    await w.call("languages.update", { code: "de", status: "draft" });
    expect(await pending()).toEqual(["de page/heading: Hallo > -"]);
    await w.call("languages.update", { code: "de", status: "active" });
    expect(await pending()).toEqual([]);
    await w.call("languages.remove", { code: "de" });
    expect(await pending()).toEqual(["de page/heading: Hallo > -"]);
    await release();
    expect(await pending()).toEqual([]);
    // Its values stayed.
    await w.call("languages.add", { code: "de", status: "active" });
    expect(await pending()).toEqual(["de page/heading: - > Hallo"]);
  });
});
