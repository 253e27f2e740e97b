import type { OwnCall, PlacedProject, Reader, Transaction, Work } from "../context.ts";
import { toColumns } from "../database/actor.ts";
import type { PublishPlanTable, ReleaseTable } from "../database/schema.ts";
import type { ChangeReader } from "../pending/change.ts";
import { changesNothing, outlineRelease } from "../pending/outline.ts";
import { refuseMoved } from "../pending/plan-hash.ts";
import { findPlan, markPlanPublished, selectionOf } from "../pending/plans.ts";
import { type Release, readRelease } from "../pending/published-release.ts";
import { openChangeReader } from "../pending/read-changes.ts";
import { isCurrent, type Pending, readPending } from "../pending/read-pending.ts";
import type { Selection } from "../pending/selection.ts";
import { ApiError } from "../platform/api-error.ts";
import { newId } from "../platform/crypto.ts";
import { perOwner } from "../platform/per-owner.ts";
import { Queue } from "../platform/queue.ts";
import { buildRelease, type Draft } from "./build-release.ts";
import { channelMoved } from "./channel-moved.ts";
import { contentWriter } from "./content-writer.ts";
import { refuseTooSoon } from "./cooldown.ts";
import { lockChannels, movePointer } from "./move-channel.ts";
import { insertRelease, nextReleaseNumber } from "./store.ts";
import { forgetAnnounced } from "./store-files.ts";

export type PublishWork = Work & { readonly project: PlacedProject } & Pick<OwnCall, "note">;
/** Runs in the transaction that moves the pointer, after everything else. */
export type Settle = (tx: Transaction, release: Release) => Promise<void>;

interface PublishRequest extends Selection {
  message: string | undefined;
  /** The plan to publish, whose selection then counts. */
  planId?: string | undefined;
  /** Sees what is about to be published, in its snapshot; for the last attempt it is what was published. */
  look?: (snapshot: Reader, pending: Pending, reader: ChangeReader) => Promise<void>;
}

/** Another node may publish the same project meanwhile; then the pending changes are read again. */
const MOST_ATTEMPTS = 5;
/** Each build has a language and some files in memory, and on Postgres it holds a connection that others wait for. */
const BUILDS_AT_ONCE = 4;

/** By project: publishes of one project follow one another. */
const publishQueue = perOwner(() => new Queue(1));
/** For all projects together. */
const buildQueue = perOwner(() => new Queue(BUILDS_AT_ONCE));

/**
 * Publishes the pending changes to a channel, or those of them that a filter or a plan selects, and returns the release
 * that the channel shows then. With nothing pending that is the one it shows already, so repeating a publish is harmless.
 * Opens its own transactions, because compressing takes time. Throws `rate_limited` within PUBLISH_COOLDOWN_SECONDS of
 * the last release, `conflict` when other nodes kept publishing, and what `readPending`, `findPlan`, `refuseMoved` and
 * `readPart` throw.
 */
export function publish(work: PublishWork, request: PublishRequest, settle: Settle): Promise<Release> {
  return publishQueue(work.db).run(work.project.id, async () => {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const release = await attemptPublish(work, request, settle);
      if (release) return release;
    }
    throw new ApiError("conflict", "The project is being published by others. Try again shortly.");
  });
}

/** Undefined when the channel moved between reading and pointing. */
async function attemptPublish(
  call: PublishWork,
  request: PublishRequest,
  settle: Settle,
): Promise<Release | undefined> {
  const plan = request.planId === undefined ? undefined : await findPlan(call, request.planId);
  if (plan?.releaseId) return readRelease(call.db.read, plan.releaseId);
  const { pending, draft, now } = await prepare(call, { ...request, ...(plan && selectionOf(plan)) }, plan);
  const { base, channel } = pending;
  if (!draft && base?.id === pending.channelReleaseId) return base;

  if (draft) call.crash("publish.files-written");
  const release = await call.db.write(async (tx) => {
    await lockChannels(call, tx);
    if (!(await isCurrent(tx, pending))) return undefined;
    const shown = draft ? await insertDraft(call, tx, request, { pending, draft, now }) : base;
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
  /** Undefined when `pending.base` holds the same. */
  draft: Draft | undefined;
  /** When the release is created, in epoch milliseconds. */
  now: number;
}

/** Reads one moment of the project and builds what changed, one language at a time. */
function prepare(
  call: PublishWork,
  { look, ...selection }: PublishRequest,
  plan: PublishPlanTable | undefined,
): Promise<Prepared> {
  const read = async (snapshot: Transaction): Promise<Prepared> => {
    const pending = await readPending(snapshot, call.project, selection);
    const { base, last } = pending;
    const reader = openChangeReader(call.db, snapshot, pending);
    const outline = await outlineRelease(pending, reader);
    if (plan) refuseMoved(plan, pending, outline);
    // At least a millisecond after every earlier release, so that `lastModified` always changes with the content.
    const now = Math.max(call.clock.now(), (last?.createdAt ?? 0) + 1);
    if (changesNothing(pending, outline)) return { pending, draft: undefined, now };
    refuseTooSoon(call, last);
    await look?.(snapshot, pending, reader);
    const writer = contentWriter(call);
    const draft = await buildRelease(snapshot, pending, { reader, outline, writer, now });
    return { pending, draft: base && changesNothing(pending, draft) ? undefined : draft, now };
  };
  return buildQueue(call.db).run("build", () => call.db.snapshot(read));
}

async function insertDraft(
  call: PublishWork,
  tx: Transaction,
  { message }: PublishRequest,
  { pending, draft, now }: { pending: Pending; draft: Draft; now: number },
): Promise<Release> {
  const { project } = call;
  const release: ReleaseTable = {
    id: newId("rel"),
    projectId: project.id,
    number: await nextReleaseNumber(tx, project),
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
