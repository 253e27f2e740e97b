import { Hono } from "hono";
import type { Config } from "../platform/config.ts";
import { PackedBody } from "./packed-body.ts";
import { LOOKS, REFERENCE_PATHS, referencePage } from "./page.ts";

/** To pages of every origin: there is nothing in it that is anybody's own. */
const OPEN = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag" };

/** The document and the page that shows it. What makes them is loaded when somebody first asks: the start does not wait for it. */
export function referenceRoutes(config: Pick<Config, "PUBLIC_URL" | "API_URL">): Hono {
  const app = new Hono();
  const { document, page, viewer, looks } = REFERENCE_PATHS;
  const serve = (path: string, make: () => Promise<PackedBody>) => {
    let made: Promise<PackedBody> | undefined;
    app.get(path, async (c) => {
      made ??= make().catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return (await made).answer(c.req.raw.headers);
    });
  };
  serve(document, async () => {
    const { describeApi } = await import("./document.ts");
    const headers = { ...OPEN, "Content-Type": "application/json" };
    return new PackedBody(JSON.stringify(describeApi(config)), headers);
  });
  serve(viewer, async () => {
    const { readViewer } = await import("./viewer.ts");
    return new PackedBody(await readViewer(), { "Content-Type": "text/javascript; charset=utf-8" });
  });
  serve(looks, async () => new PackedBody(LOOKS, { "Content-Type": "text/css; charset=utf-8" }));
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
