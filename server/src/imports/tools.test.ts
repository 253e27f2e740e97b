import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Named, type Scene, startScene } from "../../test/refusals/scene.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { runNextImport } from "../../test/support/imports.ts";
import { addTexts, toolsOf } from "../../test/support/tools.ts";

describe.each(ENGINES)("importFile on $engine", ({ open }) => {
  let scene: Scene;
  let key: string;
  let call: ReturnType<typeof toolsOf>;
  let isClosing = false;
  let working: Promise<void>;
  beforeAll(async () => {
    scene = await startScene({ open });
    ({ key } = await scene.addApiKey(scene.people.owner, scene.organization));
    call = toolsOf(scene);
    working = work();
  });
  afterAll(async () => {
    isClosing = true;
    await working;
    await scene.server.close();
  });

  let isResting = false;
  /** The worker of a node, but for the times when a test lets it rest. */
  async function work() {
    while (!isClosing) {
      if (!isResting) await runNextImport(scene.server.ctx);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  const slugOf = ({ slug }: Named) => `${scene.organization.slug}/${slug}`;
  const addProject = () => scene.addProject(scene.people.owner, scene.organization);
  const importFile = (project: Named, content: string, input = {}, token = key) =>
    call(token, "importFile", {
      ...{ project: slugOf(project), format: "json_flat", language: "EN", content, waitMs: 5000 },
      ...input,
    });
  const keyWith = async (...scopes: string[]) =>
    (await scene.addApiKey(scene.people.owner, scene.organization, { scopes })).key;

  it("imports a file and answers what became of it, written down once", async () => {
    const project = await addProject();
    const done = await importFile(project, '{"title":"Héllo","menu":"Menu"}', { message: "First" });
    expect(done).toEqual({
      ...{ id: expect.stringMatching(/^imp_/), state: "completed", dryRun: false, rows: 2 },
      ...{ keysCreated: 2, keysUpdated: 0, valuesCreated: 2, valuesUpdated: 0, unchanged: 0 },
      ...{ rejected: 0, warnings: 0, changesetId: expect.stringMatching(/^cs_/), error: null },
    });
    const { changes } = await call(key, "listChanges", { project: slugOf(project) });
    expect(changes).toMatchObject([{ id: done.changesetId, via: "import", message: "First", texts: 2 }]);
    const rows = await scene.server.ctx.db.read
      .selectFrom("auditEntries")
      .selectAll()
      .where("target", "=", project.id)
      .where("via", "=", "mcp")
      .execute();
    expect(rows).toMatchObject([{ action: "imports.create" }]);
    expect(JSON.parse(rows[0]?.details ?? "")).toEqual({ importId: done.id, size: 32, format: "json_flat" });
  });

  it("writes nothing in a dry run, and leaves alone what is so already", async () => {
    const project = await addProject();
    const file = '{"title":"Hello"}';
    expect(await importFile(project, file, { dryRun: "true" })).toMatchObject({
      ...{ state: "completed", dryRun: true, keysCreated: 1, changesetId: null },
      hint: expect.stringContaining("without dryRun"),
    });
    expect((await call(key, "listChanges", { project: slugOf(project) })).changes).toEqual([]);
    await importFile(project, file);
    expect(await importFile(project, file)).toMatchObject({
      unchanged: 1,
      valuesUpdated: 0,
      changesetId: null,
    });
  });

  it("takes more than one chunk", async () => {
    const project = await addProject();
    const texts = Array.from({ length: 60 }, (_, at) => [`key${at}`, "x".repeat(10_000)]);
    expect(await importFile(project, JSON.stringify(Object.fromEntries(texts)))).toMatchObject({
      ...{ state: "completed", keysCreated: 60 },
    });
  });

  it("names the rows that are wrong, to whoever may read texts", async () => {
    const project = await addProject();
    await addTexts(scene, project, { greeting: { en: "Hello {name}" } });
    const file = '{"a":5,"b":"B"}';
    expect(await importFile(project, file)).toMatchObject({
      ...{ state: "completed", rejected: 1, keysCreated: 1 },
      problems: [
        { row: 1, key: "a", severity: "error", code: expect.any(String), message: expect.any(String) },
      ],
    });
    const writer = await keyWith("translations:write", "keys:write");
    const blind = await importFile(project, file, {}, writer);
    expect(blind).not.toHaveProperty("problems");
    expect(blind.note).toContain("translations:read");
  });

  it("says why a file breaks off", async () => {
    const project = await addProject();
    const failed = await importFile(project, '{"a":');
    expect(failed).toMatchObject({ state: "failed", error: { code: expect.any(String) } });
  });

  it("answers after its wait that the import goes on, and getSync finds it", async () => {
    const project = await addProject();
    isResting = true;
    const queued = await importFile(project, '{"a":"A"}', { waitMs: 0 });
    expect(queued).toMatchObject({ state: "queued", hint: expect.stringContaining(queued.id) });
    isResting = false;
    expect(await call(key, "getSync", { syncId: queued.id, waitMs: 5000 })).toMatchObject({
      st: "completed",
    });
  });

  it("tells whoever loses the right while it waits, and holds no place for the rest of it", async () => {
    const project = await addProject();
    isResting = true;
    const { id, key: revoked } = await scene.addApiKey(scene.people.owner, scene.organization);
    const waiting = importFile(project, '{"a":"A"}', { waitMs: 20_000 }, revoked);
    const outcome = expect(waiting).rejects.toMatchObject({ code: "invalid_token" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const path = `/api/dashboard/organizations/${scene.organization.id}/api-keys/${id}`;
    await scene.people.owner.browser.post(path, {}, {}, "DELETE");
    await outcome;
    isResting = false;
  });

  it.each([
    { what: "no language where the file says none", input: { language: undefined }, pointer: "/language" },
    { what: "a language where the file says it", input: { format: "ndjson" }, pointer: "/language" },
    { what: "no content", input: { content: "" }, pointer: "/content" },
    {
      what: "more than a mebibyte of letters",
      input: { content: "x".repeat(1_048_577) },
      pointer: "/content",
    },
    { what: "more than a mebibyte of bytes", input: { content: "é".repeat(524_289) }, pointer: "/content" },
    { what: "an unknown format", input: { format: "docx" }, pointer: "/format" },
    { what: "too long a wait", input: { waitMs: 20_001 }, pointer: "/waitMs" },
  ])("refuses $what and announces nothing", async ({ input, pointer }) => {
    const project = await addProject();
    await expect(importFile(project, "{}", input)).rejects.toMatchObject({
      extra: { errors: [{ pointer }] },
    });
    const imports = scene.server.ctx.db.read.selectFrom("imports").select("id");
    expect(await imports.where("projectId", "=", project.id).execute()).toEqual([]);
  });

  it("refuses a language that the project does not have", async () => {
    await expect(importFile(await addProject(), "{}", { language: "fr" })).rejects.toMatchObject({
      ...{ code: "not_found", message: expect.stringContaining("fr") },
    });
  });

  it("refuses a sixth file under way, and needs the scopes for keys and texts", async () => {
    const project = await addProject();
    isResting = true;
    for (let at = 0; at < 5; at++) await importFile(project, `{"a":"${at}"}`, { waitMs: 0 });
    await expect(importFile(project, "{}")).rejects.toMatchObject({ code: "conflict" });
    isResting = false;
    for (const [scope, missing] of [
      ["translations:write", "keys:write"],
      ["keys:write", "translations:write"],
    ] as const) {
      await expect(importFile(project, "{}", {}, await keyWith(scope))).rejects.toMatchObject({
        ...{ code: "missing_scope", extra: { required: missing } },
      });
    }
  });
});
