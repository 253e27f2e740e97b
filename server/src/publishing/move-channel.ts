import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { OwnCall, Reach, Transaction, WriteCall } from "../context.ts";
import { channelsLock } from "../database/locks.ts";
import type { ProjectTable, ReleaseTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { announce } from "../webhooks/announce.ts";
import { channelMoved } from "./channel-moved.ts";
import { differing } from "./diff-releases.ts";
import { readRelease } from "./published.ts";
import { pointChannel, selectChannelRelease, selectChannels, selectReleaseByNumber } from "./store.ts";
import { deleteChannelRow } from "./store-channels.ts";

type Place = { project: ProjectTable; reach: Reach };

const MOST_CHANNELS = 100;

/**
 * Points a channel at a release that exists: the same files, shown at another place. Makes the channel when it is new.
 * Throws `not_found` for a number that no release has, `conflict` when the project has MOST_CHANNELS already.
 */
export async function moveChannel(
  call: WriteCall & Place,
  { channel, number }: { channel: string; number: number },
): Promise<ReleaseTable> {
  const tx = call.store;
  await lockChannels(call, tx);
  const release = await selectReleaseByNumber(tx, call.project.id, number);
  if (!release) throw new ApiError("not_found", `There is no release ${number}.`);
  const before = await selectChannelRelease(tx, call.project.id, channel);
  call.note({ channel, number, ...(before && { from: before.number }) });
  if (before?.id === release.id) return release;
  const after = await readRelease(tx, release.id);
  const languages = differing(
    after.languages.map(({ code }) => code),
    before && (await readRelease(tx, before.id)),
    after,
  );
  await movePointer(call, tx, { channel, release, languages, now: call.now });
  call.afterCommit(() => channelMoved(call.db));
  return release;
}

/**
 * Takes a channel away; its paths answer 404 from then on. Throws `not_found`, and `conflict` for production, which
 * every path without a channel means.
 */
export async function deleteChannel(call: WriteCall & Place, channel: string): Promise<void> {
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

/** Until the transaction ends nobody else moves a channel of the project or numbers a release. */
export async function lockChannels(call: Pick<OwnCall, "db"> & Place, tx: Transaction): Promise<void> {
  await call.db.lock(tx, channelsLock(call.project.id));
}

/** Moves the pointer and announces it, in the caller's transaction. `languages` are those that look different then. */
export async function movePointer(
  call: Place,
  tx: Transaction,
  move: { channel: string; release: ReleaseTable; languages: readonly string[]; now: number },
): Promise<void> {
  const { project, reach } = call;
  const { channel, release, languages, now } = move;
  const channels = await selectChannels(tx, project.id);
  if (channels.length >= MOST_CHANNELS && !channels.some(({ name }) => name === channel)) {
    throw new ApiError("conflict", `The project has ${MOST_CHANNELS} channels, which is the most.`);
  }
  await pointChannel(tx, { projectId: project.id, name: channel, releaseId: release.id, movedAt: now });
  await announce(tx, "translations.published", {
    organization: reach.organization,
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
