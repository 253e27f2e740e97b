import type { Handlers } from "../context.ts";
import { listEntries } from "./list-entries.ts";

export const auditHandlers: Handlers<"audit.list"> = {
  "audit.list": (call, input) => listEntries(call.store, call.reach.organization.id, input),
};
