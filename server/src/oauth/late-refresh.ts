import { notifyAppOwners } from "../apps/notify.ts";
import type { FamilyGrant } from "../installations/family.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { hashOf } from "../platform/crypto.ts";
import { endFamilies, recordOfGrants, successorOf } from "./families.ts";
import { type ChainRow, selectChain } from "./store-families.ts";
import type { Exchange } from "./token.ts";

/** A holder that is further behind than this is not late. */
const MOST_STEPS = 32;
/** Until then a token that comes again is a lost answer or a parallel worker, which leaves no row in the audit. */
const LATE_SECONDS = 60;

/**
 * A replaced token that comes again. Within the window since its own first use it is answered with the newest token of
 * its chain, so that all who hold one of the chain meet at that one; after it, it is a replay and ends the family.
 *
 * Whoever is answered a token that is used at this moment holds a replaced one, whose window has just begun.
 */
export async function answerReplaced(
  exchange: Exchange,
  token: string,
  grants: readonly FamilyGrant[],
): Promise<string> {
  const { ctx, app, now } = exchange;
  const chain = await selectChain(ctx.db.read, { hash: hashOf(token), mostSteps: MOST_STEPS });
  const [presented] = chain;
  if (!presented?.usedAt || presented.endedAt !== null) {
    throw new ApiError("invalid_grant", "The refresh token was revoked.");
  }
  const newest = newestOf(exchange, token, chain);
  if (newest === null || now >= after(presented.usedAt, windowSeconds(exchange))) {
    await endReplayed(exchange, presented.familyId);
    throw new ApiError("invalid_grant", "The refresh token was replaced too long ago.");
  }
  const lateSeconds = Math.max(0, Math.floor((now - presented.usedAt) / 1000));
  const isLate = newest.steps > 1 || lateSeconds >= LATE_SECONDS;
  if (isLate && (await isFirstInMinute(exchange, presented.familyId))) {
    const details = { lateSeconds, steps: newest.steps };
    const entry = { action: "token.late" as const, familyId: presented.familyId, appId: app.id, details };
    await ctx.db.write((tx) => recordOfGrants(tx, grants, entry, now));
  }
  return newest.token;
}

/** A holder may come late again and again, by mistake or to fill the audit; one row says it. */
async function isFirstInMinute({ ctx, now }: Exchange, familyId: string): Promise<boolean> {
  return (await ctx.limiter.take(`late:${familyId}`, { count: 1, seconds: 60 }, now)).allowed;
}

/**
 * The first unused token of a chain, derived from the first one, and how many steps that takes; null when it takes too
 * many. Throws `invalid_grant` where the chain cannot be followed: a key or a row was lost, which is nobody's theft.
 */
function newestOf(
  { ctx }: Exchange,
  first: string,
  chain: readonly ChainRow[],
): { token: string; steps: number } | null {
  let token = first;
  for (const [steps, row] of chain.entries()) {
    if (row.usedAt === null) return { token, steps };
    const successor = successorOf(ctx, row, token);
    if (successor === undefined || hashOf(successor) !== row.successorHash) throw lost();
    token = successor;
  }
  if (chain.length <= MOST_STEPS) throw lost();
  return null;
}

function lost(): ApiError {
  return new ApiError("invalid_grant", "The refresh token can no longer be renewed.");
}

function windowSeconds({ ctx: { config }, app }: Exchange): number {
  return app.confidential ? config.REFRESH_RETRY_CONFIDENTIAL_SECONDS : config.REFRESH_RETRY_PUBLIC_SECONDS;
}

async function endReplayed({ ctx, app, now }: Exchange, familyId: string): Promise<void> {
  const ended = await ctx.db.write((tx) => endFamilies(tx, { id: familyId }, "replayed_refresh_token", now));
  if (ended.length === 0) return;
  await notifyAppOwners(ctx, ctx.db.read, app.id, {
    subject: `A refresh token of ${app.name} was used twice`,
    text: [
      `A refresh token of your app ${app.name} was presented long after it had been replaced.`,
      "",
      "Either it was stolen, or a copy of your app kept it apart from the others. The tokens of that connection were",
      "ended, the connection itself lives: ask the user to connect again.",
      "",
      `${ctx.config.PUBLIC_URL}/`,
    ].join("\n"),
  });
}
