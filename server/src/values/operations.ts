import type { Handlers } from "../context.ts";
import { listHistory } from "../history/list-history.ts";
import { listValues } from "./list-values.ts";
import { setStatus } from "./set-status.ts";
import { setValues } from "./set-values.ts";

export const valueHandlers: Handlers<"values.set" | "values.setStatus" | "values.list" | "values.history"> = {
  async "values.set"(call, input) {
    const result = await setValues(call, call.project, input);
    call.note({ changesetId: result.changesetId, updated: result.updated });
    return result;
  },

  async "values.setStatus"(call, input) {
    const result = await setStatus(call, call.project, input);
    call.note({ changesetId: result.changesetId, updated: result.updated, status: input.status });
    return result;
  },

  "values.list": (call, input) => listValues(call, call.project, input),

  "values.history": (call, input) => listHistory(call, call.project, input),
};
