import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { readChangesSince } from "./changes-since.ts";
import { statusesFrom } from "./statuses.ts";

const APPROVED = statusesFrom("approved");

describe.each(ENGINES)("the changes of a language since a revision on $engine", ({ open }) => {
  let database: TestDatabase;
  let w: World;
  let keyId: string;
  beforeAll(async () => {
    database = await open();
    w = await addProject(testContext(database.db), { languages: ["de"] });
    const { items } = await w.call("keys.create", { keys: [{ name: "a", values: { en: "A", de: "A" } }] });
    keyId = items[0]?.id ?? "";
  });
  afterAll(() => database.close());

  const revisionOf = async (code: string) => {
    const row = await database.db.read
      .selectFrom("languages")
      .select("revision")
      .where("projectId", "=", w.project.id)
      .where("code", "=", code)
      .executeTakeFirstOrThrow();
    return row.revision;
  };
  const changesSince = async (code: string, since: number) => {
    const span = { code, since, revision: await revisionOf(code) };
    return (await readChangesSince(database.db.read, w.project.id, APPROVED, [span])).get(code);
  };
  const set = (text: string) =>
    w.call("values.set", { values: [{ key: { id: keyId }, language: "de", text }] });

  it("are every difference once, whatever happened between", async () => {
    const since = await revisionOf("de");
    await set("B");
    await w.call("keys.update", { keyId, name: "b" });
    await set("C");
    const { changesetId } = await w.call("keys.delete", { keys: [{ id: keyId }] });
    await w.call("changesets.revert", { changesetId });
    expect(await changesSince("de", since)).toEqual([
      { language: "de", namespace: "default", name: "a", before: "A", after: null },
      { language: "de", namespace: "default", name: "b", before: null, after: "C" },
    ]);
    await w.call("keys.update", { keyId, name: "a" });
    await set("A");
    expect(await changesSince("de", since)).toEqual([]);
  });

  it("are unknown where a revision is no changeset's", async () => {
    const since = await revisionOf("de");
    await w.call("languages.update", { code: "de", status: "draft" });
    await w.call("languages.update", { code: "de", status: "active" });
    await set("D");
    expect(await changesSince("de", since)).toBeUndefined();
    expect(await changesSince("de", (await revisionOf("de")) - 1)).toHaveLength(1);
    expect(await changesSince("de", -1)).toBeUndefined();
  });

  it("are unknown where a changeset wrote before too", async () => {
    const since = await revisionOf("de");
    const { changesetId } = await set("E");
    await set("F");
    const write = { projectId: w.project.id, language: "de", changesetId: changesetId ?? "" };
    await database.db.write(async (tx) => {
      await tx
        .updateTable("languages")
        .set({ revision: since + 3 })
        .where("projectId", "=", w.project.id)
        .where("code", "=", "de")
        .execute();
      await tx
        .insertInto("languageWrites")
        .values({ ...write, revision: since + 3 })
        .execute();
    });
    expect(await changesSince("de", since)).toHaveLength(1);
    expect(await changesSince("de", since + 1)).toBeUndefined();
  });
});
