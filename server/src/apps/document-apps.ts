import { ALL_SCOPES } from "@parlance/contract/scopes";
import { recordAudit } from "../audit/record.ts";
import type { Context, Reader, Transaction } from "../context.ts";
import { ANYONE } from "../database/actor.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import { after } from "../platform/clock.ts";
import { OutgoingError } from "../platform/outgoing.ts";
import { perOwner } from "../platform/per-owner.ts";
import { Queue } from "../platform/queue.ts";
import { type SingleFlight, singleFlight } from "../platform/single-flight.ts";
import { type App, findApp, namesColumn } from "./apps.ts";
import { BadDocument, type ClientDocument, fetchDocument } from "./fetch-document.ts";
import { replaceRedirectUris, updateApp } from "./store.ts";
import { insertOrLockApp, selectDocument, upsertDocument } from "./store-documents.ts";

const DAY_SECONDS = 24 * 60 * 60;
/** A document that could not be fetched again is used as long as one may count as fresh. */
const USABLE_MS = DAY_SECONDS * 1000;
/** An app that nobody approved goes after this long: its document can be fetched again. */
const UNAPPROVED_SECONDS = 2 * DAY_SECONDS;

/** So that strangers cannot make us fetch for them: by who asks, for all together, and at once (decision 16). */
const PER_NETWORK = { count: 20, seconds: 60, ofStrangers: true } as const;
const OVERALL = { count: 300, seconds: 60, ofStrangers: true } as const;
const fetches = perOwner<{ flight: SingleFlight; queue: Queue }>(() => ({
  flight: singleFlight(15_000),
  queue: new Queue(16, { most: 64, milliseconds: 5000 }),
}));

/** The app cannot be taken from its document; the message is a sentence for the person who opened the link. */
export class DocumentRefused extends Error {}

interface Asking {
  /** The address of whoever asks. */
  address: string;
  now: number;
}

/**
 * The app whose client_id is the address of its metadata document (spec/oauth, "Apps"), from the stored document while it is
 * fresh, otherwise fetched now. What is fetched is stored, as an app that goes unless somebody approves it.
 *
 * Throws `DocumentRefused`, and `rate_limited` or `temporarily_unavailable` when too much is being fetched.
 */
export async function documentApp(ctx: Context, id: string, asking: Asking): Promise<App> {
  refuseUnwanted(ctx, id);
  const [app, document] = await Promise.all([
    findApp(ctx.db.read, id, asking.now),
    selectDocument(ctx.db.read, id),
  ]);
  const known = document && app;
  if (known && (!app.enabled || document.freshUntil > asking.now)) return app;
  try {
    await fetchAndStore(ctx, id, asking);
  } catch (error) {
    const isUsable = known && app.expiresAt === null && asking.now - document.fetchedAt < USABLE_MS;
    if (isUsable && mayPass(error)) return app;
    throw refusalOf(error, id);
  }
  const stored = await findApp(ctx.db.read, id, ctx.clock.now());
  if (!stored) throw new DocumentRefused("This app is no longer available.");
  return stored;
}

/** Which document an app stands on at this moment; null for apps that are registered here. */
export async function findDocumentHash(store: Reader, appId: string): Promise<string | null> {
  return (await selectDocument(store, appId))?.hash ?? null;
}

function refuseUnwanted({ config }: Context, id: string): void {
  if (config.REGISTRATION !== "open") {
    throw new DocumentRefused("This server takes only apps that were registered here.");
  }
  // Published files stand on our own hosts: whoever translates could write one that calls itself a document.
  const { PUBLIC_URL, API_URL, CDN_URL, MCP_URL } = config;
  const { host } = new URL(id);
  if ([PUBLIC_URL, API_URL, CDN_URL, MCP_URL].some((url) => new URL(url).host === host)) {
    throw new DocumentRefused("The client_id is an address of this server, which describes no app.");
  }
}

async function fetchAndStore(ctx: Context, id: string, { address, now }: Asking): Promise<void> {
  await take(ctx, `documents:${networkOf(address)}`, PER_NETWORK, now);
  const { flight, queue } = fetches(ctx.db);
  await flight(id, async () => {
    // Somebody else's fetch may have ended since we looked.
    const stored = await selectDocument(ctx.db.read, id);
    if (stored && stored.freshUntil > now) return;
    await take(ctx, "documents", OVERALL, now);
    const document = await queue.run("documents", () => fetchDocument(ctx.config, id));
    await ctx.db.write((tx) => store(tx, id, document, now));
  });
}

async function take(ctx: Context, key: string, limit: typeof PER_NETWORK | typeof OVERALL, now: number) {
  const taken = await ctx.limiter.take(key, limit, now);
  if (!taken.allowed)
    throw new ApiError("rate_limited", undefined, { retryAfterSeconds: taken.resetSeconds });
}

/** Writes what was fetched. Of two fetches of one address the later one stays, whichever is stored last. */
async function store(tx: Transaction, id: string, document: ClientDocument, now: number): Promise<void> {
  const { metadata, hash, freshSeconds } = document;
  const facts = {
    name: metadata.name,
    names: namesColumn(metadata.names),
    type: metadata.type,
    homepage: metadata.homepage,
    deviceFlowAt: metadata.deviceFlow ? now : null,
    // As of public apps that register (decision 24).
    scopes: JSON.stringify(ALL_SCOPES),
  };
  const row = await insertOrLockApp(tx, {
    ...facts,
    id,
    authentication: "none",
    origin: "document",
    organizationId: null,
    legacyWithoutPkceAt: null,
    verifiedAt: null,
    disabledAt: null,
    deletedAt: null,
    createdBy: null,
    createdAt: now,
    expiresAt: after(now, UNAPPROVED_SECONDS),
    fingerprint: null,
  });
  const before = await selectDocument(tx, id);
  if (before && before.fetchedAt > now) return;
  const isChanged = before?.hash !== hash;
  await updateApp(tx, id, {
    ...facts,
    expiresAt: row.expiresAt === null ? null : after(now, UNAPPROVED_SECONDS),
    ...(isChanged && { verifiedAt: null }),
  });
  await upsertDocument(tx, { appId: id, hash, fetchedAt: now, freshUntil: after(now, freshSeconds) });
  if (!isChanged) return;
  await replaceRedirectUris(tx, id, [...metadata.redirectUris]);
  // Somebody uses it, so it is told what it says of itself now.
  if (before && row.expiresAt === null) {
    const details = { name: metadata.name, redirectUris: metadata.redirectUris };
    await recordAudit(tx, {
      at: now,
      action: "client.changed",
      actor: ANYONE,
      appId: id,
      target: id,
      details,
    });
  }
}

/** Whether it may be different in a moment, and is not the publisher's word. */
function mayPass(error: unknown): boolean {
  if (error instanceof OutgoingError) return error.status === undefined || error.status >= 500;
  return error instanceof ApiError;
}

function refusalOf(error: unknown, id: string): unknown {
  const { host } = new URL(id);
  if (error instanceof OutgoingError) {
    return new DocumentRefused(
      `The description of this app at ${host} could not be fetched. ${error.message}`,
    );
  }
  if (error instanceof BadDocument) {
    return new DocumentRefused(`The description of this app at ${host} cannot be used: ${error.message}.`);
  }
  return error;
}
