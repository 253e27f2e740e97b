import type { Input, Output } from "@parlance/contract/operations";
import type { Reach, WriteCall } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { inOrder, refuseFaults } from "../keys/faults.ts";
import { findKeys } from "../keys/find-keys.ts";
import { ApiError } from "../platform/api-error.ts";
import { defaultStatus } from "../projects/change-project.ts";
import { languagesOf } from "../projects/languages.ts";
import { lockProject } from "../projects/write-lock.ts";
import { checkTexts } from "./check-texts.ts";
import { findCollisions } from "./find-collisions.ts";
import { currentAt, findPlaces, pairOf } from "./find-places.ts";
import type { Current } from "./store.ts";
import { writeValues } from "./write-values.ts";

type NewValue = Input<"values.set">["values"][number];

/**
 * Sets values in one changeset, all or none. A value that was already so is no write; with nothing to write there is
 * no changeset. Throws `not_found` for an unknown key or language, `invalid_request` for a text that breaks the
 * rules of messages, `conflict` for a value that is set twice, or whose revision is not the expected one (then with
 * both values); `errors` names every item.
 */
export async function setValues(
  call: WriteCall,
  { project: known, reach }: { project: ProjectTable; reach: Reach },
  { values, message }: { values: readonly NewValue[]; message?: string | undefined },
): Promise<Output<"values.set">> {
  const project = await lockProject(call, known);
  const languages = await languagesOf(call.store, project.id);
  const keyOf = await findKeys(
    call.store,
    project.id,
    values.map((value) => value.key),
  );
  const { places, faults } = findPlaces(withIfMatch(call, values), keyOf, languages);
  const current = await currentAt(call, places, project.sourceLanguage);
  const usual = defaultStatus(project, call.actor);
  const all = places.map(({ at, item, key, language }) => {
    const { text, status = usual, revision: expected } = item;
    const { id: keyId, format, maxLength } = key;
    const before = current.get(pairOf({ keyId, language }));
    return { keyId, language, text, status, before, format, maxLength, pointer: `${at}/text`, at, expected };
  });
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

/** `If-Match` is about one value: a call with more says in each which revision it expects. */
function withIfMatch(
  { expectedRevision: revision }: WriteCall,
  values: readonly NewValue[],
): readonly NewValue[] {
  const [value] = values;
  if (revision === undefined || !value) return values;
  if (values.length > 1 || (value.revision ?? revision) !== revision) {
    const sentence = "If-Match is for a single value; give each value of a call its own revision.";
    throw new ApiError("invalid_request", sentence);
  }
  return [{ ...value, revision }];
}

function sourcesIn({ sourceLanguage }: ProjectTable, rows: Iterable<Current>): Map<string, string> {
  const sources = new Map<string, string>();
  for (const { keyId, language, text } of rows) if (language === sourceLanguage) sources.set(keyId, text);
  return sources;
}
