import type { Handlers } from "../context.ts";
import { needScope } from "../projects/need-scope.ts";
import { exportFile } from "./export-file.ts";

export const exportHandlers: Handlers<"exports.get"> = {
  async "exports.get"(call, request) {
    needScope(call.reach, "keys:read");
    return exportFile(call, call.project, request);
  },
};
