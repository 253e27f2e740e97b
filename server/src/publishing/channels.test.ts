import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { announcedIn } from "../../test/support/outbox.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";
import { onChannelMoved } from "./channel-moved.ts";
import { findPointer } from "./published.ts";

describe.each(ENGINES)("channels and differences on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let w: World;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
    w = await addProject(ctx, { languages: ["de"] });
    await w.call("keys.create", {
      keys: [
        { name: "title", values: { en: "Hello", de: "Hallo" } },
        { name: "menu.file", values: { en: "File" } },
      ],
    });
    await w.call("releases.create", { message: "first" });
    await set("title", "de", "Servus");
    await set("menu.file", "de", "Datei");
    await w.call("releases.create", { message: "second" });
  });
  afterAll(() => database.close());

  const set = (name: string, language: string, text: string) =>
    w.call("values.set", { values: [{ key: { name }, language, text }] });
  const channels = async () =>
    (await w.call("channels.list")).items.map(({ name, release }) => [name, release]);
  const announced = async () =>
    (await announcedIn(ctx.db, w.project, "translations.published")).map(({ data }) => data);

  it("tells one release with its author, languages and manifest", async () => {
    expect(await w.call("releases.get", { number: 2 })).toMatchObject({
      number: 2,
      message: "second",
      createdBy: w.person.userId,
      sourceLanguage: "en",
      languages: [
        { language: "de", valueCount: 2 },
        { language: "en", valueCount: 2 },
      ],
      channels: ["production"],
      manifest: expect.stringMatching(/\/website\/@2\/manifest\.json$/),
    });
    await expect(w.call("releases.get", { number: 99 })).rejects.toMatchObject({ code: "not_found" });
  });

  it("promotes, rolls back, and tells so once, with the languages that look different", async () => {
    let moves = 0;
    onChannelMoved(ctx.db, () => moves++);
    const before = (await announced()).length;
    ctx.clock.advance(1000);
    const moved = await w.call("channels.move", { channel: "preview", release: 2 }, tokenFor(w));
    expect(moved).toMatchObject({ name: "preview", release: 2 });
    expect(moved.manifest).toMatch(/\/website\/@preview\/manifest\.json$/);
    await w.call("channels.move", { channel: "production", release: 1 });
    await w.call("channels.move", { channel: "production", release: 1 });
    expect(await channels()).toEqual([
      ["preview", 2],
      ["production", 1],
    ]);
    expect(moves).toBe(2);
    const events = (await announced()).slice(before);
    expect(events).toHaveLength(2);
    expect(events).toContainEqual(
      expect.objectContaining({ channel: "production", release: 1, languages: ["de"], keysCount: 3 }),
    );
    await w.call("channels.move", { channel: "production", release: 2 });
  });

  it("refuses a release that is not, and the hundred and first channel", async () => {
    await expect(w.call("channels.move", { channel: "preview", release: 99 })).rejects.toMatchObject({
      code: "not_found",
    });
    const other = await addProject(ctx);
    await other.call("releases.create");
    for (let index = 1; index < 100; index++) {
      await other.call("channels.move", { channel: `c${index}`, release: 1 });
    }
    await expect(other.call("channels.move", { channel: "c100", release: 1 })).rejects.toMatchObject({
      code: "conflict",
    });
    await other.call("channels.move", { channel: "c99", release: 1 });
  });

  it("takes a channel away for good, leaves its release, and never takes production", async () => {
    let moves = 0;
    onChannelMoved(ctx.db, () => moves++);
    await w.call("channels.move", { channel: "short-lived", release: 1 });
    await w.call("channels.delete", { channel: "short-lived" }, tokenFor(w));
    expect((await channels()).map(([name]) => name)).not.toContain("short-lived");
    expect(moves).toBe(2);
    const { organizationSlug, slug } = w.project;
    const pointer = await findPointer(ctx.db.read, { organizationSlug, slug }, { channel: "short-lived" });
    expect(pointer).toMatchObject({ releaseId: null });
    expect(await w.call("releases.get", { number: 1 })).toMatchObject({ number: 1 });
    await expect(w.call("channels.delete", { channel: "short-lived" })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(w.call("channels.delete", { channel: "production" })).rejects.toMatchObject({
      code: "conflict",
      extra: { errors: [{ pointer: "/channel", code: "default_channel" }] },
    });
  });

  it("publishes to a channel and leaves production as it is", async () => {
    const other = await addProject(ctx, { languages: ["de"] });
    await other.call("keys.create", { keys: [{ name: "title", values: { en: "Hello" } }] });
    await other.call("releases.create");
    // Nothing differs from production, so the new channel shows the same release.
    expect(await other.call("releases.create", { channel: "staging" })).toMatchObject({
      number: 1,
      channels: ["production", "staging"],
    });
    await other.call("values.set", { values: [{ key: { name: "title" }, language: "de", text: "Hallo" }] });
    expect(await other.call("releases.create", { channel: "staging" })).toMatchObject({
      number: 2,
      changedFiles: 1,
      channels: ["staging"],
    });
    expect(await other.call("releases.create")).toMatchObject({ number: 3, channels: ["production"] });
  });

  it("gives every release times of its own, so that a rolled-back file is not taken for a later one", async () => {
    const other = await addProject(ctx, { languages: [] });
    await other.call("keys.create", { keys: [{ name: "title", values: { en: "1" } }] });
    const created = [(await other.call("releases.create")).createdAt];
    for (const text of ["2", "3"]) {
      await other.call("values.set", { values: [{ key: { name: "title" }, language: "en", text }] });
      created.push((await other.call("releases.create")).createdAt);
      await other.call("channels.move", { channel: "production", release: 1 });
    }
    expect(new Set(created).size).toBe(3);
    // Rolled back, what was written since is pending again.
    expect(await other.call("releases.create")).toMatchObject({ number: 4, changedFiles: 1 });
  });

  it("tells what a release added, changed and removed, by language and in pages", async () => {
    const diff = await w.call("releases.diff", { number: 2 });
    expect(diff).toEqual({
      number: 2,
      against: 1,
      languages: [{ language: "de", added: 1, changed: 1, removed: 0 }],
      items: [
        { language: "de", namespace: "default", name: "menu.file", before: null, after: "Datei" },
        { language: "de", namespace: "default", name: "title", before: "Hallo", after: "Servus" },
      ],
      nextCursor: null,
    });
    expect(await w.call("releases.diff", { number: 1, against: 2 })).toMatchObject({
      languages: [{ language: "de", added: 0, changed: 1, removed: 1 }],
    });
    expect(await w.call("releases.diff", { number: 1 })).toMatchObject({
      against: null,
      languages: [{ added: 1 }, { added: 2 }],
    });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await w.call("releases.diff", { number: 1, limit: 1, ...(cursor && { cursor }) });
      expect(page.items).toHaveLength(1);
      seen.push(...page.items.map(({ language, name }) => `${language} ${name}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(["de title", "en menu.file", "en title"]);
    expect(await w.call("releases.diff", { number: 1, language: "EN" })).toMatchObject({
      languages: [{ language: "en", added: 2 }],
    });
    await expect(w.call("releases.diff", { number: 1, language: "fr" })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("reads the same out of files of every form", async () => {
    for (const fileStructure of ["single_file", "namespaced_folders"] as const) {
      for (const keyFormat of ["nested", "flat"] as const) {
        const other = await addProject(ctx, { fileStructure, keyFormat });
        const names = ["a.b.c", "a.b.d", "10", "9", "__proto__", "\u{1f600}", "\uffee", "x..y"];
        await other.call("keys.create", {
          keys: [
            ...names.map((name) => ({ name, values: { en: name } })),
            { namespace: "auth", name: "log.in", values: { en: "log.in" } },
          ],
        });
        await other.call("releases.create");
        const { items } = await other.call("releases.diff", { number: 1 });
        const wanted = [
          ...["10", "9", "__proto__", "a.b.c", "a.b.d", "x..y", "\uffee", "\u{1f600}"].map((name) => [
            "default",
            name,
          ]),
        ];
        expect(items.map(({ namespace, name }) => [namespace, name])).toEqual([
          ["auth", "log.in"],
          ...wanted,
        ]);
        expect(items.every(({ name, after }) => name === after)).toBe(true);
      }
    }
  });
});
