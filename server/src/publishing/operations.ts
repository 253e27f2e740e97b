import { DEFAULT_CHANNEL, publishedPath, publishedTree } from "@parlance/contract/cdn";
import type { Output } from "@parlance/contract/operations";
import type { Call, Handlers, PlacedProject, Reader } from "../context.ts";
import type { ReleaseTable } from "../database/schema.ts";
import { type Release, readReleasedLanguages } from "../pending/published-release.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { diffReleases } from "./diff-releases.ts";
import { deleteChannel, moveChannel } from "./move-channel.ts";
import { publish } from "./publish.ts";
import { selectChannels, selectReleaseByNumber, selectReleases } from "./store.ts";

type Names =
  | "releases.create"
  | "releases.list"
  | "releases.get"
  | "releases.diff"
  | "channels.list"
  | "channels.move"
  | "channels.delete";

export const publishingHandlers: Handlers<Names> = {
  async "releases.create"(call, { message, planId, channel, filter }) {
    if (planId !== undefined && (channel !== undefined || filter !== undefined)) {
      const pointer = channel === undefined ? "/filter" : "/channel";
      throw new ApiError("invalid_request", "The plan says channel and filter.", {
        errors: [{ pointer, code: "not_with_plan", expected: "nothing beside planId" }],
      });
    }
    const request = { message, planId, channel: channel ?? DEFAULT_CHANNEL, filter };
    const answer = async (store: Reader, release: Release) =>
      toRelease(release, await channelsOf(store, call.project.id));
    const release = await publish(call, request, async (tx, done) => call.settle(tx, await answer(tx, done)));
    call.note({ releaseId: release.id, number: release.number });
    return answer(call.store, release);
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

  async "releases.get"(call, { number }) {
    const release = await findRelease(call.store, call.project.id, number);
    const languages = await readReleasedLanguages(call.store, release.id);
    return {
      ...toRelease(release, await channelsOf(call.store, call.project.id)),
      sourceLanguage: release.sourceLanguage,
      languages: languages.map(({ code, valueCount }) => ({ language: code, valueCount })),
      manifest: manifestUrl(call, publishedTree.release(number)),
    };
  },

  async "releases.diff"(call, { number, against, ...request }) {
    const later = await findRelease(call.store, call.project.id, number);
    const before = against ?? number - 1;
    const earlier = before === 0 ? undefined : await findRelease(call.store, call.project.id, before);
    const changes = await diffReleases(
      call.db,
      { projectId: call.project.id, earlier: earlier?.id, later: later.id },
      request,
    );
    return { number, against: earlier?.number ?? null, ...changes };
  },

  async "channels.list"(call) {
    const channels = await selectChannels(call.store, call.project.id);
    return { items: channels.map((channel) => toChannel(call, channel)) };
  },

  async "channels.move"(call, { channel, release: number }) {
    await moveChannel(call, { channel, number });
    const channels = await selectChannels(call.store, call.project.id);
    const moved = channels.find(({ name }) => name === channel);
    if (!moved) throw new Error(`Channel ${channel} was not written.`);
    return toChannel(call, moved);
  },

  "channels.delete": (call, { channel }) => deleteChannel(call, channel),
};

function toRelease(row: Release, channels: ReadonlyMap<string, string[]>): Output<"releases.create"> {
  return {
    id: row.id,
    number: row.number,
    message: row.message,
    createdAt: iso(row.createdAt),
    createdBy: row.actorUserId,
    valueCount: row.valueCount,
    changedFiles: row.changedFiles,
    channels: channels.get(row.id) ?? [],
  };
}

function toChannel(
  call: Pick<Call, "config"> & { project: PlacedProject },
  { name, number, movedAt }: { name: string; number: number; movedAt: number },
): Output<"channels.move"> {
  const tree = name === DEFAULT_CHANNEL ? "" : publishedTree.channel(name);
  return { name, release: number, movedAt: iso(movedAt), manifest: manifestUrl(call, tree) };
}

/** Where the manifest of a tree is read. */
function manifestUrl(
  { config, project }: Pick<Call, "config"> & { project: PlacedProject },
  tree: string,
): string {
  return `${config.CDN_URL}/${project.organizationSlug}/${project.slug}/${tree}${publishedPath.manifest}`;
}

async function findRelease(store: Reader, projectId: string, number: number): Promise<ReleaseTable> {
  const release = await selectReleaseByNumber(store, projectId, number);
  if (!release) throw new ApiError("not_found", `There is no release ${number}.`);
  return release;
}

/** The names of the channels that point at each release. */
async function channelsOf(store: Reader, projectId: string): Promise<Map<string, string[]>> {
  const groups = Map.groupBy(await selectChannels(store, projectId), (channel) => channel.releaseId);
  return new Map([...groups].map(([id, channels]) => [id, channels.map((channel) => channel.name)]));
}
