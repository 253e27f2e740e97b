import { Hono } from "hono";
import type { BuiltFiles } from "./built-files.ts";
import { messagePage } from "./message-page.ts";
import { PAGE_HEADERS } from "./security-headers.ts";

/** Pages for people who are not signed in or are connecting an app: the small bundle. */
const CONNECT_PAGES = [
  "/sign-in",
  "/sign-up",
  "/verify-email",
  "/forgot-password",
  "/reset-password",
  "/invitations/:token",
  "/connect/:requestId",
];
/** Pages of the dashboard; its own router takes over from there. */
const DASHBOARD_PAGES = [
  "/",
  "/create-organization",
  "/settings/*",
  "/settings",
  "/organizations/*",
  "/organizations",
];

export function pageRoutes(files: BuiltFiles): Hono {
  const app = new Hono();
  for (const path of CONNECT_PAGES) app.get(path, () => page(files, "connect"));
  for (const path of DASHBOARD_PAGES) app.get(path, () => page(files, "index"));
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

async function page(files: BuiltFiles, entry: "connect" | "index"): Promise<Response> {
  const html = await files.html(entry);
  if (html)
    return new Response(html, { headers: { ...PAGE_HEADERS, "Content-Type": "text/html; charset=utf-8" } });
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
