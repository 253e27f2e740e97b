import type { Handlers } from "../context.ts";
import { listChangesets, readChangeset } from "../history/list-changesets.ts";
import { revertChangeset } from "./revert-changeset.ts";

export const changesetHandlers: Handlers<"changesets.list" | "changesets.get" | "changesets.revert"> = {
  "changesets.list": (call, input) => listChangesets(call, call.project, input),

  "changesets.get": (call, input) => readChangeset(call, call.project, input),

  async "changesets.revert"(call, input) {
    const result = await revertChangeset(call, call, input);
    call.note({ revertedBy: result.changesetId, reverted: result.reverted, skipped: result.skippedCount });
    return result;
  },
};
