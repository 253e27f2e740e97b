import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { announcedIn } from "../../test/support/outbox.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";
import { manifestOf } from "./manifest.ts";
import { publishingHandlers } from "./operations.ts";
import { findPointer, readBody, readRelease } from "./published.ts";

const SECOND = 1000;

describe.each(ENGINES)("publishing on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  const world = async (shape = {}) => {
    const w = await addProject(ctx, { languages: ["de", "pt-BR"], ...shape });
    await w.call("keys.create", {
      keys: [
        { name: "title", values: { en: "Hello", de: "Hallo" } },
        { name: "menu.file", values: { en: "File" } },
      ],
    });
    return w;
  };
  const set = (w: World, name: string, language: string, text: string, status = "approved" as const) =>
    w.call("values.set", { values: [{ key: { name }, language, text, status }] });
  const live = async (w: World) => {
    const pointer = await findPointer(ctx.db.read, { id: w.project.id });
    if (!pointer?.releaseId) throw new Error("nothing is live");
    return readRelease(ctx.db.read, pointer.releaseId);
  };
  const textOf = async (w: World, path: string) => {
    const file = (await live(w)).files.get(path);
    return file && JSON.parse((await readBody(ctx.db.read, file.hash, "identity")).toString());
  };

  it("puts every approved value into files, and points production at them", async () => {
    const w = await world();
    await set(w, "title", "pt-BR", "rascunho", "draft" as never);
    const release = await w.call("releases.create", { message: "first" }, tokenFor(w));
    expect(release).toMatchObject({
      id: expect.stringMatching(/^rel_/),
      number: 1,
      message: "first",
      valueCount: 3,
      changedFiles: 3,
      channels: ["production"],
    });
    expect(await textOf(w, "en/translations.json")).toEqual({
      translations: { title: "Hello", menu: { file: "File" } },
    });
    expect(await textOf(w, "pt-br/translations.json")).toEqual({});
  });

  it("makes nothing of a project that was deleted while the publish waited", async () => {
    const w = await world();
    await w.call("projects.delete");
    await expect(w.call("releases.create")).rejects.toMatchObject({ code: "not_found" });
    const releases = ctx.db.read.selectFrom("releases").select("id").where("projectId", "=", w.project.id);
    expect(await releases.execute()).toEqual([]);
  });

  it("stores each file plain, gzip and brotli, all with the same content", async () => {
    const w = await world();
    await w.call("releases.create");
    const file = (await live(w)).files.get("en/translations.json");
    if (!file) throw new Error("no file");
    const plain = await readBody(ctx.db.read, file.hash, "identity");
    expect(plain.length).toBe(file.size);
    expect(gunzipSync(await readBody(ctx.db.read, file.hash, "gzip"))).toEqual(plain);
    expect(brotliDecompressSync(await readBody(ctx.db.read, file.hash, "br"))).toEqual(plain);
  });

  it("answers the current release when nothing is pending", async () => {
    const w = await world();
    const first = await w.call("releases.create");
    expect(await w.call("releases.create", { message: "again" })).toEqual(first);
    await set(w, "menu.file", "de", "entwurf", "draft" as never);
    expect(await w.call("releases.create")).toEqual(first);
  });

  it("changes lastModified exactly for the locales whose content changed, even within a millisecond", async () => {
    const w = await world();
    await w.call("releases.create");
    const before = (await live(w)).files;
    await set(w, "title", "de", "Guten Tag");
    expect(await w.call("releases.create")).toMatchObject({ number: 2, changedFiles: 1 });
    const after = (await live(w)).files;
    expect(after.get("en/translations.json")).toEqual(before.get("en/translations.json"));
    expect(after.get("de/translations.json")?.lastModified).toBeGreaterThan(
      before.get("de/translations.json")?.lastModified ?? 0,
    );
    await set(w, "title", "de", "Hallo");
    await w.call("releases.create");
    const again = (await live(w)).files.get("de/translations.json");
    expect(again?.hash).toBe(before.get("de/translations.json")?.hash);
    expect(again?.lastModified).toBeGreaterThan(after.get("de/translations.json")?.lastModified ?? 0);
  });

  it("makes one release of twenty publishes at the same time", async () => {
    const w = await world();
    const answers = await Promise.all(Array.from({ length: 20 }, () => w.call("releases.create")));
    expect(new Set(answers.map((release) => release.id)).size).toBe(1);
    expect((await w.call("releases.list")).items).toHaveLength(1);
  });

  it("numbers releases without a gap when nodes publish and write at the same time", async () => {
    const w = await world();
    const nodes = Array.from({ length: 3 }, () => ({ ...w, context: { ...ctx, db: { ...ctx.db } } }));
    const publishOn = (node: (typeof nodes)[number]) =>
      inCall(
        node.context,
        { caller: w.person, effect: "read", placed: { reach: w.reach, project: w.project } },
        (call) => publishingHandlers["releases.create"](call, { channel: "production" }),
      );
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        ...nodes.map(publishOn),
        set(w, "title", "de", `Runde ${round}`),
        set(w, "title", "en", `Round ${round}`),
      ]);
    }
    await w.call("releases.create");
    expect(await textOf(w, "de/translations.json")).toEqual({ translations: { title: "Runde 4" } });
    const { items } = await w.call("releases.list", { limit: 250 });
    expect(items.map((release) => release.number)).toEqual(items.map((_, i) => items.length - i));
    expect(items.flatMap((release) => release.channels)).toEqual(["production"]);
    expect(items[0]?.channels).toEqual(["production"]);
  });

  it("refuses another release within the cooldown, but not a publish of nothing", async () => {
    const w = await world();
    const config = { ...ctx.config, PUBLISH_COOLDOWN_SECONDS: 60 };
    Object.assign(ctx, { config });
    try {
      const first = await w.call("releases.create");
      expect(await w.call("releases.create")).toEqual(first);
      await set(w, "title", "de", "Moin");
      ctx.clock.advance(20 * SECOND);
      await expect(w.call("releases.create")).rejects.toMatchObject({
        code: "rate_limited",
        extra: { retryAfterSeconds: 40 },
      });
      ctx.clock.advance(40 * SECOND);
      expect(await w.call("releases.create")).toMatchObject({ number: 2 });
    } finally {
      Object.assign(ctx, { config: { ...config, PUBLISH_COOLDOWN_SECONDS: 0 } });
    }
  });

  it("publishes every namespace for every active locale, and draft languages not at all", async () => {
    const w = await world({ fileStructure: "namespaced_folders" });
    await w.call("languages.add", { code: "fr", status: "draft" });
    await w.call("releases.create");
    await w.call("keys.create", { keys: [{ namespace: "auth", name: "login", values: { en: "Log in" } }] });
    await w.call("releases.create");
    const release = await live(w);
    expect([...release.files.keys()].sort()).toEqual([
      "de/auth.json",
      "de/translations.json",
      "en/auth.json",
      "en/translations.json",
      "pt-br/auth.json",
      "pt-br/translations.json",
    ]);
    expect(await textOf(w, "de/auth.json")).toEqual({});
    expect(await textOf(w, "en/translations.json")).toEqual({
      auth: { login: "Log in" },
      title: "Hello",
      menu: { file: "File" },
      translations: { title: "Hello", menu: { file: "File" } },
    });
    expect(manifestOf(release, "website", "https://cdn.test/acme/website")).toMatchObject({
      namespaces: ["auth", "translations"],
    });
  });

  it("describes the release in a manifest as the CDN contract has it", async () => {
    const w = await world();
    await w.call("releases.create");
    const release = await live(w);
    const at = new Date(release.createdAt).toISOString();
    const language = (code: string, more: object) =>
      expect.objectContaining({ code, lastUpdated: at, ...more });
    const manifest = manifestOf(release, "website", "https://cdn.test/acme/website");
    expect(manifest).toEqual({
      projectSlug: "website",
      sourceLanguage: "en",
      updatedAt: at,
      release: 1,
      languages: [
        language("de", {
          name: "German",
          nativeName: "Deutsch",
          countryCode: "de",
          isSource: false,
          keyCount: 1,
        }),
        language("en", {
          name: "English",
          nativeName: "English",
          countryCode: "us",
          isSource: true,
          keyCount: 2,
        }),
        language("pt-br", { name: "Brazilian Portuguese", countryCode: "br", flagUrl: null, keyCount: 0 }),
      ],
      files: {
        de: {
          url: "https://cdn.test/acme/website/de/translations.json",
          size: release.files.get("de/translations.json")?.size,
          lastModified: at,
        },
        en: expect.objectContaining({ lastModified: at }),
        "pt-br": expect.objectContaining({ url: "https://cdn.test/acme/website/pt-br/translations.json" }),
      },
    });
  });

  it("announces each release once", async () => {
    const w = await world();
    await w.call("releases.create");
    await w.call("releases.create");
    const events = await announcedIn(ctx.db, w.project, "translations.published");
    expect(events.map(({ data }) => data)).toEqual([
      expect.objectContaining({
        project: "website",
        release: 1,
        languages: ["de", "en", "pt-BR"],
        keysCount: 3,
      }),
    ]);
  });
});
