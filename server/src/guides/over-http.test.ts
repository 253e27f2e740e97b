import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { BuiltFiles } from "../pages/built-files.ts";
import { referenceRoutes } from "../reference/routes.ts";
import { GUIDE_PATHS, GUIDES } from "./guides.ts";
import { guideRoutes } from "./routes.ts";

const config = {
  PUBLIC_URL: "https://translate.example.com",
  API_URL: "https://api.example.com",
  CDN_URL: "https://cdn.example.com",
  MCP_URL: "https://mcp.example.com/mcp",
};
const files = new BuiltFiles(join(import.meta.dirname, "../../../dashboard/dist"));
const app = new Hono().route("/", referenceRoutes(config)).route("/", guideRoutes(files, config));
const get = (path: string, headers: Record<string, string> = {}) =>
  app.request(path, { headers: { accept: "text/html", ...headers } });
const read = async (path: string, headers?: Record<string, string>) => (await get(path, headers)).text();

const PAGES = [
  GUIDE_PATHS.start,
  `${GUIDE_PATHS.search}?q=token`,
  ...GUIDES.map(({ slug }) => `${GUIDE_PATHS.start}/${slug}`),
];

describe("every page", () => {
  test.each(PAGES)("%s is whole without a script, under the policy of every other page", async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const html = await response.text();
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).not.toMatch(/<script(?![^>]* src=)|\son\w+=|\sstyle=|javascript:/);
    const foreign = [...html.matchAll(/\s(?:src|href)="([^"]+)"/g)].filter(
      ([tag, address]) => /src=/.test(tag) && !address?.startsWith("/"),
    );
    expect(foreign).toEqual([]);
  });

  test.each(PAGES)("%s leads only to pages and headings that exist", async (path) => {
    const html = await read(path);
    const links = [...html.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href]) => href as string);
    expect(links.length).toBeGreaterThan(10);
    const broken: string[] = [];
    for (const href of new Set(links)) {
      if (/^https?:/.test(href)) continue;
      const [target = "", fragment] = href.split("#");
      const response = target ? await get(target) : undefined;
      const arrived = response ? await response.text() : html;
      const ids = [...arrived.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
      if (response && response.status !== 200) broken.push(`${href}: ${response.status}`);
      else if (fragment && !ids.includes(fragment)) broken.push(`${href}: no such heading`);
    }
    expect(broken).toEqual([]);
  });

  test.each(PAGES.filter((path) => !path.includes("?")))(
    "%s is not sent again to whom has it, and has a HEAD",
    async (path) => {
      const first = await get(path);
      const etag = first.headers.get("etag") ?? "";
      const again = await get(path, { "if-none-match": etag });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      const head = await app.request(path, { method: "HEAD" });
      expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, etag, ""]);
    },
  );
});

