import type { OwnCall, Reach, Transaction, Work } from "../context.ts";
import { toColumns } from "../database/actor.ts";
import type { ProjectTable, PublishPlanTable, ReleaseTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { newId } from "../platform/crypto.ts";
import { perOwner } from "../platform/per-owner.ts";
import { Queue } from "../platform/queue.ts";
import { buildRelease, type Draft, outlineOf } from "./build-release.ts";
import { channelMoved } from "./channel-moved.ts";
import { lockChannels, movePointer } from "./move-channel.ts";
import { findPlan, refuseMoved, scopeOf } from "./plan.ts";
import { changeReader } from "./read-changes.ts";
import { type Pending, readPending, type Scope } from "./read-pending.ts";
import {
  insertRelease,
  markPlanPublished,
  selectChannelRelease,
  selectRelease,
  selectReleases,
} from "./store.ts";
import { contentWriter } from "./store-contents.ts";
import { forgetAnnounced } from "./store-files.ts";

type Place = { project: ProjectTable; reach: Reach };
/** It opens its own transactions, of which the one that does the deed is settled. */
export type PublishWork = Work & Place & Pick<OwnCall, "note">;
export type Settle = (tx: Transaction, release: ReleaseTable) => Promise<void>;

interface Wish extends Scope {
  message: string | undefined;
  /** Then channel and filter are the plan's. */
  planId?: string | undefined;
}

/** Another node may publish the same project meanwhile; then what is pending is read again. */
const MOST_ATTEMPTS = 5;
/** Each has a language and some files in memory, and on Postgres a connection that waits for others. */
const BUILDS_AT_ONCE = 4;

/** Publishes of one project follow one another, and all projects share the slots for builds. */
const publishes = perOwner(() => new Queue(1));
const builds = perOwner(() => new Queue(BUILDS_AT_ONCE));

/**
 * Publishes what is pending to a channel, or the part of it that a filter or plan names, and returns the release that it shows then. With nothing pending that is
 * the current one, so a repeated publish is harmless. Publishes of one project follow one another.
 * Opens its own transactions, because compressing takes time. Throws `rate_limited` within PUBLISH_COOLDOWN_SECONDS of
 * the last release, `conflict` when other nodes kept publishing, and what `findPlan` and `refuseMoved` throw.
 */
export function publish(work: PublishWork, wish: Wish, settle: Settle): Promise<ReleaseTable> {
  return publishes(work.db).run(work.project.id, async () => {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const release = await attemptPublish(work, wish, settle);
      if (release) return release;
    }
    throw new ApiError("conflict", "The project is being published by others. Try again shortly.");
  });
}

/** Undefined when the channel moved between reading and pointing. */
async function attemptPublish(
  call: PublishWork,
  wish: Wish,
  settle: Settle,
): Promise<ReleaseTable | undefined> {
  const plan = wish.planId === undefined ? undefined : await findPlan(call, wish.planId);
  if (plan?.releaseId) return selectRelease(call.db.read, plan.releaseId);
  const scope = plan ? scopeOf(plan) : wish;
  const { channel } = scope;
  const { pending, draft, now } = await prepare(call, scope, plan);
  const { base } = pending;
  if (!draft && base?.release.id === pending.channelReleaseId) return base?.release;

  if (draft) call.crash("publish.files-written");
  const release = await call.db.write(async (tx) => {
    await lockChannels(call, tx);
    if (!(await isStill(tx, call.project, channel, pending))) return undefined;
    const shown = draft ? await insertDraft(call, tx, wish, { pending, draft, now }) : base?.release;
    if (!shown) throw new Error("A first release has no files.");
    call.crash("publish.release-written");
    const languages = draft?.changedLanguages ?? [];
    await movePointer(call, tx, { channel, release: shown, languages, now });
    call.crash("publish.pointer-moved");
    call.note({ releaseId: shown.id, number: shown.number, channel, ...(plan && { planId: plan.id }) });
    if (plan) await markPlanPublished(tx, plan.id, shown.id);
    await settle(tx, shown);
    call.crash("publish.audited");
    return shown;
  });
  call.crash("publish.committed");
  if (release) channelMoved(call.db);
  return release;
}

interface Prepared {
  pending: Pending;
  /** Its files are stored; undefined when the release before holds the same. */
  draft: Draft | undefined;
  now: number;
}

/** Reads one moment of the project and builds what changed, a language at a time. */
function prepare(call: PublishWork, scope: Scope, plan: PublishPlanTable | undefined): Promise<Prepared> {
  const read = async (snapshot: Transaction): Promise<Prepared> => {
    const pending = await readPending(snapshot, call.project, scope);
    const { base, last } = pending;
    const reader = changeReader(call.db, snapshot, pending);
    const outline = await outlineOf(pending, reader);
    if (plan) refuseMoved(plan, pending, outline);
    // Later than every release before by at least a millisecond, so that `lastModified` always changes with the content.
    const now = Math.max(call.clock.now(), (last?.createdAt ?? 0) + 1);
    if (isSame(pending, outline)) return { pending, draft: undefined, now };
    refuseTooSoon(call, last);
    const writer = contentWriter(call);
    const draft = await buildRelease(snapshot, pending, { reader, outline, writer, now });
    return { pending, draft: base && isSame(pending, draft) ? undefined : draft, now };
  };
  return builds(call.db).run("build", () => call.db.snapshot(read));
}

/** The manifest names the source language too. */
function isSame({ base, project }: Pending, { changedFiles }: { changedFiles: number }): boolean {
  return changedFiles === 0 && base?.release.sourceLanguage === project.sourceLanguage;
}

/** Whether channel and newest release are as they were when `pending` was read. */
async function isStill(
  tx: Transaction,
  project: ProjectTable,
  channel: string,
  { channelReleaseId, last }: Pending,
): Promise<boolean> {
  const shown = await selectChannelRelease(tx, project.id, channel);
  const [newest] = await selectReleases(tx, project.id, undefined, 1);
  return shown?.id === channelReleaseId && newest?.id === last?.id;
}

async function insertDraft(
  call: PublishWork,
  tx: Transaction,
  { message }: Wish,
  { pending, draft, now }: { pending: Pending; draft: Draft; now: number },
): Promise<ReleaseTable> {
  const { project } = call;
  const release: ReleaseTable = {
    id: newId("rel"),
    projectId: project.id,
    number: (pending.last?.number ?? 0) + 1,
    message: message ?? null,
    createdAt: now,
    ...toColumns(call.actor),
    valueCount: draft.valueCount,
    changedFiles: draft.changedFiles,
    sourceLanguage: pending.project.sourceLanguage,
    namespaces: pending.namespaces && JSON.stringify(pending.namespaces),
  };
  await insertRelease(tx, release, draft.languages, draft.files);
  await forgetAnnounced(tx, draft.builtHashes);
  return release;
}

function refuseTooSoon(call: PublishWork, current: ReleaseTable | undefined): void {
  const cooldown = call.config.PUBLISH_COOLDOWN_SECONDS * 1000;
  const left = current ? current.createdAt + cooldown - call.clock.now() : 0;
  if (cooldown === 0 || left <= 0) return;
  const retryAfterSeconds = Math.ceil(left / 1000);
  throw new ApiError(
    "rate_limited",
    `The project was published just now. Try again in ${retryAfterSeconds} s.`,
    {
      retryAfterSeconds,
    },
  );
}
