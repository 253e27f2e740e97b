import { FILE_FORMAT_IDS, FILE_FORMATS } from "@parlance/contract/formats";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import {
  exportText,
  importFile,
  lines,
  runNextImport,
  sendFile,
  sendPart,
} from "../../test/support/imports.ts";
import { announcedIn } from "../../test/support/outbox.ts";
import { personOf } from "../../test/support/people.ts";
import { addProject, type World } from "../../test/support/projects.ts";

describe.each(ENGINES)("imports on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  const world = () => addProject(ctx, { languages: ["de", "pt-BR"] });
  const problemsOf = async (w: World, importId: string) =>
    (await w.call("imports.problems", { importId })).items;

  it("makes keys and values of a file in one changeset, with history, counters and one event a language", async () => {
    const w = await world();
    const done = await importFile(
      ctx,
      w,
      lines([
        { key: "home.title", values: { en: "Hello", de: "Hallo" } },
        {
          key: "home.text",
          tags: ["web"],
          values: { en: "Text", PT_br: { text: "Texto", status: "draft" } },
        },
        { key: "empty", namespace: "shop" },
      ]),
      { message: "First file" },
    );
    expect(done).toMatchObject({
      state: "completed",
      rows: 3,
      keysCreated: 3,
      valuesCreated: 4,
      valuesUpdated: 0,
      unchanged: 0,
      rejected: 0,
      problems: 0,
      processedBytes: done.size,
      error: null,
    });
    const { items } = await w.call("changesets.list");
    expect(items).toMatchObject([
      { id: done.changesetId, via: "import", message: "First file", keyCount: 3, valueCount: 4 },
    ]);
    const listed = await w.call("changesets.list", { language: "pt-BR" });
    expect(listed.items).toHaveLength(1);
    const values = await w.call("values.list", { language: "pt-BR" });
    expect(values.items).toMatchObject([{ name: "home.text", text: "Texto", status: "draft" }]);
    const project = await w.call("projects.get");
    expect(project).toMatchObject({ keyCount: 3 });
    expect(project.languages).toContainEqual(expect.objectContaining({ code: "de", translated: 1 }));
    const events = await announcedIn(ctx.db, w.project, "translations.updated");
    expect(events.map(({ data }) => [data.language, data.keysCount]).sort()).toEqual([
      ["de", 1],
      ["en", 2],
      ["pt-BR", 1],
    ]);
    expect((await ctx.db.read.selectFrom("importChunks").selectAll().execute()).length).toBe(0);
    expect((await w.call("keys.list", { q: "hallo" })).items).toMatchObject([{ name: "home.title" }]);
  });

  it("updates what is there, leaves what is so already, and marks targets of an edited source", async () => {
    const w = await world();
    const first = lines([
      { key: "a", values: { en: "One", de: "Eins" } },
      { key: "b", values: { en: "Two", de: "Zwei" } },
    ]);
    await importFile(ctx, w, first);
    const again = await importFile(ctx, w, first);
    expect(again).toMatchObject({ unchanged: 4, valuesUpdated: 0, changesetId: null });
    const edited = await importFile(ctx, w, '{"a":"One more","b":"Two"}', {
      format: "json_flat",
      language: "EN",
    });
    expect(edited).toMatchObject({ valuesUpdated: 1, unchanged: 1, language: "en", namespace: "default" });
    const { items } = await w.call("values.list", { language: "de" });
    expect(items.map(({ name, outdated }) => [name, outdated])).toEqual([
      ["a", true],
      ["b", false],
    ]);
  });

  it("does not call a target outdated that came in the same file, in whatever order", async () => {
    const w = await world();
    await importFile(ctx, w, lines([{ key: "a", values: { en: "One", de: "Eins" } }]));
    await importFile(
      ctx,
      w,
      lines([
        { key: "a", values: { de: "Eins neu" } },
        { key: "a", values: { en: "One new" } },
      ]),
    );
    const { items } = await w.call("values.list", { language: "de" });
    expect(items).toMatchObject([{ text: "Eins neu", outdated: false }]);
  });

  it("keeps present values and fields on request", async () => {
    const w = await world();
    await importFile(ctx, w, lines([{ key: "a", tags: ["old"], values: { en: "One" } }]));
    const kept = await importFile(
      ctx,
      w,
      lines([{ key: "a", tags: ["new"], values: { en: "Other", de: "Eins" } }]),
      { existing: "keep" },
    );
    expect(kept).toMatchObject({ valuesCreated: 1, unchanged: 1, keysUpdated: 0 });
    expect((await w.call("keys.list")).items).toMatchObject([{ tags: ["old"] }]);
  });

  it("changes fields of a key that the file holds, and no others", async () => {
    const w = await world();
    await importFile(ctx, w, lines([{ key: "a", description: "why", tags: ["x"] }]));
    const changed = await importFile(ctx, w, lines([{ key: "a", tags: ["y"], maxLength: 9 }]));
    expect(changed).toMatchObject({ keysUpdated: 1, keysCreated: 0 });
    expect((await w.call("keys.list")).items).toMatchObject([
      { description: "why", tags: ["y"], maxLength: 9, revision: 2 },
    ]);
  });

  it("says what is wrong row by row, writes the others, and nothing of a row that is wrong", async () => {
    const w = await world();
    await w.call("keys.create", { keys: [{ name: "taken.below" }] });
    const done = await importFile(
      ctx,
      w,
      [
        '{"key":"good","values":{"en":"1"}}',
        "not json",
        '{"key":"fr","values":{"en":"1","fr":"2"}}',
        '{"key":"xx","values":{"not a language":"2"}}',
        '{"key":"good","values":{"en":"3"}}',
        '{"key":"taken","values":{"en":"1"}}',
        '{"key":"good.below","values":{"en":"1"}}',
        '{"key":"nul\\u0000","values":{}}',
        '{"key":"nul","values":{"en":"\\u0000"}}',
        '{"key":"half","values":{"en":"\\ud800"}}',
        '{"key":"twice","values":{"de":"1","DE":"2"}}',
        '{"key":"last","values":{"en":"1"}}',
      ].join("\n"),
    );
    expect(done).toMatchObject({
      state: "completed",
      rows: 12,
      rejected: 10,
      keysCreated: 2,
      valuesCreated: 2,
    });
    const problems = await problemsOf(w, done.id);
    expect(problems.map(({ row, code, severity }) => [row, code, severity])).toEqual([
      [2, "invalid_json", "error"],
      [3, "unknown_language", "error"],
      [4, "invalid_language", "error"],
      [5, "duplicate", "error"],
      [6, "path_collision", "error"],
      [7, "path_collision", "error"],
      [8, "invalid_field", "error"],
      [9, "invalid_text", "error"],
      [10, "invalid_text", "error"],
      [11, "duplicate", "error"],
    ]);
    expect(problems[1]).toMatchObject({ pointer: "/values/fr", key: "fr", language: "fr", found: "fr" });
    expect((await w.call("keys.list")).items.map(({ name }) => name)).toEqual([
      "good",
      "last",
      "taken.below",
    ]);
  });

  it.each(["reject", "warn", "off"] as const)("honours the validation mode %s", async (mode) => {
    const w = await addProject(ctx, { languages: ["de"], validationMode: { api: "reject", import: mode } });
    const file = lines([
      { key: "a", values: { en: "Hello {name}", de: "Hallo" } },
      { key: "b", values: { en: "{n, plural, one {x}}" } },
    ]);
    const done = await importFile(ctx, w, file);
    const problems = await problemsOf(w, done.id);
    const expected = { reject: [0, 2, 0], warn: [3, 0, 2], off: [3, 0, 0] }[mode];
    expect([done.valuesCreated, done.rejected, done.warnings]).toEqual(expected);
    expect(problems.map(({ row, severity, code }) => [row, severity, code])).toEqual(
      mode === "off"
        ? []
        : [
            [1, mode === "warn" ? "warning" : "error", "missing_argument"],
            [2, mode === "warn" ? "warning" : "error", expect.any(String)],
          ],
    );
  });

  it("a file that breaks off fails with place and row, and what was written stays", async () => {
    const w = await world();
    const file = '{"a":"1","b":"2","c":';
    const done = await importFile(ctx, w, file, { format: "json_nested", language: "en" });
    expect(done).toMatchObject({
      state: "failed",
      valuesCreated: 2,
      error: { code: "truncated", row: 3, message: expect.any(String) },
    });
    expect(done.changesetId).not.toBeNull();
  });

  it("a dry run answers the same and stores nothing", async () => {
    const w = await world();
    const file = lines([
      { key: "a", values: { en: "1", de: "{" } },
      { key: "b", values: { fr: "1" } },
      { key: "a", values: { "pt-BR": "1" } },
    ]);
    const tried = await importFile(ctx, w, file, { dryRun: true });
    expect((await w.call("keys.list")).items).toEqual([]);
    expect((await w.call("changesets.list")).items).toEqual([]);
    const done = await importFile(ctx, w, file);
    const counts = ({ rows, keysCreated, valuesCreated, rejected, warnings, problems }: typeof done) => ({
      ...{ rows, keysCreated, valuesCreated, rejected, warnings, problems },
    });
    expect(counts(tried)).toEqual(counts(done));
    expect(tried.changesetId).toBeNull();
    expect(await problemsOf(w, tried.id)).toEqual(await problemsOf(w, done.id));
  });

  it("comes in parts, each where the last one ended", async () => {
    const w = await world();
    const bytes = Buffer.from('{"a":"1"}');
    const { id: importId } = await w.call("imports.create", {
      format: "json_flat",
      language: "en",
      size: bytes.length,
    });
    const send = (offset: number, end?: number) =>
      sendPart(ctx, w, { importId, offset, bytes: bytes.subarray(offset, end) }, w.person);
    expect(await send(0, 4)).toMatchObject({ state: "uploading", receivedBytes: 4 });
    await expect(send(0, 4)).rejects.toMatchObject({
      code: "conflict",
      extra: { errors: [{ expected: "4", found: "0" }] },
    });
    expect(await send(4)).toMatchObject({ state: "queued", receivedBytes: 9 });
    await expect(send(9)).rejects.toMatchObject({ code: "conflict" });
    expect(await runNextImport(ctx)).toBe(true);
    expect(await w.call("imports.get", { importId })).toMatchObject({ state: "completed", valuesCreated: 1 });
  });

  it("takes no more than was announced, and from nobody else", async () => {
    const w = await world();
    const { id: importId } = await w.call("imports.create", { format: "ndjson", size: 3 });
    const part = { importId, offset: 0, bytes: Buffer.from("four") };
    await expect(sendPart(ctx, w, part, w.person)).rejects.toMatchObject({ code: "payload_too_large" });
    const other = personOf({ ...w.person, userId: "somebody" });
    await expect(sendPart(ctx, w, part, other)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("cancelled before it begins, it writes nothing", async () => {
    const w = await world();
    const importId = await sendFile(ctx, w, lines([{ key: "a" }]));
    expect(await w.call("imports.cancel", { importId })).toMatchObject({ state: "cancelled" });
    await runNextImport(ctx);
    expect((await w.call("keys.list")).items).toEqual([]);
    expect(await w.call("imports.cancel", { importId })).toMatchObject({ state: "cancelled" });
  });

  it("keeps the first 10,000 problems, counts the others and says so", async () => {
    const w = await world();
    const done = await importFile(ctx, w, "x\n".repeat(10_050));
    expect(done).toMatchObject({ rejected: 10_050, problems: 10_050, problemsKept: 10_000 });
    const first = await w.call("imports.problems", { importId: done.id, limit: 2 });
    const next = await w.call("imports.problems", {
      importId: done.id,
      limit: 2,
      cursor: first.nextCursor ?? "",
    });
    expect([...first.items, ...next.items].map(({ row }) => row)).toEqual([1, 2, 3, 4]);
  });

  it("goes on around a publish, which holds what was written by then; the rest is pending after it", async () => {
    const w = await world();
    const rows = Array.from({ length: 2500 }, (_, index) => ({
      key: `k${index}`,
      values: { en: String(index) },
    }));
    const importId = await sendFile(ctx, w, lines(rows));
    let checks = 0;
    await runNextImport(ctx, () => checks++ > 0);
    const { valuesCreated } = await w.call("imports.get", { importId });
    expect(valuesCreated).toBeGreaterThan(0);
    expect(valuesCreated).toBeLessThan(rows.length);
    const release = await w.call("releases.create");
    expect(release).toMatchObject({ valueCount: valuesCreated });
    while (await runNextImport(ctx));
    const plan = await w.call("plans.create");
    expect(plan.languages).toMatchObject([
      { language: "en", added: rows.length - valuesCreated, changed: 0 },
    ]);
    expect(await w.call("releases.create")).toMatchObject({ valueCount: rows.length });
  });

  it("ends whatever is sent, with every row counted and reported", async () => {
    const w = await world();
    const piece = fc.oneof(
      fc.constantFrom(
        '{"a":',
        '"x"',
        "}",
        "{",
        "[",
        "]",
        ",",
        "\n",
        '{"key":"a","values":{"en":"',
        '"}}',
        "\ufeff",
      ),
      fc.constantFrom(
        "\\ud800",
        "\\u0000",
        "null",
        "1e9",
        '{"key":"b"}\n',
        '{"a":"1","a":"2"}',
        "{}",
        "\u0000",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    const file = fc.oneof(
      fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(""))),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    );
    const format = fc.constantFrom(...FILE_FORMAT_IDS);
    await fc.assert(
      fc.asyncProperty(
        file.filter((bytes) => bytes.length > 0),
        format,
        fc.boolean(),
        async (bytes, kind, dryRun) => {
          const language = FILE_FORMATS[kind].languages === "many" ? {} : { language: "en" };
          const done = await importFile(ctx, w, bytes, { format: kind, dryRun, ...language });
          expect(["completed", "failed"]).toContain(done.state);
          expect(done.error === null).toBe(done.state === "completed");
          const errors = (await problemsOf(w, done.id)).filter(({ severity }) => severity === "error");
          expect(new Set(errors.map((problem) => problem.row)).size).toBe(done.rejected);
        },
      ),
      { numRuns: 150, interruptAfterTimeLimit: 10_000 },
    );
  }, 60_000);

  it("of very many changes is taken back part by part", async () => {
    const w = await world();
    const rows = Array.from({ length: 1700 }, (_, index) => ({ key: `k${index}`, values: { en: "x" } }));
    const { changesetId } = await importFile(ctx, w, lines(rows));
    const input = { changesetId: changesetId as string };
    const parts = [await w.call("changesets.revert", input)];
    for (let next = parts[0]?.nextCursor; next; next = parts.at(-1)?.nextCursor) {
      parts.push(await w.call("changesets.revert", { ...input, cursor: next }));
    }
    expect(parts).toHaveLength(2);
    expect(parts.map(({ skippedCount }) => skippedCount)).toEqual([0, 0]);
    expect(parts.reduce((sum, { reverted }) => sum + reverted, 0)).toBe(3400);
    expect(await exportText(w)).toBe("");
  });

  it("is taken back as one changeset", async () => {
    const w = await world();
    const done = await importFile(ctx, w, lines([{ key: "a", values: { en: "1", de: "2" } }, { key: "b" }]));
    const result = await w.call("changesets.revert", { changesetId: done.changesetId as string });
    expect(result).toMatchObject({ reverted: 4, skippedCount: 0 });
    expect(await exportText(w)).toBe("");
  });
});
