import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { openCdn } from "./open-cdn.ts";

describe.each(ENGINES)("trees, batches and deltas on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let server: Server;
  let single: World;
  let split: World;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
    server = await listen(ctx);
    single = await addProject(ctx, { languages: ["de"] });
    await single.call("keys.create", {
      keys: [
        { name: "title", values: { en: "Hello", de: "Hallo" } },
        { name: "menu.file", values: { en: "File" } },
        { name: "a/b~c", values: { en: "Old" } },
      ],
    });
    await single.call("releases.create");
    await set("title", "Hello again");
    await single.call("releases.create", { channel: "preview" });
    split = await addProject(ctx, { fileStructure: "namespaced_folders" });
    await split.call("keys.create", {
      keys: [
        { name: "title", values: { en: "Hello" } },
        { namespace: "auth", name: "log.in", values: { en: "Log in" } },
        { namespace: "common", name: "yes", values: { en: "Yes" } },
      ],
    });
    await split.call("releases.create");
  });
  afterAll(async () => {
    server.close();
    await database.close();
  });

  const set = (name: string, text: string, status: "approved" | "draft" = "approved") =>
    single.call("values.set", { values: [{ key: { name }, language: "en", text, status }] });
  const get = (w: World, path: string, headers: Record<string, string> = {}, on = server) =>
    fetch(`http://127.0.0.1:${(on.address() as AddressInfo).port}/cdn/${w.project.id}/${path}`, { headers });
  const title = async (path: string, on = server) =>
    (await json(await get(single, path, {}, on))).translations.title;

  it("shows channels beside each other, and any release whatever they point at", async () => {
    for (const [tree, wanted] of [
      ["", "Hello"],
      ["@production/", "Hello"],
      ["@preview/", "Hello again"],
      ["@Preview/", "Hello again"],
      ["@1/", "Hello"],
      ["@2/", "Hello again"],
    ]) {
      expect([tree, await title(`${tree}en.json`)]).toEqual([tree, wanted]);
      const manifest = await json(await get(single, `${tree}manifest.json`));
      const { url } = manifest.files.en;
      expect(
        url.endsWith(`/website/${tree === "@production/" ? "" : tree?.toLowerCase()}en/translations.json`),
      ).toBe(true);
      expect([tree, manifest.release]).toEqual([tree, wanted === "Hello" ? 1 : 2]);
    }
    for (const tree of ["@3/", "@nowhere/", "@/"]) {
      expect([tree, (await get(single, `${tree}en.json`)).status]).toEqual([tree, 404]);
    }
  });

  it("lets fixed releases be kept for good, and moving ones for short", async () => {
    const caching = async (path: string) => (await get(single, path)).headers.get("cache-control");
    for (const path of ["@1/en.json", "@1/manifest.json", "@2/en.json?since=1"]) {
      expect([path, await caching(path)]).toEqual([path, expect.stringContaining("immutable")]);
    }
    for (const path of ["en.json", "@preview/en.json", "@production/manifest.json", "en.json?since=1"]) {
      const control = await caching(path);
      expect([path, control]).toEqual([path, expect.stringMatching(/s-maxage=\d+, stale-while-revalidate/)]);
      expect(control).not.toContain("immutable");
    }
    expect(await caching("@99/en.json")).toBe("public, max-age=10");
  });

  it("names project and tree for caches in front, with a 304 too", async () => {
    const { id } = single.project;
    for (const [path, tree] of [
      ["en.json", "@production"],
      ["@preview/manifest.json", "@preview"],
      ["@1/en.json", "@1"],
    ]) {
      const full = await get(single, path as string);
      const etag = full.headers.get("etag") ?? "";
      const same = await get(single, path as string, { "if-none-match": etag });
      for (const { headers } of [full, same]) {
        expect(headers.get("cache-tag")).toBe(`${id},${id}${tree}`);
        expect(headers.get("surrogate-key")).toBe(`${id} ${id}${tree}`);
      }
      expect([full.status, same.status]).toEqual([200, 304]);
    }
  });

  it("shows a roll back to the next request here, and within two seconds on another node", async () => {
    const other = await listen({ ...ctx, db: { ...ctx.db } });
    await single.call("channels.move", { channel: "production", release: 2 });
    expect(await title("en.json")).toBe("Hello again");
    expect(await title("en.json", other)).toBe("Hello again");
    await single.call("channels.move", { channel: "production", release: 1 });
    const started = performance.now();
    expect(await title("en.json")).toBe("Hello");
    while ((await title("en.json", other)) !== "Hello") {
      if (performance.now() - started > 2000) throw new Error("still the same after two seconds");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    other.close();
  });

  it("answers several namespaces at once, each as it is", async () => {
    const manifest = await json(await get(split, "manifest.json"));
    expect(manifest).toMatchObject({ batch: true, namespaces: ["auth", "common", "translations"] });
    const answer = await get(split, "en/batch.json?ns=auth,common,nothing,translations");
    expect(await answer.json()).toEqual({
      auth: { log: { in: "Log in" } },
      common: { yes: "Yes" },
      nothing: {},
      translations: { title: "Hello" },
    });
    const counts = (headers: Headers) =>
      ["x-batch-count", "x-batch-requested", "x-cache-status"].map((name) => headers.get(name));
    expect(counts(answer.headers)).toEqual(["3", "4", "MISS"]);
    const again = await get(split, "en/batch.json?ns=translations,nothing,common,auth,auth");
    expect(counts(again.headers)).toEqual(["3", "4", "HIT"]);
    expect(again.headers.get("etag")).toBe(answer.headers.get("etag"));
    const etag = answer.headers.get("etag") ?? "";
    expect(
      (await get(split, "en/batch.json?ns=auth,common,nothing,translations", { "if-none-match": etag }))
        .status,
    ).toBe(304);
    for (const path of ["fr/batch.json?ns=auth", "en/batch.json"]) {
      expect([path, (await get(split, path)).status]).toEqual([path, 404]);
    }
    expect((await get(single, "en/batch.json?ns=translations")).status).toBe(404);
  });

  it("answers what changed and what is gone since a release", async () => {
    await set("a/b~c", "Old", "draft");
    await single.call("keys.create", { keys: [{ name: "menu.edit", values: { en: "Edit" } }] });
    const { number } = await single.call("releases.create", { channel: "staging" });
    const delta = async (path: string) => {
      const answer = await get(single, path);
      return answer.status === 200 ? await answer.json() : answer.status;
    };
    expect(await delta("@staging/en.json?since=2")).toEqual({
      since: 2,
      release: number,
      changed: { translations: { menu: { edit: "Edit" } } },
      removed: ["/translations/a~1b~0c"],
    });
    expect(await delta("@staging/de/translations.json?since=1")).toEqual({
      since: 1,
      release: number,
      changed: {},
      removed: [],
    });
    expect(await delta(`@staging/en.json?since=${number}`)).toMatchObject({ changed: {}, removed: [] });
    for (const path of ["en.json?since=99", "en.json?since=x", "fr.json?since=1"]) {
      expect([path, await delta(path)]).toEqual([path, 404]);
    }
  });
});

async function json(answer: Response) {
  return JSON.parse(await answer.text());
}

async function listen(context: Parameters<typeof openCdn>[0]): Promise<Server> {
  const cdn = openCdn(context);
  const server = createServer((incoming, response) => {
    if (!cdn.handle(incoming, response)) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
