import { setTimeout as sleep } from "node:timers/promises";
import { ERRORS } from "@parlance/contract/errors";
import { Hono } from "hono";
import { sql } from "kysely";
import type { Context } from "./context.ts";
import { wasFull } from "./database/disk-full.ts";

/** Whoever asks whether the server is ready wants to know it soon: a silent database is not ready. */
const PATIENCE_MS = 1_500;

/** `/health`: the process answers. `/ready`: the database does too, within two seconds, and takes what is written. */
export function healthRoutes(ctx: Context): Hono {
  const app = new Hono();
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/ready", async (c) => {
    try {
      await Promise.race([sql`select 1`.execute(ctx.db.read), tooSlow()]);
      if (!wasFull(ctx.db)) return c.json({ status: "ready" });
      const { sentence } = ERRORS.insufficient_storage;
      return c.json({ status: "full", error_description: sentence }, 503, { "Retry-After": "30" });
    } catch (error) {
      ctx.log.warn({ err: error }, "not ready");
      return c.json({ status: "unavailable" }, 503, { "Retry-After": "2" });
    }
  });
  return app;
}

async function tooSlow(): Promise<never> {
  await sleep(PATIENCE_MS, undefined, { ref: false });
  throw new Error(`The database has not answered within ${PATIENCE_MS} ms.`);
}
