import { MOST_IMPORT_BYTES, MOST_OPEN } from "@parlance/contract/import-limits";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { findProjectById } from "../projects/find-project.ts";
import { createImport } from "./create-import.ts";

describe.each(ENGINES)("imports under way on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  it("are bounded in each project, until one is over", async () => {
    const w = await addProject(ctx);
    const announce = (size: number) => w.call("imports.create", { format: "ndjson", size });
    const { id: importId } = await announce(1);
    for (let count = 1; count < MOST_OPEN.project.imports; count++) await announce(1);
    await expect(announce(1)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("The project has 5 imports under way, of at most 5."),
      extra: { errors: [{ code: "too_much_under_way", found: "5" }] },
    });
    await w.call("imports.cancel", { importId });
    await expect(announce(MOST_IMPORT_BYTES)).resolves.toMatchObject({ state: "uploading" });
  });

  it("are bounded in bytes in each project", async () => {
    const w = await addProject(ctx);
    const announce = (size: number) => w.call("imports.create", { format: "ndjson", size });
    await announce(MOST_IMPORT_BYTES);
    await announce(MOST_IMPORT_BYTES - 10);
    await expect(announce(11)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(
        "in the project have 2,147,483,638 bytes already, of at most 2,147,483,648.",
      ),
      extra: { errors: [{ expected: "at most 2147483648 bytes with this file", found: "2147483649" }] },
    });
    await announce(10);
  });

  it("are bounded in an organization, whatever number of projects it has and however many come at once", async () => {
    const w = await addProject(ctx);
    const announce = await announcer(w, 5);
    const sent = Array.from({ length: 25 }, (_, index) => announce(index % 5, 1));
    const refused = (await Promise.allSettled(sent)).filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(25 - MOST_OPEN.organization.imports);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({
        code: "conflict",
        message: expect.stringContaining("The organization has 20 imports under way, of at most 20."),
      });
    }
    await expect(
      (await addProject(ctx)).call("imports.create", { format: "ndjson", size: 1 }),
    ).resolves.toBeDefined();
  });

  it("are bounded in bytes in an organization", async () => {
    const announce = await announcer(await addProject(ctx), 3);
    for (const index of [0, 0, 1, 1]) await announce(index, MOST_IMPORT_BYTES);
    await expect(announce(2, 1)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(
        "in the organization have 4,294,967,296 bytes already, of at most 4,294,967,296.",
      ),
      extra: { errors: [{ expected: "at most 4294967296 bytes with this file", found: "4294967297" }] },
    });
  });

  /** Announces files in projects of one organization, the world's own and others like it. */
  async function announcer(w: World, count: number) {
    const projects = [w.project];
    while (projects.length < count) {
      const slug = `website-${projects.length}`;
      const organizationId = w.reach.organization.id;
      const created = { organizationId, name: slug, slug, sourceLanguage: "en" };
      const { id } = await w.call("projects.create", created);
      const project = await findProjectById(ctx.db.read, id);
      if (project) projects.push(project);
    }
    return (index: number, size: number) => {
      const placed = { reach: w.reach, project: projects[index] ?? w.project };
      const request = { format: "ndjson", existing: "overwrite", dryRun: false, size } as const;
      return inCall(ctx, { caller: w.person, placed }, (call) => createImport(call, placed, request));
    };
  }
});
