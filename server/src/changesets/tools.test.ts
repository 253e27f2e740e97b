import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Named, type Scene, startScene } from "../../test/refusals/scene.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { addTexts, post, toolsOf } from "../../test/support/tools.ts";

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe.each(ENGINES)("changes by tools on $engine", ({ open }) => {
  let scene: Scene;
  let key: string;
  let call: ReturnType<typeof toolsOf>;
  beforeAll(async () => {
    scene = await startScene({ open });
    ({ key } = await scene.addApiKey(scene.people.owner, scene.organization));
    call = toolsOf(scene);
  });
  afterAll(() => scene.server.close());

  const slugOf = ({ slug }: Named) => `${scene.organization.slug}/${slug}`;
  const world = async () => {
    const project = await scene.addProject(scene.people.owner, scene.organization);
    await post(scene, project, "languages", { code: "de" });
    const ids = await addTexts(scene, project, { title: { en: "Hello", de: "Hallo" } });
    scene.server.ctx.clock.advance(1000);
    const key = { id: ids.title };
    const values = [{ key, language: "de", text: "Guten Tag" }];
    await post(scene, project, "values", { values, message: "Politer" });
    return { named: { project: slugOf(project) }, project, ids };
  };

  it("list what was written, newest first, in pages and by language and key", async () => {
    const { named, ids } = await world();
    const first = await call(key, "listChanges", { ...named, limit: 1 });
    expect(first.changes).toEqual([
      {
        id: expect.stringMatching(/^cs_/),
        by: { type: "user", id: scene.people.owner.userId, name: "Olga Owner", agent: null },
        ...{ via: "dashboard", message: "Politer", at: INSTANT, keys: 0, texts: 1 },
      },
    ]);
    const second = await call(key, "listChanges", { ...named, limit: 1, cursor: first.next });
    expect(second).toMatchObject({ changes: [{ keys: 1, texts: 2 }], next: null });
    expect((await call(key, "listChanges", { ...named, language: "EN" })).changes).toHaveLength(1);
    expect((await call(key, "listChanges", { ...named, keyId: ids.title })).changes).toHaveLength(2);
    await expect(call(key, "listChanges", { ...named, cursor: "no cursor" })).rejects.toMatchObject({
      extra: { errors: [{ pointer: "/cursor" }] },
    });
  });

  it("show one before and after, and take it back once", async () => {
    const { named, ids } = await world();
    const [{ id: changesetId } = { id: "" }] = (await call(key, "listChanges", named)).changes;
    const shown = await call(key, "getChange", { ...named, changesetId });
    expect(shown).toMatchObject({
      id: changesetId,
      items: [
        {
          ...{ keyId: ids.title, name: "title", language: "de", kind: "changed" },
          ...{ before: { text: "Hallo" }, after: { text: "Guten Tag" } },
        },
      ],
      next: null,
    });
    const taken = await call(key, "revertChange", { ...named, changesetId, message: "Too stiff" });
    expect(taken).toEqual({
      ...{
        changesetId: expect.stringMatching(/^cs_/),
        reverted: 1,
        skippedCount: 0,
        skipped: [],
        next: null,
      },
      hint: expect.stringContaining("publish"),
    });
    const again = await call(key, "revertChange", { ...named, changesetId });
    expect(again).toEqual({
      ...{ changesetId: null, reverted: 0, skippedCount: 1, next: null },
      skipped: [{ keyId: ids.title, language: "de", reason: "overwritten" }],
    });
    const rows = await scene.server.ctx.db.read
      .selectFrom("auditEntries")
      .selectAll()
      .where("action", "=", "changesets.revert")
      .where("target", "=", changesetId)
      .orderBy("at")
      .execute();
    expect(JSON.parse(rows[0]?.details ?? "")).toHaveProperty("revertedBy");
  });

  it("show and take back nothing of another project, and of keys only with keys:write", async () => {
    const [mine, other] = [await world(), await world()];
    const list = async (named: { project: string }) =>
      (await call(key, "listChanges", named)).changes.map(({ id }) => id);
    const [foreign = ""] = await list(other.named);
    for (const name of ["getChange", "revertChange"] as const) {
      await expect(call(key, name, { ...mine.named, changesetId: foreign })).rejects.toMatchObject({
        code: "not_found",
      });
    }
    const [, created = ""] = await list(mine.named);
    const { key: writer } = await scene.addApiKey(scene.people.owner, scene.organization, {
      scopes: ["translations:read", "translations:write"],
    });
    const revert = call(writer, "revertChange", { ...mine.named, changesetId: created });
    await expect(revert).rejects.toMatchObject({ code: "missing_scope", extra: { required: "keys:write" } });
  });
});
