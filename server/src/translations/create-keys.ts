import type { Output } from "@parlance/contract/operations";
import type { Reach, WriteWork } from "../context.ts";
import type { LanguageTable, ProjectTable } from "../database/schema.ts";
import { findNameFaults } from "../keys/check-new-keys.ts";
import { creationOf, type NewKey, newKeyRow, storeKeys, toKey } from "../keys/create-keys.ts";
import { type Fault, refuseFaults } from "../keys/faults.ts";
import { defaultStatus } from "../projects/change-project.ts";
import { languagesOf } from "../projects/languages.ts";
import { needScope } from "../projects/need-scope.ts";
import { lockProject } from "../projects/write-lock.ts";
import { checkTexts, type NewText } from "./check-texts.ts";
import { findLanguage } from "./find-language.ts";
import { type ValueWrite, writeValues } from "./write-values.ts";

/**
 * Creates keys with their texts in one changeset, all or none. Texts also need `translations:write`. Throws
 * `conflict` for names that are taken or collide, `not_found` for a language that the project has not, `invalid_request`
 * for a text that breaks the rules of messages; `errors` names every item.
 */
export async function createKeys(
  call: WriteWork,
  { project: known, reach }: { project: ProjectTable; reach: Reach },
  { keys, message }: { keys: readonly NewKey[]; message?: string | undefined },
): Promise<Output<"keys.create">> {
  if (keys.some((key) => Object.keys(key.values).length > 0)) {
    needScope(reach, "translations:write");
  }
  const project = await lockProject(call, known);
  const rows = keys.map((key) => newKeyRow(project, key, call.now));
  const languages = await languagesOf(call.store, project.id);
  const status = defaultStatus(project, call.actor);
  const texts = keys.map((key, index) => readTexts(key, rows[index]?.id ?? "", index, languages, status));
  const news = texts.flatMap((text) => text.news);
  const { faults, warnings } = checkTexts(project, "api", news, new Map());
  refuseFaults([
    ...texts.flatMap((text) => text.faults),
    ...faults,
    ...(await findNameFaults(call.store, project, keys)),
  ]);
  await storeKeys(call, project, reach.organization.slug, rows);
  const changesetId = await writeValues(call, project, reach.organization.slug, {
    message,
    keyChanges: rows.map(creationOf),
    writes: texts.flatMap((text) => text.writes),
  });
  return { changesetId, items: rows.map(toKey), ...(warnings && { warnings }) };
}

function readTexts(
  key: NewKey,
  keyId: string,
  index: number,
  languages: ReadonlyMap<string, LanguageTable>,
  status: ValueWrite["status"],
): { writes: ValueWrite[]; news: NewText[]; faults: Fault[] } {
  const writes = new Map<string, ValueWrite>();
  const news: NewText[] = [];
  const faults: Fault[] = [];
  for (const [code, text] of Object.entries(key.values)) {
    const pointer = `/keys/${index}/values/${code.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const language = findLanguage(languages, code, pointer);
    if (typeof language !== "string") {
      faults.push(language);
      continue;
    }
    if (writes.has(language)) {
      faults.push({ pointer, code: "duplicate", expected: "each language once", found: language });
    }
    const { format, maxLength = null } = key;
    news.push({ keyId, language, text, pointer, format, maxLength });
    writes.set(language, { keyId, language, text, status, before: undefined });
  }
  return { writes: [...writes.values()], news, faults };
}
