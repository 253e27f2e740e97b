import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { FILE_FORMATS } from "@parlance/contract/formats";
import type { Input } from "@parlance/contract/operations";
import type { PlacedProject, Reach, WriteCall } from "../context.ts";
import { toColumns } from "../database/actor.ts";
import type { ImportTable } from "../database/import-tables.ts";
import { newId } from "../platform/crypto.ts";
import { defaultStatus } from "../projects/change-project.ts";
import { languagesOf } from "../projects/languages.ts";
import { needScope } from "../projects/need-scope.ts";
import { lockProject } from "../projects/write-lock.ts";
import { needLanguageOf } from "../texts/find-language.ts";
import { refuseMisfit } from "./refuse-misfit.ts";
import { refuseTooMany } from "./refuse-too-many.ts";
import { insertImport } from "./store.ts";

/**
 * Announces a file that is about to be sent. Throws what `refuseMisfit` throws, `not_found` for a language that the
 * project does not have, `conflict` when the project or its organization has too much under way.
 */
export async function createImport(
  call: WriteCall,
  { project, reach }: { project: PlacedProject; reach: Reach },
  input: Input<"imports.create">,
): Promise<string> {
  needScope(reach, "keys:write");
  const facts = FILE_FORMATS[input.format];
  refuseMisfit(input, facts);
  const usual = defaultStatus(await lockProject(call, project), call.actor);
  const language =
    input.language && needLanguageOf(await languagesOf(call.store, project.id), input.language, "/language");
  await refuseTooMany(call, project, input.size);
  const { format, namespace, fileName, message, existing, status = usual, dryRun, size } = input;
  const row: ImportTable = {
    id: newId("imp"),
    projectId: project.id,
    ...toColumns(call.actor),
    ...{ format, existing, status, size },
    language: language ?? null,
    namespace: facts.namespaces === "one" ? (namespace ?? DEFAULT_NAMESPACE) : null,
    fileName: fileName ?? null,
    message: message ?? null,
    dryRun: dryRun ? 1 : 0,
    state: "uploading",
    ...NOTHING_YET,
    changesetId: dryRun ? null : newId("cs"),
    createdAt: call.now,
  };
  await insertImport(call.store, row);
  return row.id;
}

const NOTHING_YET = {
  ...{ receivedBytes: 0, processedBytes: 0, lastRow: 0, rows: 0, keysCreated: 0, keysUpdated: 0 },
  ...{ valuesCreated: 0, valuesUpdated: 0, unchanged: 0, rejected: 0, warnings: 0, problems: 0 },
  ...{ attempts: 0, byLanguage: "{}", error: null, queuedAt: null, startedAt: null, finishedAt: null },
  ...{ claimedBy: null, claimedUntil: null },
};
