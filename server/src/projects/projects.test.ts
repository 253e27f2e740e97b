import { OPERATIONS } from "@parlance/contract/operations";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addPerson } from "../../test/support/people.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";
import { performer } from "../access/perform.ts";
import type { Caller } from "../context.ts";
import { findProjectById, findProjectBySlugs } from "./find-project.ts";
import { projectHandlers } from "./operations.ts";

describe.each(ENGINES)("projects on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let world: World;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
    world = await addProject(ctx, { languages: ["de", "pt-BR"] });
  });
  afterAll(() => database.close());

  const create = (slug: string, more: object = {}, caller = tokenFor(world)) =>
    world.call("projects.create", { name: slug, slug, sourceLanguage: "en", ...more }, caller);

  it("creates a project with its source language in canonical form and the addresses of its files", async () => {
    const created = await create("canonical", { sourceLanguage: "PT_br" });
    const base = `http://localhost:3000/cdn/${world.reach.organization.slug}/canonical`;
    expect(created).toMatchObject({
      slug: "canonical",
      sourceLanguage: "pt-BR",
      languages: [
        { code: "pt-BR", name: "Brazilian Portuguese", isSource: true, status: "active", coverage: 0 },
      ],
      namespaces: [],
      keyCount: 0,
      cdn: { base, manifest: `${base}/manifest.json`, pattern: `${base}/{locale}/translations.json` },
    });
    expect(created.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  it.each(["english", "qq", "de-", "a b", "und"])("refuses %j as a language", async (sourceLanguage) => {
    await expect(create("bad", { sourceLanguage })).rejects.toMatchObject({
      code: "invalid_request",
      extra: { errors: [{ pointer: "/sourceLanguage", code: "invalid_language", found: sourceLanguage }] },
    });
  });

  it("refuses a slug that is taken, also in parallel", async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 6 }, () => create("taken")));
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(create("taken")).rejects.toMatchObject({
      code: "conflict",
      extra: { errors: [{ pointer: "/slug", code: "exists", found: "taken" }] },
    });
  });

  it("refuses to create one for a connection that is limited to projects", async () => {
    const limited = tokenFor(world, { projects: [world.project.id] });
    await expect(create("limited", {}, limited)).rejects.toMatchObject({ code: "project_limited" });
  });

  it("asks a person for the organization and checks the role there", async () => {
    const { id } = world.reach.organization;
    const perform = performer(ctx);
    /** Through access, which resolves what the input names. */
    const ask = (slug: string, more: object, caller: Caller) =>
      perform({
        name: "projects.create",
        declaration: OPERATIONS["projects.create"],
        handler: projectHandlers["projects.create"],
        findAgain: async () => caller,
        ...({ caller, names: {}, via: "dashboard", address: "192.0.2.1", requestId: "rid_ask" } as const),
        read: async () => ({ input: { name: slug, slug, sourceLanguage: "en", ...more }, options: {} }),
      });
    await expect(ask("by-person", {}, world.person)).rejects.toMatchObject({
      error: { code: "invalid_request", extra: { errors: [{ pointer: "/organizationId" }] } },
    });
    await expect(ask("by-person", { organizationId: id }, world.person)).resolves.toMatchObject({
      output: { organizationId: id },
    });
    const stranger = await addPerson(ctx.db);
    await expect(ask("by-stranger", { organizationId: id }, stranger)).rejects.toMatchObject({
      error: { code: "not_found" },
    });
    await expect(ask("by-token", { organizationId: "org_other" }, tokenFor(world))).rejects.toMatchObject({
      error: { code: "wrong_organization" },
    });
    const member = await addPerson(ctx.db);
    await ctx.db.write((tx) =>
      tx
        .insertInto("members")
        .values({ organizationId: id, userId: member.userId, role: "member", createdAt: 1 })
        .execute(),
    );
    await expect(ask("by-member", { organizationId: id }, member)).rejects.toMatchObject({
      error: { code: "missing_scope", extra: { required: "projects:write" } },
    });
  });

  it("lists page by page, and only what is inside the grant", async () => {
    for (const slug of ["list-a", "list-b", "list-c"]) await create(slug);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.call("projects.list", { limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map((project) => project.slug));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain("list-c");

    const limited = tokenFor(world, { projects: [world.project.id] });
    const inside = await world.call("projects.list", {}, limited);
    expect(inside.items).toMatchObject([{ slug: "website", languages: ["de", "pt-BR"] }]);
    expect(await world.call("projects.list", {}, tokenFor(world, { projects: [] }))).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it("adds a language once, in whatever spelling", async () => {
    const added = await world.call("languages.add", { code: "zh-hans-cn" });
    expect(added).toMatchObject({ code: "zh-Hans-CN", isSource: false, translated: 0, coverage: 0 });
    for (const code of ["ZH-HANS-CN", "en", "PT-br"]) {
      await expect(world.call("languages.add", { code })).rejects.toMatchObject({ code: "conflict" });
    }
  });

  it("finds a project by id and by slugs, and no deleted one", async () => {
    const { id, slug, organizationSlug } = world.project;
    expect(await findProjectById(ctx.db.read, id)).toMatchObject({ id, organizationSlug });
    expect(await findProjectBySlugs(ctx.db.read, organizationSlug, slug)).toMatchObject({ id });
    expect(await findProjectBySlugs(ctx.db.read, slug, slug)).toBeUndefined();
    const gone = await create("gone");
    await ctx.db.write((tx) =>
      tx.updateTable("projects").set({ deletedAt: 1 }).where("id", "=", gone.id).execute(),
    );
    expect(await findProjectById(ctx.db.read, gone.id)).toBeUndefined();
    expect(await findProjectBySlugs(ctx.db.read, organizationSlug, "gone")).toBeUndefined();
    expect(await create("gone")).toMatchObject({ slug: "gone" });
  });
});
