import { type Context, Hono } from "hono";
import type { BuiltFiles } from "../pages/built-files.ts";
import { PAGE_HEADERS } from "../pages/security-headers.ts";
import { PackedBody } from "../reference/packed-body.ts";
import type { Addresses } from "./addresses.ts";
import { GUIDE_PATHS } from "./guides.ts";
import type { Looks } from "./layout.ts";
import { prefersMarkdown } from "./negotiate.ts";
import type { Shelf } from "./shelf.ts";

/** What the build calls these pages' script, which brings their style sheet. */
const ENTRY = "src/docs/main.ts";
const MARK = "src/design/mark.svg";

/** How keys of packed pages begin. */
const PAGE = "page";

/** Pages name built files, which change with a build; everybody asks again whether they did. */
const HTML = {
  ...PAGE_HEADERS,
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-cache",
  Vary: "Accept, Accept-Encoding",
};
/** To programs of every origin: there is nothing in it that is anybody's own. */
const OPEN = { "Access-Control-Allow-Origin": "*", "Content-Security-Policy": "default-src 'none'" };
const MARKDOWN = { ...OPEN, "Content-Type": "text/markdown; charset=utf-8", Vary: "Accept, Accept-Encoding" };
const PLAIN = { ...OPEN, "Content-Type": "text/plain; charset=utf-8" };

/** The guides. They are read when somebody first asks: the start does not wait for them. */
export function guideRoutes(files: BuiltFiles, addresses: Addresses): Hono {
  const app = new Hono();
  const { start, search, found, source, list, whole } = GUIDE_PATHS;
  let opening: Promise<Shelf> | undefined;
  const shelf = () => {
    opening ??= import("./shelf.ts").then(({ Shelf }) => new Shelf(addresses));
    return opening.catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
  };
  const packed = new Map<string, PackedBody>();

  /** Packs a text once; what is made of built files, once for each build. */
  function answer(c: Context, key: string, headers: Record<string, string>, make: () => string) {
    const body = packed.get(key) ?? new PackedBody(make(), headers);
    packed.set(key, body);
    return body.answer(c.req.raw.headers);
  }
  async function page(c: Context, name: string, make: (shelf: Shelf, looks: Looks) => string) {
    const here = await shelf();
    const looks = looksOf(files);
    const build = `${PAGE} ${[looks.script, ...looks.styles].join(" ")} `;
    forgetOtherBuilds(packed, build);
    return answer(c, build + name, HTML, () => make(here, looks));
  }
  async function markdown(c: Context, slug: string): Promise<Response> {
    const guide = (await shelf()).guide(slug);
    return guide ? answer(c, `${slug}.md`, MARKDOWN, () => guide.markdown) : c.notFound();
  }
  async function missing(c: Context): Promise<Response> {
    if (!c.req.header("accept")?.includes("text/html")) return c.notFound();
    const html = (await shelf()).missing(looksOf(files));
    return new Response(html, { status: 404, headers: HTML });
  }

  app.get(start, async (c) => {
    if (!prefersMarkdown(c.req.header("accept")))
      return page(c, "start", (shelf, looks) => shelf.start(looks));
    const here = await shelf();
    return answer(c, `${start}.md`, MARKDOWN, () => here.list());
  });
  app.get(search, async (c) => {
    const html = (await shelf()).searchPage(c.req.query("q") ?? "", looksOf(files));
    return new Response(html, { headers: HTML });
  });
  app.get(found, async (c) => {
    const sections = (await shelf()).find(c.req.query("q") ?? "");
    return c.json({ found: sections }, 200, {
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
    });
  });
  app.get(list, async (c) => {
    const here = await shelf();
    return answer(c, list, PLAIN, () => here.list());
  });
  app.get(whole, async (c) => {
    const here = await shelf();
    return answer(c, whole, PLAIN, () => here.whole());
  });
  app.get(`${source}/*`, async (c) => {
    const path = c.req.path.slice(source.length + 1);
    const text = (await shelf()).source(path);
    return text === undefined ? missing(c) : answer(c, `source ${path}`, PLAIN, () => text);
  });
  app.get(`${start}/:name{[a-z-]+\\.md}`, (c) => markdown(c, c.req.param("name").slice(0, -".md".length)));
  app.get(`${start}/:slug{[a-z-]+}`, async (c) => {
    const slug = c.req.param("slug");
    const guide = (await shelf()).guide(slug);
    if (!guide) return missing(c);
    if (prefersMarkdown(c.req.header("accept"))) return markdown(c, slug);
    return page(c, slug, (shelf, looks) => shelf.page(guide, looks));
  });
  app.get(`${start}/*`, async (c) => (c.req.path === `${start}/` ? c.redirect(start, 301) : missing(c)));
  return app;
}

function looksOf(files: BuiltFiles): Looks {
  const { file, css } = files.entry(ENTRY) ?? { file: undefined, css: [] };
  return { script: file, styles: css, mark: files.entry(MARK)?.file };
}

/** Pages of a build that is gone name files that are gone. */
function forgetOtherBuilds(packed: Map<string, unknown>, build: string): void {
  for (const key of packed.keys()) {
    if (key.startsWith(`${PAGE} `) && !key.startsWith(build)) packed.delete(key);
  }
}
