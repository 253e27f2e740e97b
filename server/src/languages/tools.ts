import type { PlacedProject, ToolHandlers, WriteCall } from "../context.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import {
  addLanguage,
  type Language,
  languagesOf,
  removeLanguage,
  updateLanguage,
} from "../projects/languages.ts";
import { slugOf } from "../projects/tools.ts";

type Names = "proposeLanguages" | "proposeLanguageEdits" | "deleteLanguages";

type Placed = WriteCall & { readonly project: PlacedProject };
type Status = Language["status"] | "archived";

export const languageTools: ToolHandlers<Names> = {
  async proposeLanguages(call, { languages }) {
    const known = await languagesOf(call.store, call.project.id);
    const results = [];
    const skippedAsSource = [];
    for (const { languageCode, status } of languages) {
      const present = known.get(canonicalLanguage(languageCode) ?? "");
      if (present?.code === call.project.sourceLanguage) skippedAsSource.push(present.code);
      else if (present) results.push({ languageCode: present.code, status: present.status, added: false });
      else {
        const added = await addLanguage(call, call.project, { code: languageCode, status });
        known.set(added.code, added);
        results.push({ languageCode: added.code, status: added.status, added: true });
      }
    }
    const added = results.filter((result) => result.added);
    noteLanguages(
      call,
      added.map(({ languageCode: language, status }) => ({ language, status })),
      { areTargets: false },
    );
    const isSource = (code: string) => `${code} is the source language, so it cannot be a target too.`;
    return {
      success: true,
      added: added.length,
      skipped: languages.length - added.length,
      results,
      project: slugOf(call.project),
      ...(skippedAsSource.length > 0 && { skippedAsSource, warnings: skippedAsSource.map(isSource) }),
      ...(added.length === 0 && {
        hint: "Nothing was added: getProject lists the languages that are there.",
      }),
    };
  },

  async proposeLanguageEdits(call, { edits }) {
    const results = [];
    const notFound = [];
    for (const { languageCode, newStatus } of edits) {
      const before = (await languagesOf(call.store, call.project.id)).get(
        canonicalLanguage(languageCode) ?? "",
      );
      if (!before) {
        notFound.push(languageCode);
        continue;
      }
      const { code, status: previousStatus } = before;
      const changed = previousStatus !== newStatus;
      if (changed) await change(call, code, newStatus);
      results.push({ languageCode: code, previousStatus, newStatus, changed });
    }
    const changed = results.filter((result) => result.changed);
    noteLanguages(
      call,
      changed.map(({ languageCode: language, newStatus: status }) => ({ language, status })),
      { areTargets: true },
    );
    return {
      success: notFound.length === 0,
      results,
      notFound,
      project: slugOf(call.project),
      ...(notFound.length > 0 && { hint: "Add what was not found with proposeLanguages." }),
    };
  },

  async deleteLanguages(call, { languageCodes }) {
    const known = await languagesOf(call.store, call.project.id);
    const archived: string[] = [];
    const notFound: string[] = [];
    for (const sent of languageCodes) {
      const code = known.get(canonicalLanguage(sent) ?? "")?.code;
      if (code === undefined) notFound.push(sent);
      else if (!archived.includes(code)) archived.push(await removeLanguage(call, call.project, code));
    }
    noteLanguages(
      call,
      archived.map((language) => ({ language })),
      { areTargets: true },
    );
    return { success: notFound.length === 0, archived, alreadyArchived: [], notFound };
  },
};

async function change(call: Placed, code: string, status: Status): Promise<void> {
  if (status === "archived") await removeLanguage(call, call.project, code);
  else await updateLanguage(call, call.project, { code, status });
}

/** As the operation of one language notes it, and as a list for several. */
function noteLanguages(
  call: WriteCall,
  languages: readonly { language: string; status?: Status }[],
  { areTargets }: { areTargets: boolean },
): void {
  const [first] = languages;
  if (first && languages.length === 1) call.note({ ...first, ...(areTargets && { target: first.language }) });
  else call.note({ languages });
}
