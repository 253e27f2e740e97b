import { pointerTo } from "@parlance/contract/json-pointer";
import type { Output } from "@parlance/contract/operations";
import type { PlacedProject, Reach, Work, WriteWork } from "../context.ts";
import type { LanguageTable } from "../database/schema.ts";
import { defaultStatus } from "../projects/change-project.ts";
import { languagesOf } from "../projects/languages.ts";
import { needScope } from "../projects/need-scope.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan, recorded } from "../texts/apply-plan.ts";
import { findNameFaults } from "../texts/check-names.ts";
import { checkTexts, type NewText } from "../texts/check-texts.ts";
import { type Fault, type Repoint, refuseFaults, repointed } from "../texts/faults.ts";
import { findLanguage } from "../texts/find-language.ts";
import { type NewKey, newKeyRow, toKey } from "../texts/new-key.ts";
import { type Planned, planOf, type ValueWrite } from "../texts/plan.ts";

/**
 * Creates keys with their texts in one changeset, all or none. Texts also need `translations:write`. Throws
 * `conflict` for names that are taken or collide, `not_found` for a language that the project does not have,
 * `invalid_request` for a text that breaks the rules of messages; `errors` names every item, with pointers into `keys` unless
 * `repoint` says where its caller has them.
 */
export async function createKeys(
  work: WriteWork,
  { project: known, reach }: { project: PlacedProject; reach: Reach },
  { keys, message }: { keys: readonly NewKey[]; message?: string | undefined },
  repoint?: Repoint,
): Promise<Output<"keys.create">> {
  if (keys.some((key) => Object.keys(key.values).length > 0)) {
    needScope(reach, "translations:write");
  }
  const project = await lockProject(work, known);
  const { plan, faults, warnings } = repointed(await planCreation(work, project, keys), repoint);
  refuseFaults(faults);
  const changesetId = recorded(await applyPlan(work, project, plan, { message }));
  return { changesetId, items: plan.created.map(toKey), ...(warnings && { warnings }) };
}

export async function planCreation(
  work: Work,
  project: PlacedProject,
  keys: readonly NewKey[],
): Promise<Planned> {
  const created = keys.map((key) => newKeyRow(project, key, work.now));
  const languages = await languagesOf(work.store, project.id);
  const status = defaultStatus(project, work.actor);
  const texts = keys.map((key, index) => readTexts(key, created[index]?.id ?? "", index, languages, status));
  const news = texts.flatMap((text) => text.news);
  const { faults, ...warnings } = checkTexts(project, "api", news, new Map());
  return {
    plan: planOf({ created, written: texts.flatMap((text) => text.written) }),
    faults: [
      ...texts.flatMap((text) => text.faults),
      ...faults,
      ...(await findNameFaults(work.store, project, keys)),
    ],
    collisions: [],
    ...warnings,
  };
}

function readTexts(
  key: NewKey,
  keyId: string,
  index: number,
  languages: ReadonlyMap<string, LanguageTable>,
  status: ValueWrite["status"],
): { written: ValueWrite[]; news: NewText[]; faults: Fault[] } {
  const written = new Map<string, ValueWrite>();
  const news: NewText[] = [];
  const faults: Fault[] = [];
  for (const [code, text] of Object.entries(key.values)) {
    const pointer = pointerTo(["keys", index, "values", code]);
    const language = findLanguage(languages, code, pointer);
    if (typeof language !== "string") {
      faults.push(language);
      continue;
    }
    if (written.has(language)) {
      faults.push({ pointer, code: "duplicate", expected: "each language once", found: language });
    }
    const { format, maxLength = null } = key;
    news.push({ keyId, language, text, pointer, format, maxLength });
    written.set(language, { keyId, language, text, status, before: undefined });
  }
  return { written: [...written.values()], news, faults };
}
