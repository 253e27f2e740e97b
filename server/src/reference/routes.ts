import { Hono } from "hono";
import type { Config } from "../platform/config.ts";
import { describeApi } from "./document.ts";
import { PackedBody } from "./packed-body.ts";
import { LOOKS, REFERENCE_PATHS, referencePage } from "./page.ts";
import { readViewer } from "./viewer.ts";

/** To pages of every origin: there is nothing in it that is anybody's own. */
const OPEN = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag" };

/** The document and the page that shows it. Each is made when somebody first asks, so that the start does not wait for it. */
export function referenceRoutes(config: Pick<Config, "PUBLIC_URL" | "API_URL">): Hono {
  const app = new Hono();
  const { document, page, viewer, looks } = REFERENCE_PATHS;
  const serve = (path: string, make: () => PackedBody) => {
    let made: PackedBody | undefined;
    app.get(path, (c) => {
      made ??= make();
      return made.answer(c.req.raw.headers);
    });
  };
  serve(document, () => {
    const headers = { ...OPEN, "Content-Type": "application/json" };
    return new PackedBody(JSON.stringify(describeApi(config)), headers);
  });
  serve(viewer, () => new PackedBody(readViewer(), { "Content-Type": "text/javascript; charset=utf-8" }));
  serve(looks, () => new PackedBody(LOOKS, { "Content-Type": "text/css; charset=utf-8" }));
  app.options(document, (c) =>
    c.body(null, 204, {
      ...OPEN,
      "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
      "Access-Control-Allow-Headers": "If-None-Match",
      "Access-Control-Max-Age": "86400",
    }),
  );
  app.get(page, () => referencePage());
  return app;
}
