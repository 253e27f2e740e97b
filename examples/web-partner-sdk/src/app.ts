import { readFileSync } from "node:fs";
import { AuthorizationError, type Client, type Connection, type Parlance } from "@parlance/sdk";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { connectionPage, homePage, noticeFor, type ProjectSummary, projectPage } from "./pages.ts";
import { notFound, problem } from "./problems.ts";
import { currentUser } from "./session.ts";
import type { Addresses } from "./settings.ts";

export interface Environment {
  Variables: { userId: string; connection: Connection; client: Client };
}

/** The partner's pages. Every page is made on the server; there is no script, and no token ever reaches the browser. */
export function createApp(parlance: Parlance, addresses: Addresses): Hono<Environment> {
  const app = new Hono<Environment>();
  const style = readFileSync(new URL("./style.css", import.meta.url), "utf8");

  app.use(headers(addresses), fromOwnPages(addresses), bodyLimit({ maxSize: 256 * 1024 }));
  app.get("/style.css", (c) => c.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
  app.use(currentUser(addresses.appUrl));

  app.get("/", async (c) =>
    c.html(homePage(await parlance.connections(c.get("userId")), noticeFor(c.req.query("done")))),
  );

  // #region connect
  app.post("/connect/start", async (c) => {
    const { organization } = await fields(c);
    return c.redirect(await parlance.authorizeUrl({ userId: c.get("userId"), organization }), 303);
  });

  app.get("/connect/callback", async (c) => {
    try {
      await parlance.callback({ userId: c.get("userId"), url: c.req.url });
      return c.redirect("/?done=connected", 303);
    } catch (error) {
      // The user pressed Cancel.
      if (!(error instanceof AuthorizationError) || error.code !== "access_denied") throw error;
      return c.redirect("/?done=cancelled", 303);
    }
  });
  // #endregion

  // #region connection
  app.use("/connections/:id/*", async (c, next) => {
    // Only the user's own: an id in an address is anybody's to try.
    const own = await parlance.connections(c.get("userId"));
    const connection = own.find(({ id }) => id === c.req.param("id"));
    if (!connection) return notFound(c);
    c.set("connection", connection);
    c.set("client", parlance.client(connection.id));
    await next();
  });
  // #endregion

  // #region projects
  app.get("/connections/:id", async (c) => {
    const connection = c.get("connection");
    const { organizationId } = connection;
    const projects: ProjectSummary[] = [];
    for await (const project of c.get("client").projects.list.each({ organizationId }))
      projects.push(project);
    return c.html(connectionPage(connection, projects));
  });
  // #endregion

  // #region disconnect
  app.post("/connections/:id/disconnect", async (c) => {
    await parlance.disconnect(c.get("connection").id);
    return c.redirect("/?done=disconnected", 303);
  });
  // #endregion

  app.get("/connections/:id/projects/:projectId", async (c) => {
    const projectId = c.req.param("projectId");
    const project = await c.get("client").projects.get({ projectId });
    const notice = noticeFor(c.req.query("done"), c.req.query("release"));
    return c.html(projectPage(c.get("connection"), project, notice));
  });

  // #region write
  app.post("/connections/:id/projects/:projectId/keys", async (c) => {
    const { name = "", language, text } = await fields(c);
    const values = language && text ? { [language]: text } : {};
    await c.get("client").keys.create({ projectId: c.req.param("projectId"), keys: [{ name, values }] });
    return c.redirect(projectUrl(c, "key"), 303);
  });

  app.post("/connections/:id/projects/:projectId/values", async (c) => {
    const { name = "", language = "", text = "" } = await fields(c);
    const values = [{ key: { name }, language, text }];
    await c.get("client").values.set({ projectId: c.req.param("projectId"), values });
    return c.redirect(projectUrl(c, "value"), 303);
  });

  app.post("/connections/:id/projects/:projectId/releases", async (c) => {
    const { message } = await fields(c);
    const release = await c
      .get("client")
      .releases.create({ projectId: c.req.param("projectId"), ...(message && { message }) });
    return c.redirect(projectUrl(c, `published&release=${release.number}`), 303);
  });
  // #endregion

  app.notFound(notFound);
  app.onError(problem);
  return app;
}

/** The check that a POST comes from our own pages, before anything else looks at it. */
function fromOwnPages({ appUrl }: Addresses): MiddlewareHandler {
  const { origin } = new URL(appUrl);
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.header("origin") !== origin) {
      return c.text(`This form was not sent from ${origin}.`, 403);
    }
    await next();
  };
}

function headers({ appUrl, parlanceUrl }: Addresses): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      // "Connect" is a form whose answer redirects to Parlance, and browsers hold redirects to this list as well.
      formAction: ["'self'", new URL(parlanceUrl).origin],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    // With "no-referrer" browsers send `Origin: null` on our own forms.
    referrerPolicy: "same-origin",
    strictTransportSecurity: appUrl.startsWith("https:"),
  });
}

/** The form's text fields, trimmed; an empty one is absent. */
async function fields(c: Context): Promise<Record<string, string | undefined>> {
  const form = Object.entries(await c.req.parseBody());
  return Object.fromEntries(
    form.map(([name, value]) => [name, (typeof value === "string" && value.trim()) || undefined]),
  );
}

function projectUrl(c: Context<Environment>, done: string): string {
  const projectId = encodeURIComponent(c.req.param("projectId") ?? "");
  return `/connections/${c.get("connection").id}/projects/${projectId}?done=${done}`;
}
