import type { Call, Caller } from "../context.ts";
import type { ChangesetTable, ChangeTable, ProjectTable } from "../database/schema.ts";
import { newId } from "../platform/crypto.ts";
import { insertChanges, insertChangeset } from "./store.ts";

export type Change = Omit<ChangeTable, "changesetId">;

/** Stands in `language` for a change of the key itself. */
export const KEY_ITSELF = "";

/** Writes one changeset with its history, in the caller's transaction, and returns its id. */
export async function recordChangeset(
  call: Call,
  project: ProjectTable,
  { message, changes }: { message: string | undefined; changes: readonly Change[] },
): Promise<string> {
  const id = newId("cs");
  const keyCount = changes.filter((change) => change.language === KEY_ITSELF).length;
  const languages = new Set(changes.map((change) => change.language).filter((code) => code !== KEY_ITSELF));
  const row = {
    id,
    projectId: project.id,
    ...actorOf(call.caller),
    message: message ?? null,
    createdAt: call.now,
    keyCount,
    valueCount: changes.length - keyCount,
  };
  await insertChangeset(call.store, row, [...languages]);
  const rows = changes.map((change) => ({ changesetId: id, ...change }));
  await insertChanges(call.store, rows);
  return id;
}

type Actor = Pick<ChangesetTable, "actorType" | "userId" | "appId" | "grantId" | "via">;

function actorOf(caller: Caller): Actor {
  if (caller.kind === "installation") {
    const { userId, appId, grantId } = caller;
    return { actorType: "app", userId, appId, grantId, via: "rest" };
  }
  if (caller.kind === "session") {
    return { actorType: "user", userId: caller.userId, appId: null, grantId: null, via: "dashboard" };
  }
  throw new Error(`A caller of kind ${caller.kind} cannot write.`);
}
