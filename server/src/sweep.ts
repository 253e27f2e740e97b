import { sweepAnswers } from "./access/sweep.ts";
import type { Accounts } from "./accounts/accounts.ts";
import { sweepExpiredApps } from "./apps/end-app.ts";
import type { Context } from "./context.ts";
import { deleteFinishedWindows } from "./database/rate-limit.ts";
import { sweepImports } from "./imports/sweep.ts";
import { sweepInstallationTokens } from "./installations/sweep.ts";
import { sweepAuthorization } from "./oauth/sweep.ts";
import { sweepPlans } from "./publishing/plan.ts";
import { sweepFiles } from "./publishing/sweep-files.ts";
import { sweepTrash } from "./texts/sweep-trash.ts";

const EVERY_MS = 60_000;
/** Rows a sweep deletes of each kind at most, so that it never holds the database for long. */
const BUDGET = 2000;
/** Each may be some megabytes. */
const FILES_BUDGET = 50;
/** A stranger makes a window with every request, and each is a small row of its own. */
const WINDOWS_BUDGET = 20_000;

/** Deletes what has expired, a little every minute. Answers a function that stops it. */
export function startSweeps(ctx: Context, accounts: Accounts): () => void {
  const timer = setInterval(() => {
    void sweep(ctx, accounts).catch((error: unknown) => ctx.log.error({ err: error }, "sweep"));
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** One round, each kind in a short transaction of its own. */
export async function sweep(ctx: Context, accounts: Accounts): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.write((tx) => sweepAnswers(tx, now, BUDGET));
  await ctx.db.write((tx) => sweepInstallationTokens(tx, now, BUDGET));
  await ctx.db.write((tx) => sweepAuthorization(tx, now, BUDGET));
  await ctx.db.write((tx) => deleteFinishedWindows(tx, now, WINDOWS_BUDGET));
  await ctx.db.write((tx) => sweepExpiredApps(tx, now, BUDGET));
  await ctx.db.write((tx) => sweepPlans(tx, now, BUDGET));
  await ctx.db.write((tx) => sweepFiles(tx, now, FILES_BUDGET));
  await ctx.db.write((tx) => sweepTrash(ctx.db, tx, now, BUDGET));
  await ctx.db.write((tx) => sweepImports(tx, now, BUDGET));
  await accounts.sweep(now, BUDGET);
}
