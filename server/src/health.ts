import { Hono } from "hono";
import { sql } from "kysely";
import type { Context } from "./context.ts";

/** `/health`: the process answers. `/ready`: the database does too. */
export function healthRoutes(ctx: Context): Hono {
  const app = new Hono();
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/ready", async (c) => {
    try {
      await sql`select 1`.execute(ctx.db.read);
      return c.json({ status: "ready" });
    } catch (error) {
      ctx.log.warn({ err: error }, "not ready");
      return c.json({ status: "unavailable" }, 503, { "Retry-After": "2" });
    }
  });
  return app;
}
