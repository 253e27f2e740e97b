import type { PlacedProject, Work } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { languagesOf } from "../projects/languages.ts";
import { needLanguageOf } from "./find-language.ts";
import type { SourcePlan } from "./plan.ts";
import { countLacking, selectOutdated } from "./store-values.ts";

/**
 * Plans another source language, in any spelling; null when it is the source already. Where its text was outdated, the
 * source text that the other languages were written for is not the one of the new source, so they become outdated;
 * elsewhere the texts fit as they did. Throws `not_found` for a language that the project does not have, `conflict` for
 * a draft, and for one that lacks texts which the present source has: their translations would have no source.
 */
export async function planSource(
  { store }: Work,
  { id, sourceLanguage: from }: PlacedProject,
  code: string,
): Promise<SourcePlan | null> {
  const languages = await languagesOf(store, id);
  const to = needLanguageOf(languages, code, "/code");
  if (to === from) return null;
  if (languages.get(to)?.status === "draft") {
    refuse("draft_language", "an active language", to, `${to} is a draft. Activate it first.`);
  }
  const lacking = await countLacking(store, id, { has: from, lacks: to });
  if (lacking > 0) {
    const expected = `a text for every key that has one in ${from}`;
    const sentence = `${to} has no text for keys that have one in ${from}. Write them first.`;
    refuse("incomplete_language", expected, `${lacking} keys without`, sentence);
  }
  return { kind: "source", from, to, outdatedKeyIds: await selectOutdated(store, id, to) };
}

function refuse(code: string, expected: string, found: string, sentence: string): never {
  throw new ApiError("conflict", sentence, { errors: [{ pointer: "/code", code, expected, found }] });
}
