import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { OwnCall, PlacedProject, Transaction, WriteCall } from "../context.ts";
import { channelsLock } from "../database/locks.ts";
import { type Release, readRelease } from "../pending/published-release.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { announce } from "../webhooks/announce.ts";
import { channelMoved } from "./channel-moved.ts";
import { differing } from "./diff-releases.ts";
import { deleteChannelRow, pointChannel, selectChannels, selectReleaseByNumber } from "./store.ts";

type OnProject = { readonly project: PlacedProject };

const MOST_CHANNELS = 100;

/**
 * Points a channel at an existing release, whose files then stand at the channel's paths too. Creates the channel when it
 * is new. Answers the number of the release that it pointed at before; null for a new channel. Throws `not_found` when no
 * release has that number, `conflict` when the project already has MOST_CHANNELS.
 */
export async function moveChannel(
  call: WriteCall & OnProject,
  { channel, number }: { channel: string; number: number },
): Promise<number | null> {
  const tx = call.store;
  await lockChannels(call, tx);
  const release = await selectReleaseByNumber(tx, call.project.id, number);
  if (!release) throw new ApiError("not_found", `There is no release ${number}.`);
  const before = (await selectChannels(tx, call.project.id)).find(({ name }) => name === channel);
  call.note({ channel, number, ...(before && { from: before.number }) });
  if (before?.releaseId === release.id) return before.number;
  const after = await readRelease(tx, release.id);
  const languages = differing(
    [...after.languages.keys()],
    before && (await readRelease(tx, before.releaseId)),
    after,
  );
  await movePointer(call, tx, { channel, release, languages, now: call.now });
  call.afterCommit(() => channelMoved(call.db));
  return before?.number ?? null;
}

/**
 * Deletes a channel; its paths answer 404 from then on. Throws `not_found` when the project does not have it, `conflict`
 * for production, which every path without a channel means.
 */
export async function deleteChannel(call: WriteCall & OnProject, channel: string): Promise<void> {
  if (channel === DEFAULT_CHANNEL) {
    throw new ApiError("conflict", `The channel ${channel} cannot be deleted.`, {
      errors: [{ pointer: "/channel", code: "default_channel", found: channel }],
    });
  }
  await lockChannels(call, call.store);
  if (!(await deleteChannelRow(call.store, call.project.id, channel))) {
    throw new ApiError("not_found", `The project has no channel ${channel}.`);
  }
  call.note({ channel });
  call.afterCommit(() => channelMoved(call.db));
}

/** Until the transaction ends, nobody else moves a channel of the project or numbers a release. */
export async function lockChannels(call: Pick<OwnCall, "db"> & OnProject, tx: Transaction): Promise<void> {
  await call.db.lock(tx, channelsLock(call.project.id));
}

/**
 * Moves the pointer and announces it, in the caller's transaction, which holds `lockChannels`. Throws `conflict` when the
 * channel would be one too many.
 */
export async function movePointer(
  { project }: OnProject,
  tx: Transaction,
  move: {
    channel: string;
    release: Release;
    /** The codes of the languages that look different then. */
    languages: readonly string[];
    now: number;
  },
): Promise<void> {
  const { channel, release, languages, now } = move;
  const channels = await selectChannels(tx, project.id);
  if (channels.length >= MOST_CHANNELS && !channels.some(({ name }) => name === channel)) {
    throw new ApiError("conflict", `The project has ${MOST_CHANNELS} channels, which is the most.`);
  }
  await pointChannel(tx, { projectId: project.id, name: channel, releaseId: release.id, movedAt: now });
  await announce(tx, "translations.published", {
    organization: { id: project.organizationId, slug: project.organizationSlug },
    project,
    now,
    data: {
      channel,
      release: release.number,
      languages,
      publishedAt: iso(now),
      keysCount: release.valueCount,
    },
  });
}
