import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addOrganization, placedIn } from "../../test/support/people.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { rememberPublishedSlugs } from "../database/migrations/0016-published-slugs.ts";
import { projectHandlers } from "../projects/operations.ts";
import { publishingHandlers } from "./operations.ts";
import { findPointer } from "./published.ts";

describe.each(ENGINES)("the slugs of what was published, on $engine", ({ engine, open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  /** Deletes the project and makes one of the same slug, with one other text. */
  async function makeAgain(w: World) {
    const placed = await placedIn(ctx.db, w.person, w.reach.organization.id);
    await inCall(ctx, { caller: w.person, placed: { ...placed, project: w.project } }, (call) =>
      projectHandlers["projects.delete"](call, {}),
    );
    const input = { name: "Again", slug: w.project.slug, sourceLanguage: "en" };
    const made = await inCall(ctx, { caller: w.person, placed }, (call) =>
      projectHandlers["projects.create"](call, {
        ...input,
        fileStructure: "single_file",
        keyFormat: "nested",
        validationMode: { api: "reject", import: "warn" },
        publishFrom: "approved",
        peopleStatus: "approved",
      }),
    );
    const project = { ...w.project, ...input, id: made.id };
    return () =>
      inCall(ctx, { caller: w.person, effect: "read", placed: { ...placed, project } }, (own) =>
        publishingHandlers["releases.create"](own, { channel: "production" }),
      );
  }

  it("a project made again goes on counting releases, so that no fixed address ever has other bytes", async () => {
    const w = await addProject(ctx);
    await w.call("keys.create", { keys: [{ name: "title", values: { en: "Old" } }] });
    const first = await w.call("releases.create");
    const address = { organizationSlug: w.reach.organization.slug, slug: w.project.slug };
    expect(first.number).toBe(1);
    const publish = await makeAgain(w);
    expect((await findPointer(ctx.db.read, address, { release: 1 }))?.releaseId).toBeNull();
    const again = await publish();
    expect(again.number).toBe(2);
    expect((await findPointer(ctx.db.read, address, { release: 1 }))?.releaseId).toBeNull();
    expect((await findPointer(ctx.db.read, address, { release: 2 }))?.releaseId).toBe(again.id);
  });

  it("are known of releases from before they were written down", async () => {
    const w = await addProject(ctx);
    await w.call("releases.create");
    const unpublished = await addOrganization(ctx.db, "Never", w.person);
    const address = { organizationSlug: w.reach.organization.slug, projectSlug: w.project.slug };
    // As a database of the version before holds it: published under these slugs up to 7.
    await database.db.writer
      .updateTable("releases")
      .set({ number: 7 })
      .where("projectId", "=", w.project.id)
      .execute();
    await database.db.writer.schema.dropTable("publishedSlugs").execute();
    await rememberPublishedSlugs(database.db.writer, engine);
    const rows = await database.db.read.selectFrom("publishedSlugs").selectAll().execute();
    expect(rows).toContainEqual({ ...address, lastRelease: 7 });
    expect(rows.map(({ organizationSlug }) => organizationSlug)).not.toContain(unpublished.slug);
    const publish = await makeAgain(w);
    expect((await publish()).number).toBe(8);
  });
});
