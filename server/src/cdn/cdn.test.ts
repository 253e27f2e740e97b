import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { readConfig } from "../platform/config.ts";
import { openCdn } from "./open-cdn.ts";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

describe.each(ENGINES)("the CDN on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let server: Server;
  let world: World;
  let base: string;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
    server = await listen(ctx);
    world = await addProject(ctx, { languages: ["de", "pt-BR"] });
    await world.call("keys.create", {
      keys: [
        { name: "title", values: { en: "Hello", de: "Hallo", "pt-BR": "Olá" } },
        { namespace: "auth", name: "login.button", values: { en: "Log in" } },
      ],
    });
    await world.call("releases.create");
    base = `/cdn/${world.reach.organization.slug}/website`;
  });
  afterAll(async () => {
    server.close();
    await database.close();
  });

  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetchRaw(server, path, headers, method);
  const json = (answer: Answer) => JSON.parse(answer.body.toString());

  it("answers a locale at both its addresses, by slug and by UUID, in any case", async () => {
    const wanted = { translations: { title: "Olá" } };
    const byId = `/cdn/${world.project.id.toUpperCase()}`;
    for (const path of [
      `${base}/pt-br/translations.json`,
      `${base}/pt-br.json`,
      `${base}/PT_BR.json?v=1`,
      `http://localhost:3000${base}/pt-br.json`,
      `${byId}/pt-br/translations.json`,
      `${byId}/pt-BR.json`,
    ]) {
      const answer = await get(path);
      expect([path, answer.status, json(answer)]).toEqual([path, 200, wanted]);
    }
  });

  it("answers a manifest whose files are where it says", async () => {
    const answer = await get(`${base}/manifest.json`);
    const manifest = json(answer);
    expect(manifest.languages.map(({ code }: { code: string }) => code)).toEqual(["de", "en", "pt-br"]);
    expect(manifest).not.toHaveProperty("namespaces");
    for (const { url, size } of Object.values(manifest.files) as { url: string; size: number }[]) {
      const file = await get(new URL(url).pathname);
      expect([file.status, file.body.length]).toEqual([200, size]);
    }
    const byId = await get(`/cdn/${world.project.id}/manifest.json`);
    expect(byId.body).toEqual(answer.body);
  });

  it("compresses as asked, with an ETag of its own per encoding", async () => {
    for (const path of [`${base}/de.json`, `${base}/manifest.json`]) {
      const plain = await get(path);
      const gzip = await get(path, { "accept-encoding": "gzip" });
      const brotli = await get(path, { "accept-encoding": "gzip, deflate, br" });
      expect(gzip.headers["content-encoding"]).toBe("gzip");
      expect(brotli.headers["content-encoding"]).toBe("br");
      expect(gunzipSync(gzip.body)).toEqual(plain.body);
      expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
      expect(new Set([plain, gzip, brotli].map(({ headers }) => headers.etag)).size).toBe(3);
      for (const { headers } of [plain, gzip, brotli]) {
        expect(headers).toMatchObject({
          vary: "Accept-Encoding",
          etag: expect.stringMatching(/^"[\w-]+"$/),
          "content-type": "application/json; charset=utf-8",
          "x-content-type-options": "nosniff",
          "access-control-allow-origin": "*",
          "access-control-expose-headers": "ETag",
        });
      }
    }
  });

  it("never keeps the manifest longer than messages", async () => {
    const seconds = async (path: string) => {
      const cache = (await get(path)).headers["cache-control"] ?? "";
      return ["max-age", "s-maxage", "stale-while-revalidate"].map((name) =>
        Number(cache.match(new RegExp(`${name}=(\\d+)`))?.[1]),
      );
    };
    const messages = await seconds(`${base}/de.json`);
    for (const [index, value] of (await seconds(`${base}/manifest.json`)).entries()) {
      expect(value).toBeLessThanOrEqual(messages[index] as number);
    }
  });

  it("answers 304 to the ETag it gave, and 200 once the content changed", async () => {
    const path = `${base}/en.json`;
    const first = await get(path, { "accept-encoding": "br" });
    const etag = first.headers.etag ?? "";
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const again = await get(path, { "accept-encoding": "br", "if-none-match": tag });
      expect([tag, again.status, again.body.length, again.headers.etag]).toEqual([tag, 304, 0, etag]);
      expect(again.headers).toMatchObject({ vary: "Accept-Encoding", "access-control-allow-origin": "*" });
    }
    await world.call("values.set", {
      values: [{ key: { name: "title" }, language: "en", text: "Hello again" }],
    });
    await world.call("releases.create");
    const changed = await get(path, { "if-none-match": etag });
    expect([changed.status, json(changed).translations.title]).toEqual([200, "Hello again"]);
  });

  it("answers HEAD as GET without the body, and preflights", async () => {
    const head = await get(`${base}/de.json`, {}, "HEAD");
    const full = await get(`${base}/de.json`);
    expect([head.status, head.body.length]).toEqual([200, 0]);
    for (const name of ["content-length", "etag", "content-type", "cache-control"]) {
      expect(head.headers[name]).toBe(full.headers[name]);
    }
    const preflight = await get(`${base}/de.json`, { origin: "https://app.test" }, "OPTIONS");
    expect([preflight.status, preflight.headers]).toMatchObject([
      204,
      {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, HEAD, OPTIONS",
        "access-control-allow-headers": expect.stringContaining("Cache-Control, If-None-Match"),
        "access-control-max-age": "86400",
      },
    ]);
  });

  it.each(["POST", "PUT", "DELETE", "PATCH"])("refuses %s with 405", async (method) => {
    const answer = await get(`${base}/de.json`, {}, method);
    expect([answer.status, answer.headers.allow, json(answer).error]).toEqual([
      405,
      "GET, HEAD, OPTIONS",
      "method_not_allowed",
    ]);
  });

  it.each([
    "fr.json",
    "fr/translations.json",
    "de/auth.json",
    "de/manifest.json",
    "de",
    "",
    "%00.json",
    "%e0%a4.json",
    "..%2f..%2fsecret.key",
    "../../../etc/passwd",
    "de.json/",
    `${"x".repeat(5000)}.json`,
    "__proto__.json",
    "constructor/translations.json",
  ])("answers 404 in JSON for %j", async (path) => {
    const answer = await get(`${base}/${path}`);
    expect([answer.status, json(answer)]).toMatchObject([404, { error: "not_found" }]);
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "public, max-age=10",
      "access-control-allow-origin": "*",
    });
  });

  it("does not know projects that are not, and projects that were never published", async () => {
    const empty = await addProject(ctx);
    for (const path of [
      "/cdn/nobody/nothing/manifest.json",
      "/cdn/2f3007e1-bca2-45c6-ade9-5d0b012fb945/manifest.json",
      `/cdn/${empty.project.id}/manifest.json`,
      `/cdn/${empty.reach.organization.slug}/website/en.json`,
    ]) {
      expect((await get(path)).status).toBe(404);
    }
    await empty.call("releases.create");
    expect((await get(`/cdn/${empty.project.id}/manifest.json`)).status).toBe(200);
  });

  it("shows a publish at once here, and within two seconds on another node", async () => {
    const other = await listen({ ...ctx, db: { ...ctx.db } });
    const path = `${base}/de.json`;
    const title = (answer: Answer) => json(answer).translations.title;
    await fetchRaw(other, path);
    await world.call("values.set", { values: [{ key: { name: "title" }, language: "de", text: "Servus" }] });
    expect(title(await get(path))).not.toBe("Servus");
    await world.call("releases.create");
    const started = performance.now();
    expect(title(await get(path))).toBe("Servus");
    while (title(await fetchRaw(other, path)) !== "Servus") {
      if (performance.now() - started > 2000) throw new Error("still old after two seconds");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    other.close();
  });

  it("stops serving a project and an organization that were deleted", async () => {
    const gone = await addProject(ctx);
    await gone.call("releases.create");
    const path = `/cdn/${gone.reach.organization.slug}/website/en.json`;
    expect((await get(path)).status).toBe(200);
    const { id } = gone.reach.organization;
    await ctx.db.write((tx) =>
      tx.updateTable("organizations").set({ deletedAt: 1 }).where("id", "=", id).execute(),
    );
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await get(path)).status).toBe(404);
    expect((await get(`/cdn/${gone.project.id}/en.json`)).status).toBe(404);
  });

  it("never shows a reader an older release after a newer one while publishes follow each other", async () => {
    const w = await addProject(ctx, { languages: ["de"] });
    const languages = ["en", "de"];
    const set = (round: number) =>
      w.call("values.set", {
        values: languages.map((language) => ({ key: { name: "round" }, language, text: `${round}` })),
      });
    await w.call("keys.create", { keys: [{ name: "round" }] });
    await set(0);
    await w.call("releases.create");
    let publishing = true;
    const reader = async () => {
      let newest = 0;
      const at = `/cdn/${w.project.id}`;
      while (publishing) {
        const { release } = json(await get(`${at}/manifest.json`));
        const rounds: number[] = [];
        for (const language of languages) {
          rounds.push(Number(json(await get(`${at}/${language}.json`)).translations.round));
        }
        const seen = [release - 1, ...rounds];
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
        expect(seen[0]).toBeGreaterThanOrEqual(newest);
        newest = seen.at(-1) ?? 0;
      }
      return newest;
    };
    const readers = [reader(), reader(), reader()];
    for (let round = 1; round <= 8; round++) {
      await set(round);
      await w.call("releases.create");
    }
    publishing = false;
    await Promise.all(readers);
    expect(json(await get(`/cdn/${w.project.id}/de.json`)).translations.round).toBe("8");
  });

  it("binds browsers to HTTPS on every answer, where it is served over it", async () => {
    const config = readConfig({ NODE_ENV: "test", PUBLIC_URL: "https://localhost:3000" });
    const secure = await listen({ ...ctx, config });
    const etag = (await get(`${base}/de.json`)).headers.etag ?? "";
    const answers = await Promise.all([
      fetchRaw(secure, `${base}/de.json`),
      fetchRaw(secure, `${base}/de.json`, { "if-none-match": etag }),
      fetchRaw(secure, `${base}/manifest.json`),
      fetchRaw(secure, `${base}/nothing.json`),
      fetchRaw(secure, `${base}/de.json`, {}, "OPTIONS"),
      fetchRaw(secure, `${base}/de.json`, {}, "POST"),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 304, 200, 404, 204, 405]);
    for (const { headers } of answers) {
      expect(headers["strict-transport-security"]).toBe("max-age=63072000");
    }
    expect((await get(`${base}/de.json`)).headers).not.toHaveProperty("strict-transport-security");
    secure.close();
  });

  it("leaves other addresses alone", async () => {
    for (const path of ["/", "/cdnx/acme/website/de.json", "/api/auth/mcp/token"]) {
      expect((await get(path)).status).toBe(418);
    }
  });

  it("compares the host where the CDN has one of its own", async () => {
    const elsewhere = readConfig({ NODE_ENV: "test", CDN_URL: "https://cdn.example.com" });
    const other = await listen({ ...ctx, config: elsewhere });
    const path = base.slice("/cdn".length);
    const on = (host: string) => fetchRaw(other, `${path}/manifest.json`, { host });
    expect((await on("localhost:3000")).status).toBe(418);
    const manifest = json(await on("CDN.example.com"));
    expect(manifest.files.de.url).toBe(`https://cdn.example.com${path}/de/translations.json`);
    other.close();
  });
});

it("refuses to start where CDN_URL would swallow the whole server", () => {
  const config = readConfig({ NODE_ENV: "test", CDN_URL: "http://localhost:3000" });
  expect(() => openCdn({ config } as TestContext)).toThrow("The setting CDN_URL is wrong");
});

async function listen(context: TestContext | Parameters<typeof openCdn>[0]): Promise<Server> {
  const cdn = openCdn(context);
  const server = createServer((incoming, response) => {
    if (!cdn.handle(incoming, response)) response.writeHead(418).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Sends the path byte for byte, which `fetch` would not. */
async function fetchRaw(
  server: Server,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const outgoing = request({ host: "127.0.0.1", port, path, method, headers }).end();
  const [incoming] = await once(outgoing, "response");
  const body = Buffer.concat(await incoming.toArray());
  return { status: incoming.statusCode, headers: incoming.headers, body };
}
