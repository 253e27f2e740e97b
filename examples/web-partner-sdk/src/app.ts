import { readFileSync } from "node:fs";
import {
  AuthorizationError,
  type Client,
  type Connection,
  ConnectionRevokedError,
  MissingScopeError,
  type Output,
  type Parlance,
  RefusedError,
} from "@parlance/sdk";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Connection as Shown } from "../../web-partner/src/connections.ts";
import {
  connectionPage,
  homePage,
  noticeFor,
  problemPage,
  projectPage,
} from "../../web-partner/src/pages.ts";
import { currentUser } from "../../web-partner/src/session.ts";
import type { Settings } from "../../web-partner/src/settings.ts";
import { fields, fromOwnPages, headers } from "../../web-partner/src/web.ts";
import { problem, tell } from "./problems.ts";

export interface Environment {
  Variables: { userId: string; connection: Connection; client: Client };
}

const STYLE = new URL("../../web-partner/src/style.css", import.meta.url);

/** The same pages as in `../web-partner`, with the SDK doing what is written out there. */
export function createApp(settings: Settings, parlance: Parlance): Hono<Environment> {
  const app = new Hono<Environment>();
  const style = readFileSync(STYLE, "utf8");

  app.use(headers(settings), fromOwnPages(settings), bodyLimit({ maxSize: 256 * 1024 }));
  app.get("/style.css", (c) => c.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
  app.use(currentUser(settings));
  // #region connection
  app.use("/connections/:id/*", async (c, next) => {
    const connection = (await mine(c)).find(({ id }) => id === c.req.param("id"));
    if (!connection) return notFound(c);
    c.set("connection", connection);
    c.set("client", parlance.client(connection.id));
    await next();
  });

  /** An id in an address is worth nothing unless it is this user's. */
  const mine = (c: Context<Environment>) => parlance.connections(c.get("userId"));
  // #endregion

  app.get("/", async (c) => c.html(homePage((await mine(c)).map(shown), noticeFor(c.req.query("done")))));

  // #region connect
  app.post("/connect/start", async (c) => {
    const { organization } = await fields(c);
    const asked = { userId: c.get("userId"), ...(organization && { organization }) };
    return c.redirect(await parlance.authorizeUrl(asked), 303);
  });

  app.get("/connect/callback", async (c) => {
    try {
      await parlance.callback({ userId: c.get("userId"), url: c.req.url });
      return c.redirect("/?done=connected", 303);
    } catch (error) {
      if (!(error instanceof AuthorizationError) || error.code !== "access_denied") throw error;
      return c.redirect("/?done=cancelled", 303);
    }
  });
  // #endregion

  app.get("/connections/:id", async (c) => {
    const { id, organizationId } = c.get("connection");
    const projects = await projectsOf(c.get("client"), organizationId);
    // What was just asked may have told that it is revoked.
    const now = (await mine(c)).find((connection) => connection.id === id) ?? c.get("connection");
    return c.html(connectionPage(shown(now), projects));
  });

  // #region disconnect
  app.post("/connections/:id/disconnect", async (c) => {
    await parlance.disconnect(c.get("connection").id);
    return c.redirect("/?done=disconnected", 303);
  });
  // #endregion

  app.get("/connections/:id/projects/:projectId", async (c) => {
    const client = c.get("client");
    const projectId = c.req.param("projectId");
    const [project, keys] = await Promise.all([
      client.projects.get({ projectId }),
      client.keys.list({ projectId, limit: 250 }).catch(noneWithoutScope),
    ]);
    const notice = noticeFor(c.req.query("done"), c.req.query("release"));
    return c.html(projectPage(shown(c.get("connection")), project, keys.items, notice));
  });

  // #region write
  app.post("/connections/:id/projects/:projectId/keys", async (c) => {
    const { namespace = "default", name = "", language, text } = await fields(c);
    const values = language && text ? { [language]: text } : {};
    const keys = [{ namespace, name, values }];
    await c.get("client").keys.create({ projectId: c.req.param("projectId"), keys });
    return c.redirect(projectUrl(c, "key"), 303);
  });

  app.post("/connections/:id/projects/:projectId/values", async (c) => {
    const { namespace = "default", name = "", language = "", text = "" } = await fields(c);
    const values = [{ key: { namespace, name }, language, text }];
    await c.get("client").values.set({ projectId: c.req.param("projectId"), values });
    return c.redirect(projectUrl(c, "value"), 303);
  });

  app.post("/connections/:id/projects/:projectId/releases", async (c) => {
    const { message } = await fields(c);
    const asked = { projectId: c.req.param("projectId"), message };
    const release = await c.get("client").releases.create(asked);
    return c.redirect(projectUrl(c, `published&release=${release.number}`), 303);
  });
  // #endregion

  app.notFound(notFound);
  app.onError(problem);
  return app;
}

/** A connection as the pages show it. */
export function shown(connection: Connection): Shown {
  return { ...connection, scopes: [...connection.scopes], projectIds: [...connection.projectIds] };
}

/** All of them, or what is said in their place. */
async function projectsOf(client: Client, organizationId: string) {
  try {
    const projects: Output<"projects.list">["items"] = [];
    for await (const project of client.projects.list.each({ organizationId })) projects.push(project);
    return projects;
  } catch (error) {
    if (error instanceof ConnectionRevokedError) return [];
    if (!(error instanceof RefusedError)) throw error;
    return tell(error);
  }
}

function notFound(c: Context): Response | Promise<Response> {
  const problem = { status: 404 as const, title: "Nothing here", sentence: "This page does not exist." };
  return c.html(problemPage(problem), 404);
}

function projectUrl(c: Context<Environment>, done: string): string {
  const { id } = c.get("connection");
  return `/connections/${id}/projects/${encodeURIComponent(c.req.param("projectId") ?? "")}?done=${done}`;
}

/** Suggestions for a field are worth having, not worth an error page. */
function noneWithoutScope(error: unknown): Pick<Output<"keys.list">, "items"> {
  if (error instanceof MissingScopeError) return { items: [] };
  throw error;
}
