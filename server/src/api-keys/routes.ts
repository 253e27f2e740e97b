import { Hono } from "hono";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { presentedToken } from "../platform/presented-token.ts";
import { findLiveKey, limitKeyOf, publicKeys } from "./key-caller.ts";
import { noteKeyUse } from "./note-use.ts";
import { selectCreator } from "./store.ts";

interface KeyEnv {
  Variables: { address: string };
}

/**
 * Where a command line asks whose key it holds: the address of the sign-in library, which answers whoever shows no key.
 * `session` is the key, as far as clients care.
 */
export function apiKeyRoutes(ctx: Context): Hono<KeyEnv> {
  const app = new Hono<KeyEnv>();
  app.get("/api/auth/get-session", async (c, next) => {
    const key = presentedToken(c.req.raw.headers);
    if (key === null) return next();
    c.header("Cache-Control", "no-store");
    const visit = { credentials: [key], address: c.var.address, now: ctx.clock.now() };
    const { id } = await ctx.strangers.admit(visit, () => findShown(ctx, key, visit.now));
    ctx.strangers.remember(key);
    await takeRate(ctx, id, visit.now);
    noteKeyUse(ctx, id, visit.now);
    return c.json(await sessionOf(ctx, id));
  });
  return app;
}

/** Throws `invalid_token` for what is no live secret key. */
function findShown({ db }: Context, key: string, now: number): Promise<{ id: string }> {
  return key.startsWith(publicKeys.prefix) ? publicKeys.recognize() : findLiveKey(db.read, key, now);
}

/** Throws `rate_limited`. */
async function takeRate({ config, limiter }: Context, keyId: string, now: number): Promise<void> {
  const limit = { count: config.RATE_LIMIT_PER_MINUTE, seconds: 60 };
  const { allowed, resetSeconds } = await limiter.take(limitKeyOf(keyId), limit, now);
  if (!allowed) throw new ApiError("rate_limited", undefined, { retryAfterSeconds: resetSeconds });
}

async function sessionOf({ db }: Context, keyId: string): Promise<object> {
  const creator = await selectCreator(db.read, keyId);
  if (!creator || creator.expiresAt === null) throw new ApiError("invalid_token");
  const { expiresAt, image, ...person } = creator;
  const user = { ...person, ...(image !== null && { image }) };
  return { user, session: { id: keyId, expiresAt: iso(expiresAt) } };
}
