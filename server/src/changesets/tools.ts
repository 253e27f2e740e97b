import type { Output } from "@parlance/contract/operations";
import type { ToolHandlers } from "../context.ts";
import { changesetHandlers } from "./operations.ts";

const MOST_SKIPPED = 100;

/** In the words of agents; what is done, and what is noted of it, are the operations. */
export const changesetTools: ToolHandlers<"listChanges" | "getChange" | "revertChange"> = {
  async listChanges(call, input) {
    const { items, nextCursor } = await changesetHandlers["changesets.list"](call, input);
    return { changes: items.map(toItem), next: nextCursor };
  },

  async getChange(call, input) {
    const { changes, ...changeset } = await changesetHandlers["changesets.get"](call, input);
    return { ...toItem(changeset), items: changes.items, next: changes.nextCursor };
  },

  async revertChange(call, input) {
    const { changesetId, reverted, skippedCount, ...rest } = await changesetHandlers["changesets.revert"](
      call,
      input,
    );
    return {
      ...{ changesetId, reverted, skippedCount },
      skipped: rest.skipped.slice(0, MOST_SKIPPED),
      next: rest.nextCursor,
      ...(rest.nextCursor !== null && { hint: "There is more: call again with next as cursor." }),
      ...(reverted > 0 &&
        rest.nextCursor === null && { hint: "Live files change with the next publish only." }),
    };
  },
};

function toItem({ id, actor, via, message, ...item }: Output<"changesets.list">["items"][number]) {
  const { createdAt: at, keyCount: keys, valueCount: texts } = item;
  return { id, by: actor, via, message, at, keys, texts };
}
