import type { Input, Output } from "@parlance/contract/operations";
import type { Call, Reach } from "../context.ts";
import type { LanguageTable, ProjectTable } from "../database/schema.ts";
import { type Fault, refuseFaults } from "../keys/faults.ts";
import { findKeys } from "../keys/find-keys.ts";
import { ApiError } from "../platform/api-error.ts";
import { languagesOf } from "../projects/languages.ts";
import { lockProject } from "../projects/write-lock.ts";
import { checkTexts, type NewText } from "./check-texts.ts";
import { findCollisions } from "./find-collisions.ts";
import { findLanguage } from "./find-language.ts";
import { type Current, selectCurrent } from "./store.ts";
import { type ValueWrite, writeValues } from "./write-values.ts";

type NewValue = Input<"values.set">["values"][number];

/**
 * Sets values in one changeset, all or none. A value that was already so is no write; with nothing to write there is
 * no changeset. Throws `not_found` for an unknown key or language, `invalid_request` for a text that breaks the
 * rules of messages, `conflict` for a value that is set twice, or whose revision is not the expected one (then with
 * both values); `errors` names every item.
 */
export async function setValues(
  call: Call,
  { project, reach }: { project: ProjectTable; reach: Reach },
  { values, message }: { values: readonly NewValue[]; message?: string | undefined },
): Promise<Output<"values.set">> {
  await lockProject(call, project);
  const languages = await languagesOf(call.store, project.id);
  const keyOf = await findKeys(
    call.store,
    project.id,
    values.map((value) => value.key),
  );
  const { wanted, faults } = readValues(withIfMatch(call, values), keyOf, languages);
  const current = await currentOf(call, project, wanted);
  const all = wanted.map((value) => ({ ...value, before: current.get(pairOf(value)) }));
  const writes = all.filter(
    // The same text again says that it still fits an edited source.
    ({ before, text, status }) =>
      before?.text !== text || before.status !== status || before.outdatedAt !== null,
  );
  const news = writes.filter(({ before, text }) => before?.text !== text || before.outdatedAt !== null);
  const found = checkTexts(project, "api", news, sourcesIn(project, current.values()));
  const collisions = await findCollisions(call.store, all);
  refuseFaults(inOrder([...found.faults, ...faults, ...collisions]));
  const counts = { updated: writes.length, unchanged: values.length - writes.length };
  if (writes.length === 0) return { changesetId: null, ...counts };
  const changesetId = await writeValues(call, project, reach.organization.slug, {
    message,
    keyChanges: [],
    writes,
  });
  return { changesetId, ...counts, ...(found.warnings && { warnings: found.warnings }) };
}

type WantedValue = Omit<ValueWrite, "before"> & NewText & { at: string; expected: number | undefined };

/** `If-Match` is about one value: a call with more says in each which revision it expects. */
function withIfMatch({ expectedRevision: revision }: Call, values: readonly NewValue[]): readonly NewValue[] {
  const [value] = values;
  if (revision === undefined || !value) return values;
  if (values.length > 1 || (value.revision ?? revision) !== revision) {
    const sentence = "If-Match is for a single value; give each value of a call its own revision.";
    throw new ApiError("invalid_request", sentence);
  }
  return [{ ...value, revision }];
}

function readValues(
  values: readonly NewValue[],
  keyOf: Awaited<ReturnType<typeof findKeys>>,
  languages: ReadonlyMap<string, LanguageTable>,
): { wanted: WantedValue[]; faults: Fault[] } {
  const wanted = new Map<string, WantedValue>();
  const faults: Fault[] = [];
  for (const [index, { key: reference, language: code, text, status, revision }] of values.entries()) {
    const at = `/values/${index}`;
    const key = keyOf(reference);
    const language = findLanguage(languages, code, `${at}/language`);
    if (!key) {
      const found = "id" in reference ? reference.id : `${reference.namespace}/${reference.name}`;
      faults.push({ pointer: `${at}/key`, code: "unknown_key", expected: "a key of the project", found });
    }
    if (typeof language !== "string") faults.push(language);
    if (!key || typeof language !== "string") continue;
    const { id: keyId, format, maxLength } = key;
    const value = {
      keyId,
      language,
      text,
      status,
      pointer: `${at}/text`,
      format,
      maxLength,
      at,
      expected: revision,
    };
    if (wanted.has(pairOf(value))) {
      faults.push({
        pointer: at,
        code: "duplicate",
        expected: "each key and language once in a call",
        found: `${key.name}, ${language}`,
      });
    }
    wanted.set(pairOf(value), value);
  }
  return { wanted: [...wanted.values()], faults };
}

/** What stands there now, source texts included. */
async function currentOf(call: Call, project: ProjectTable, wanted: readonly WantedValue[]) {
  const keyIds = [...new Set(wanted.map((value) => value.keyId))];
  const codes = new Set(wanted.map((value) => value.language)).add(project.sourceLanguage);
  const rows = await selectCurrent(call.store, keyIds, [...codes]);
  return new Map(rows.map((row) => [pairOf(row), row]));
}

function sourcesIn({ sourceLanguage }: ProjectTable, rows: Iterable<Current>): Map<string, string> {
  const sources = new Map<string, string>();
  for (const { keyId, language, text } of rows) if (language === sourceLanguage) sources.set(keyId, text);
  return sources;
}

/** As the items stand in the call. */
function inOrder(faults: readonly Fault[]): Fault[] {
  const itemOf = ({ pointer }: Fault) => Number(pointer.split("/")[2]);
  return faults.toSorted((one, other) => itemOf(one) - itemOf(other));
}

function pairOf({ keyId, language }: { keyId: string; language: string }): string {
  return `${keyId}/${language}`;
}
