import type { Output } from "@parlance/contract/operations";
import type { Handlers, Reader } from "../context.ts";
import type { ReleaseTable } from "../database/schema.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { publish } from "./publish.ts";
import { selectChannels, selectReleases } from "./store.ts";

export const releaseHandlers: Handlers<"releases.create" | "releases.list"> = {
  async "releases.create"(call, { message }) {
    const release = await publish(call, call, message);
    call.note({ releaseId: release.id, number: release.number });
    return toRelease(release, await channelsOf(call.store, call.project.id));
  },

  async "releases.list"(call, { limit, cursor }) {
    const [before] = decodeCursor(cursor, ["number"]) ?? [];
    const rows = await selectReleases(call.store, call.project.id, before as number | undefined, limit + 1);
    const channels = await channelsOf(call.store, call.project.id);
    return toPage(
      rows,
      limit,
      (release) => toRelease(release, channels),
      (release) => [release.number],
    );
  },
};

function toRelease(row: ReleaseTable, channels: ReadonlyMap<string, string[]>): Output<"releases.create"> {
  return {
    id: row.id,
    number: row.number,
    message: row.message,
    createdAt: iso(row.createdAt),
    valueCount: row.valueCount,
    changedFiles: row.changedFiles,
    channels: channels.get(row.id) ?? [],
  };
}

/** The names of the channels that point at each release. */
async function channelsOf(store: Reader, projectId: string): Promise<Map<string, string[]>> {
  const groups = Map.groupBy(await selectChannels(store, projectId), (channel) => channel.releaseId);
  return new Map([...groups].map(([id, channels]) => [id, channels.map((channel) => channel.name)]));
}
