import { readFileSync } from "node:fs";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Api, Key } from "./api.ts";
import { AuthorizationError, type Connect } from "./connect.ts";
import type { Connection, Connections } from "./connections.ts";
import { connectionPage, homePage, noticeFor, projectPage } from "./pages.ts";
import { ParlanceError } from "./parlance.ts";
import { notFound, problem, tell } from "./problems.ts";
import { currentUser } from "./session.ts";
import type { Settings } from "./settings.ts";
import type { Tokens } from "./tokens.ts";
import { fields, fromOwnPages, headers } from "./web.ts";

interface Services {
  settings: Settings;
  connections: Connections;
  tokens: Tokens;
  connect: Connect;
  api: Api;
}

export interface Environment {
  Variables: { userId: string; connection: Connection };
}

/** The partner's pages. Every page is made on the server; there is no script, and no token ever reaches the browser. */
export function createApp({ settings, connections, tokens, connect, api }: Services): Hono<Environment> {
  const app = new Hono<Environment>();
  const style = readFileSync(new URL("./style.css", import.meta.url), "utf8");

  app.use(headers(settings), fromOwnPages(settings), bodyLimit({ maxSize: 256 * 1024 }));
  app.get("/style.css", (c) => c.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
  app.use(currentUser(settings));
  app.use("/connections/:id/*", async (c, next) => {
    const connection = connections.find(c.req.param("id"), c.get("userId"));
    if (!connection) return notFound(c);
    c.set("connection", connection);
    await next();
  });

  app.get("/", (c) => c.html(homePage(connections.list(c.get("userId")), noticeFor(c.req.query("done")))));

  app.post("/connect/start", async (c) => {
    const { organization } = await fields(c);
    return c.redirect(await connect.start(c.get("userId"), organization), 303);
  });

  app.get("/connect/callback", async (c) => {
    try {
      await connect.callback(c.get("userId"), new URL(c.req.url).searchParams);
      return c.redirect("/?done=connected", 303);
    } catch (error) {
      if (!(error instanceof AuthorizationError) || error.code !== "access_denied") throw error;
      return c.redirect("/?done=cancelled", 303);
    }
  });

  app.get("/connections/:id", async (c) => {
    const connection = c.get("connection");
    if (connection.revokedAt !== null) return c.html(connectionPage(connection, []));
    try {
      const projects = await api.projects(connection);
      return c.html(connectionPage(connections.get(connection.id) ?? connection, projects));
    } catch (error) {
      if (!(error instanceof ParlanceError)) throw error;
      return c.html(connectionPage(connection, tell(error)));
    }
  });

  app.post("/connections/:id/disconnect", async (c) => {
    await tokens.revoke(c.get("connection").id);
    connections.remove(c.get("connection").id);
    return c.redirect("/?done=disconnected", 303);
  });

  app.get("/connections/:id/projects/:projectId", async (c) => {
    const connection = c.get("connection");
    const projectId = c.req.param("projectId");
    const [project, keys] = await Promise.all([
      api.project(connection, projectId),
      api.someKeys(connection, projectId).catch(noneWithoutScope),
    ]);
    return c.html(
      projectPage(connection, project, keys, noticeFor(c.req.query("done"), c.req.query("release"))),
    );
  });

  app.post("/connections/:id/projects/:projectId/keys", async (c) => {
    const { namespace, name, language, text } = await fields(c);
    const values = language && text ? { [language]: text } : {};
    const key = { namespace: namespace || "default", name: name ?? "", values };
    await api.createKey(c.get("connection"), c.req.param("projectId"), key);
    return c.redirect(projectUrl(c, "key"), 303);
  });

  app.post("/connections/:id/projects/:projectId/values", async (c) => {
    const { namespace, name, language, text } = await fields(c);
    const key = { namespace: namespace || "default", name: name ?? "" };
    const value = { key, language: language ?? "", text: text ?? "" };
    await api.setValue(c.get("connection"), c.req.param("projectId"), value);
    return c.redirect(projectUrl(c, "value"), 303);
  });

  app.post("/connections/:id/projects/:projectId/releases", async (c) => {
    const { message } = await fields(c);
    const release = await api.publish(c.get("connection"), c.req.param("projectId"), message || undefined);
    return c.redirect(projectUrl(c, `published&release=${release.number}`), 303);
  });

  app.notFound(notFound);
  app.onError(problem);
  return app;
}

function projectUrl(c: Context<Environment>, done: string): string {
  const { id } = c.get("connection");
  return `/connections/${id}/projects/${encodeURIComponent(c.req.param("projectId") ?? "")}?done=${done}`;
}

/** Suggestions for a field are worth having, not worth an error page. */
function noneWithoutScope(error: unknown): Key[] {
  if (error instanceof ParlanceError && error.code === "missing_scope") return [];
  throw error;
}
