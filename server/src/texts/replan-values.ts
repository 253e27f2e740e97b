import type { PlacedProject, Work } from "../context.ts";
import { languagesOf } from "../projects/languages.ts";
import { checkTexts } from "./check-texts.ts";
import type { Fault } from "./faults.ts";
import { findCollisions } from "./find-collisions.ts";
import { findValues, type StoredValue, sourceTexts } from "./find-values.ts";
import { fitsAnew, isNewValue, type Planned, pairOf, type ValueWrite } from "./plan.ts";
import type { ReplannedKeys } from "./replan-keys.ts";
import type { StoredTexts } from "./stored-plan.ts";

interface ReplannedValues extends Omit<Planned, "plan"> {
  written: ValueWrite[];
  removed: StoredValue[];
}

/** The values of a stored plan beside what stands there now, and what forbids to write them. */
export async function replanValues(
  { store }: Work,
  project: PlacedProject,
  stored: StoredTexts,
  { all: keys }: Pick<ReplannedKeys, "all">,
): Promise<ReplannedValues> {
  const named = [...stored.written, ...stored.removed];
  if (named.length === 0) return { written: [], removed: [], faults: [], collisions: [] };
  const languages = await languagesOf(store, project.id);
  const codes = [...named.map(({ language }) => language), project.sourceLanguage];
  // Of other keys nothing is read, so that no collision shows what stands in another project.
  const known = named.map(({ keyId }) => keyId).filter((id) => keys.has(id));
  const values = await findValues(store, known, codes);
  const written = stored.written.map((value, index) => {
    const { revision: expected, ...write } = value;
    return { ...write, expected, at: `/written/${index}`, before: values.get(pairOf(value)) };
  });
  const removed = stored.removed.map(({ keyId, language, revision: expected }, index) => {
    const before = values.get(pairOf({ keyId, language }));
    return { keyId, language, expected, at: `/removed/${index}`, before };
  });
  const unknown = [...written, ...removed].flatMap(({ at, keyId, language }): Fault[] => {
    const key = keys.get(keyId);
    if (!key || key.deletedAt !== null) {
      return [
        { pointer: `${at}/keyId`, code: "unknown_key", expected: "a key of the project", found: keyId },
      ];
    }
    if (languages.has(language)) return [];
    const expected = "a language of the project";
    return [{ pointer: `${at}/language`, code: "unknown_language", expected, found: language }];
  });
  const collisions = await findCollisions(store, [...written, ...removed]);
  const writes = written.filter(isNewValue);
  const news = writes.filter(fitsAnew).map(({ at, keyId, language, text }) => {
    const { format = "icu", maxLength = null } = keys.get(keyId) ?? {};
    return { keyId, language, text, format, maxLength, pointer: `${at}/text` };
  });
  // What a revert brings back is not checked, because it was valid once.
  const isChecked = stored.takesBack === null;
  const { faults, ...warnings } = isChecked
    ? checkTexts(project, "api", news, sourceTexts(project, values.values()))
    : { faults: [] };
  return {
    written: writes.map(({ at: _, expected: __, ...write }) => write),
    removed: removed.flatMap(({ before }) => before ?? []),
    faults: [...unknown, ...collisions, ...faults],
    collisions,
    ...warnings,
  };
}
