import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { Output } from "@parlance/contract/operations";
import type { ToolOutput } from "@parlance/contract/tools";
import type { ToolHandlers } from "../context.ts";
import { countPending, type PendingCounts, sumsOf } from "../pending/count-pending.ts";
import type { Release } from "../pending/published-release.ts";
import { filterOf, inToolWords } from "../pending/tool-selection.ts";
import { moveChannel } from "./move-channel.ts";
import { publishingHandlers } from "./operations.ts";
import { publish } from "./publish.ts";
import { showChannel, showRelease } from "./view.ts";

type Names = "publishTranslations" | "publishPlan" | "listReleases" | "rollBack";

export const publishingTools: ToolHandlers<Names> = {
  async publishTranslations(call, { translations }) {
    let counts: PendingCounts | undefined;
    let answer: ToolOutput<"publishTranslations"> | undefined;
    const request = {
      message: undefined,
      channel: DEFAULT_CHANNEL,
      filter: filterOf({ translations }),
      look: async (...seen: Parameters<typeof countPending>) => {
        counts = await countPending(...seen);
      },
    };
    const release = await inToolWords(() =>
      publish(call, request, async (tx, made) => {
        answer = published(made, counts);
        await call.settle(tx, answer);
      }),
    );
    call.note({ releaseId: release.id, number: release.number });
    return answer ?? nothingPending(release);
  },

  async publishPlan(call, { planId, message }) {
    const request = { planId, message, channel: DEFAULT_CHANNEL };
    let made = false;
    const answer = async (release: Release, store = call.store) => ({
      made,
      ...toItem(await showRelease(store, release)),
      ...(!made && { hint: "Nothing was published now: the plan was published before, or changes nothing." }),
    });
    const release = await publish(call, request, async (tx, done) => {
      made = true;
      await call.settle(tx, await answer(done, tx));
    });
    call.note({ releaseId: release.id, number: release.number });
    return answer(release);
  },

  async listReleases(call, input) {
    const { items, nextCursor } = await publishingHandlers["releases.list"](call, input);
    return { releases: items.map(toItem), next: nextCursor };
  },

  async rollBack(call, { channel, release }) {
    const from = await moveChannel(call, { channel, number: release });
    const { movedAt: at, manifest } = await showChannel(call, channel);
    return { channel, release, from, moved: from !== release, at, manifest };
  },
};

function published(
  { id, number }: Release,
  counts: PendingCounts | undefined,
): ToolOutput<"publishTranslations"> {
  if (!counts) throw new Error("A release was made of nothing that was counted.");
  const { texts, deletedKeys, languages } = sumsOf(counts);
  return {
    success: true,
    published: texts,
    repositories: 0,
    syncJobIds: [id],
    deletedKeysProcessed: deletedKeys,
    languageChangesProcessed: languages,
    message: `Release ${number} is live.`,
    hint: "rollBack returns to an earlier release.",
  };
}

/** With nothing pending the channel shows what it showed. */
function nothingPending({ number }: Release): ToolOutput<"publishTranslations"> {
  return {
    success: true,
    published: 0,
    repositories: 0,
    syncJobIds: [],
    message: `Nothing was pending: release ${number} is live as before.`,
  };
}

function toItem({ number, id, message, ...release }: Output<"releases.create">) {
  const { createdAt: at, valueCount: texts, changedFiles: files, channels } = release;
  return { number, id, message, at, texts, files, channels };
}
