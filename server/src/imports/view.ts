import { MOST_KEPT_PROBLEMS } from "@parlance/contract/import-limits";
import type { Output } from "@parlance/contract/operations";
import { namedActor } from "../database/actor.ts";
import { iso } from "../platform/clock.ts";
import type { NamedImport } from "./store.ts";

export type ImportView = Output<"imports.get">;

export function toImport(row: NamedImport): ImportView {
  const { id, format, language, namespace, fileName, message, existing, status } = row;
  const { size, receivedBytes, processedBytes, state, rows, changesetId } = row;
  const { keysCreated, keysUpdated, valuesCreated, valuesUpdated, unchanged, rejected, warnings } = row;
  return {
    ...{ id, format, language, namespace, fileName, message, existing, status },
    dryRun: row.dryRun === 1,
    ...{ size, receivedBytes, processedBytes, state, rows },
    ...{ keysCreated, keysUpdated, valuesCreated, valuesUpdated, unchanged, rejected, warnings },
    problems: row.problems,
    problemsKept: Math.min(row.problems, MOST_KEPT_PROBLEMS),
    // A dry run and one that changed nothing have no changeset, though its id is known from the start.
    changesetId: row.byLanguage === "{}" && row.keysCreated + row.keysUpdated === 0 ? null : changesetId,
    error: row.error === null ? null : JSON.parse(row.error),
    createdBy: namedActor(row),
    createdAt: iso(row.createdAt),
    startedAt: row.startedAt === null ? null : iso(row.startedAt),
    finishedAt: row.finishedAt === null ? null : iso(row.finishedAt),
  };
}
