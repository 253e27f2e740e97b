import type { Output } from "@parlance/contract/operations";
import type { PlacedProject, WriteCall } from "../context.ts";
import type { TranslationTable } from "../database/schema.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import { lockProject } from "../projects/write-lock.ts";
import type { Repoint } from "../texts/faults.ts";
import { type FoundKey, findKeys } from "../texts/find-keys.ts";
import { setValues } from "./set-values.ts";

/** A text for a key, and where in the input of the caller it stands. */
export interface TextOfKey {
  id: string;
  /** In any spelling. */
  language: string;
  text: string;
  status?: TranslationTable["status"] | undefined;
  at: { item: string; language: string; text: string };
}

interface Written {
  changesetId: string | null;
  /** Keys with the languages in which a text was sent for them, canonical. */
  keys: { key: FoundKey; languages: string[] }[];
  /** Ids that no key has, with the languages likewise. */
  unknown: { id: string; languages: string[] }[];
  /** Values that are new; the others were already so. */
  updated: number;
  unchanged: number;
  warnings: Output<"values.set">["warnings"];
}

/**
 * Writes texts of the keys that there are, in one changeset, all or none; what is sent for others is answered as unknown.
 * Throws what `setValues` throws, with pointers into the input of the caller.
 */
export async function writeTexts(
  call: WriteCall & { readonly project: PlacedProject },
  ids: readonly string[],
  textsFor: (project: PlacedProject) => readonly TextOfKey[],
): Promise<Written> {
  // The source language may have changed while the call waited.
  const project = await lockProject(call, call.project);
  const texts = textsFor(project);
  const keyOf = await findKeys(
    call.store,
    project.id,
    ids.map((id) => ({ id })),
  );
  const known = texts.filter(({ id }) => keyOf({ id }));
  const values = known.map(({ id, language, text, status }) => ({ key: { id }, language, text, status }));
  const result =
    values.length > 0
      ? await setValues(call, project, { values }, repointTo(known))
      : { changesetId: null, updated: 0, unchanged: 0 };
  call.note({ changesetId: result.changesetId, updated: result.updated });
  const languagesOf = Map.groupBy(texts, ({ id }) => id);
  const named = [...new Set(ids)].map((id) => {
    const languages = (languagesOf.get(id) ?? []).map(
      ({ language }) => canonicalLanguage(language) ?? language,
    );
    return { id, key: keyOf({ id }), languages };
  });
  return {
    changesetId: result.changesetId,
    keys: named.flatMap(({ key, languages }) => (key && languages.length > 0 ? [{ key, languages }] : [])),
    unknown: named.flatMap(({ id, key, languages }) => (key ? [] : [{ id, languages }])),
    updated: result.updated,
    unchanged: result.unchanged,
    warnings: "warnings" in result ? result.warnings : undefined,
  };
}

function repointTo(texts: readonly TextOfKey[]): Repoint {
  return (pointer) => {
    const [, , index, field] = pointer.split("/");
    const at = texts[Number(index)]?.at;
    if (!at) return pointer;
    if (field === "language") return at.language;
    return field === "text" ? at.text : at.item;
  };
}
