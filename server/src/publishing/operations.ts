import { DEFAULT_CHANNEL, publishedTree } from "@parlance/contract/cdn";
import type { Handlers, Reader } from "../context.ts";
import type { ReleaseTable } from "../database/schema.ts";
import { readReleasedLanguages } from "../pending/published-release.ts";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { diffReleases } from "./diff-releases.ts";
import { deleteChannel, moveChannel } from "./move-channel.ts";
import { publish, type Settle } from "./publish.ts";
import { selectChannels, selectReleaseByNumber, selectReleases } from "./store.ts";
import { channelsOf, manifestUrl, showChannel, showRelease, toChannel, toRelease } from "./view.ts";

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
    const settle: Settle = async (tx, done) => call.settle(tx, await showRelease(tx, done));
    const release = await publish(call, request, settle);
    call.note({ releaseId: release.id, number: release.number });
    return showRelease(call.store, release);
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
    return showChannel(call, channel);
  },

  "channels.delete": (call, { channel }) => deleteChannel(call, channel),
};

async function findRelease(store: Reader, projectId: string, number: number): Promise<ReleaseTable> {
  const release = await selectReleaseByNumber(store, projectId, number);
  if (!release) throw new ApiError("not_found", `There is no release ${number}.`);
  return release;
}
