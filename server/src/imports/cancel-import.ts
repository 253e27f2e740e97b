import type { WriteCall } from "../context.ts";
import { finishImport } from "./finish-import.ts";
import { bytesSpent } from "./signals.ts";

/** Stops an import; what it wrote stays. Answers false when it was over already. */
export async function cancelImport(call: WriteCall, id: string): Promise<boolean> {
  const ended = await finishImport(call.store, { id }, { state: "cancelled" }, { now: call.now });
  call.afterCommit(() => bytesSpent.raise(call.db));
  return ended;
}