test("a page names the files of the build that is there now, and is sent again after another one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-dist-"));
  const build = (name: string) => {
    mkdirSync(join(folder, ".vite"), { recursive: true });
    const entry = { file: `assets/${name}.js`, css: [`assets/${name}.css`] };
    writeFileSync(join(folder, ".vite/manifest.json"), JSON.stringify({ "src/docs/main.ts": entry }));
  };
  const app = new Hono().route("/", guideRoutes(new BuiltFiles(folder), config));
  try {
    const bare = await app.request("/docs/scopes");
    expect(await bare.text()).not.toMatch(/<script|rel="stylesheet"/);
    build("one");
    const one = await app.request("/docs/scopes");
    expect(await one.text()).toContain('<link rel="stylesheet" href="/assets/one.css" />');
    build("two");
    const etag = one.headers.get("etag") ?? "";
    const two = await app.request("/docs/scopes", { headers: { "if-none-match": etag } });
    expect(two.status).toBe(200);
    expect(await two.text()).toContain('<script type="module" src="/assets/two.js"></script>');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("a guide as Markdown", () => {
  test.each(GUIDES.map(({ slug }) => slug))(
    "%s has its own address, and is what a client gets that asks for Markdown",
    async (slug) => {
      const response = await app.request(`/docs/${slug}.md`);
      expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      const markdown = await response.text();
      expect(markdown).toMatch(/^# \S/);
      const asked = await app.request(`/docs/${slug}`, {
        headers: { accept: "text/markdown, text/html;q=0.9" },
      });
      expect(await asked.text()).toBe(markdown);
      expect(asked.headers.get("vary")).toContain("Accept");
      for (const [, href = ""] of markdown.matchAll(/\]\(([^)#\s]+)/g)) {
        if (href.startsWith("https:")) continue;
        const { pathname } = new URL(href, `https://docs.example/docs/${slug}.md`);
        expect([href, (await app.request(pathname)).status]).toEqual([href, 200]);
      }
    },
  );

  test("names this server's own addresses, ready to be copied", async () => {
    expect(await read("/docs/connect.md")).toContain("SERVER=https://translate.example.com\n");
    expect(await read("/docs/cdn")).toContain("CDN=https://cdn.example.com\n");
    expect(await read("/docs/agents")).toContain("parlance https://mcp.example.com/mcp");
    expect(await read("/llms-full.txt")).not.toContain("localhost:3000");
  });
});

describe("for agents", () => {
  test("/llms.txt names every guide with one sentence, and its addresses answer", async () => {
    const response = await get("/llms.txt");
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const list = await response.text();
    for (const { slug, sentence } of GUIDES) expect(list).toContain(`/docs/${slug}.md): ${sentence}`);
    for (const [, address = ""] of list.matchAll(/\((https:[^)]+)\)/g)) {
      const { pathname } = new URL(address);
      if (!pathname.startsWith("/.well-known")) expect((await app.request(pathname)).status).toBe(200);
    }
  });

  test("/llms-full.txt holds them all", async () => {
    const whole = await read("/llms-full.txt");
    for (const { slug } of GUIDES) expect(whole).toContain((await read(`/docs/${slug}.md`)).trim());
  });
});

describe("the search", () => {
  test.each([
    ["invalid_grant", "/docs/errors#invalid_grant"],
    ["single flight", "/docs/security-checklist#what-you-do-with-it"],
    ["idempoten", "/docs/calling-the-api#create-once"],
    ["revokation", "/docs/revocation"],
  ])("finds %s, in a page without script and as JSON", async (query, href) => {
    const q = encodeURIComponent(query);
    expect(await read(`/docs/search?q=${q}`)).toContain(`href="${href}"`);
    const response = await app.request(`/docs/search.json?q=${q}`);
    const { found } = (await response.json()) as { found: { href: string; excerpt: string }[] };
    expect(found.map((one) => one.href)).toContain(href);
    for (const { excerpt } of found) expect(excerpt.length).toBeLessThan(170);
  });

  test.each(["", "   ", "zzzzzz", "a ".repeat(5_000), "<script>alert(1)</script>", "\u202e\0%", "(((*+?"])(
    "takes %j and shows it harmlessly",
    async (query) => {
      const response = await get(`/docs/search?q=${encodeURIComponent(query)}`);
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain("<script>alert");
      expect((await app.request(`/docs/search.json?q=${encodeURIComponent(query)}`)).status).toBe(200);
    },
  );
});

describe("what is not there", () => {
  test.each([
    "/docs/nothing",
    "/docs/a/b",
    "/docs/source/server/src/main.ts",
    "/docs/source/examples/web-partner/src/session.ts",
    "/docs/source/sdk/create/template/src/session.js",
    "/docs/source/sdk/create/src/main.ts",
    "/docs/source/../package.json",
    "/docs/%2e%2e/package.json",
    "/docs/__proto__",
  ])("%s is a page with the way back, and 404", async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('"name": "parlance"');
  });

  test("a person gets the navigation, a program does not", async () => {
    expect(await read("/docs/nothing")).toContain("There is no such page");
    const response = await app.request("/docs/nothing.md", { headers: { accept: "*/*" } });
    expect([response.status, (await response.text()).includes("<html")]).toEqual([404, false]);
  });

  test("the start page has one address", async () => {
    const response = await get("/docs/");
    expect([response.status, response.headers.get("location")]).toEqual([301, "/docs"]);
  });
});
