import type { Caller, Transaction, Work } from "../context.ts";
import type { ChangesetTable, ChangeTable, ProjectTable } from "../database/schema.ts";
import { newId } from "../platform/crypto.ts";
import { insertChanges, insertChangeset, insertMoves } from "./store.ts";

export type Change = Omit<ChangeTable, "changesetId">;

/** Stands in `language` for a change of the key itself. */
export const KEY_ITSELF = "";

/** For a writer, who names the changeset in rows before it is recorded. */
export function newChangesetId(): string {
  return newId("cs");
}

/** Writes one changeset with its history, in the transaction of the writes that it tells of. */
export async function recordChangeset(
  work: Work<Transaction>,
  project: ProjectTable,
  { id, message, changes }: { id: string; message: string | undefined; changes: readonly Change[] },
): Promise<void> {
  const keyCount = changes.filter((change) => change.language === KEY_ITSELF).length;
  const languages = new Set(changes.map((change) => change.language).filter((code) => code !== KEY_ITSELF));
  const counts = { keyCount, valueCount: changes.length - keyCount };
  const row = { ...changesetOf(work, project, message, counts), id };
  await insertChangeset(work.store, row, [...languages]);
  await insertChanges(
    work.store,
    changes.map((change) => ({ changesetId: id, ...change })),
  );
}

/** The same for the live keys of a namespace that is about to get another name: so many that they are not read. */
export async function recordMove(
  work: Work<Transaction>,
  project: ProjectTable,
  {
    message,
    from,
    to,
    keyCount,
  }: { message: string | undefined; from: string; to: string; keyCount: number },
): Promise<string> {
  const row = changesetOf(work, project, message, { keyCount, valueCount: 0 });
  await insertChangeset(work.store, row, []);
  await insertMoves(work.store, row, { from, to });
  return row.id;
}

function changesetOf(
  work: Work<Transaction>,
  project: ProjectTable,
  message: string | undefined,
  counts: Pick<ChangesetTable, "keyCount" | "valueCount">,
): ChangesetTable {
  const projectId = project.id;
  const actor = actorOf(work.caller);
  return {
    id: newChangesetId(),
    projectId,
    ...actor,
    message: message ?? null,
    createdAt: work.now,
    ...counts,
  };
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
