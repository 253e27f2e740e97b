import type { Output } from "@parlance/contract/operations";
import type { WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { changeSourceLanguage } from "../projects/change-project.ts";
import { languagesOf } from "../projects/languages.ts";
import { lockProject } from "../projects/write-lock.ts";
import { needLanguageOf } from "./find-language.ts";
import { clearOutdatedOf, countLacking, markOutdated, selectOutdated } from "./store.ts";

/** No text is written, so none is spared. */
const NO_CHANGESET = "";

/**
 * Makes another language the source. Where its text was outdated, the source text that the other languages were written
 * for is not the one of the new source, so they become outdated; elsewhere the texts fit as they did. The manifest
 * names the new source from the next release on. Throws `not_found` for a language that the project has not, `conflict`
 * for a draft, and for one that lacks texts which the present source has: their translations would have no source.
 */
export async function changeSource(
  call: WriteWork,
  known: ProjectTable,
  code: string,
): Promise<Output<"languages.setSource">> {
  const project = await lockProject(call, known);
  const languages = await languagesOf(call.store, project.id);
  const language = needLanguageOf(languages, code, "/code");
  if (language === project.sourceLanguage) return { sourceLanguage: language, outdatedKeys: 0 };
  if (languages.get(language)?.status === "draft") {
    refuse("draft_language", "an active language", language, `${language} is a draft. Activate it first.`);
  }
  const lacking = await countLacking(call.store, project.id, {
    has: project.sourceLanguage,
    lacks: language,
  });
  if (lacking > 0) {
    const expected = `a text for every key that has one in ${project.sourceLanguage}`;
    const sentence = `${language} has no text for keys that have one in ${project.sourceLanguage}. Write them first.`;
    refuse("incomplete_language", expected, `${lacking} keys without`, sentence);
  }
  const keyIds = await selectOutdated(call.store, project.id, language);
  await clearOutdatedOf(call.store, project.id, language);
  const after = await changeSourceLanguage(call, project, language);
  await markOutdated(call.store, keyIds, { project: after, changesetId: NO_CHANGESET, now: call.now });
  return { sourceLanguage: language, outdatedKeys: keyIds.length };
}

function refuse(code: string, expected: string, found: string, sentence: string): never {
  throw new ApiError("conflict", sentence, { errors: [{ pointer: "/code", code, expected, found }] });
}
