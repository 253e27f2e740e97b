import { Hono } from "hono";
import type { BuiltFiles } from "./built-files.ts";
import { loopbackTwin } from "./loopback-twin.ts";
import { messagePage } from "./message-page.ts";
import { CONNECT_PAGE_HEADERS, PAGE_HEADERS } from "./security-headers.ts";
import { type ToldSettings, withSettings } from "./told-settings.ts";

type Entry = "connect" | "index";

interface Page {
  entry: Entry;
  headers: Readonly<Record<string, string>>;
}

/** On the way of an app that connects: the small bundle. */
const CONNECTING: Page = { entry: "connect", headers: CONNECT_PAGE_HEADERS };
/** The small bundle too, but no app leads here. */
const SIGNED_OUT: Page = { entry: "connect", headers: PAGE_HEADERS };
/** The dashboard; its own router takes over from there. */
const DASHBOARD: Page = { entry: "index", headers: PAGE_HEADERS };

const PAGES: Record<string, Page> = {
  "/connect/:requestId": CONNECTING,
  "/sign-in": CONNECTING,
  "/sign-up": CONNECTING,
  "/verify-email": CONNECTING,
  "/forgot-password": CONNECTING,
  "/reset-password": CONNECTING,
  "/invitations/:token": SIGNED_OUT,
  "/cli-auth": SIGNED_OUT,
  "/device": SIGNED_OUT,
  "/": DASHBOARD,
  "/create-organization": DASHBOARD,
  "/apps/register": DASHBOARD,
  "/settings": DASHBOARD,
  "/settings/*": DASHBOARD,
  "/organizations": DASHBOARD,
  "/organizations/*": DASHBOARD,
};

export function pageRoutes(files: BuiltFiles, config: ToldSettings): Hono {
  const app = new Hono();
  for (const [path, page] of Object.entries(PAGES)) {
    app.get(path, (c) => {
      const twin = loopbackTwin(config.PUBLIC_URL, c.req.url);
      if (twin) return new Response(null, { status: 302, headers: { ...page.headers, Location: twin } });
      return show(files, page, config);
    });
  }
  // Where programs and pages of others send people.
  app.get("/login", (c) => c.redirect("/sign-in", 302));
  app.get("/assets/:name", async (c) => {
    const asset = await files.asset(c.req.param("name"));
    if (!asset) return c.notFound();
    const encoding = acceptedEncoding(c.req.header("accept-encoding") ?? "", asset.bodies);
    return new Response(asset.bodies[encoding], {
      headers: {
        "Content-Type": asset.type,
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        Vary: "Accept-Encoding",
        ...(encoding !== "identity" && { "Content-Encoding": encoding }),
      },
    });
  });
  return app;
}

async function show(files: BuiltFiles, { entry, headers }: Page, config: ToldSettings): Promise<Response> {
  const html = await files.html(entry);
  if (html) {
    const body = withSettings(html, config);
    return new Response(body, { headers: { ...headers, "Content-Type": "text/html; charset=utf-8" } });
  }
  return messagePage(files, 503, {
    title: "The dashboard is not built",
    text: "The server runs, but its pages are missing. Start it with npm start, or build them with npm run build.",
  });
}

function acceptedEncoding(accepted: string, bodies: Record<string, Uint8Array>): "br" | "gzip" | "identity" {
  for (const encoding of ["br", "gzip"] as const) {
    const isOffered = new RegExp(`(^|,)\\s*${encoding}\\s*(;\\s*q=(?!0(\\.0+)?\\s*(,|$))[^,]*)?(,|$)`).test(
      accepted,
    );
    if (isOffered && bodies[encoding] !== bodies.identity) return encoding;
  }
  return "identity";
}
