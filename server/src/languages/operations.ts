import type { Handlers, PlacedProject, WriteCall } from "../context.ts";
import {
  addLanguage,
  countAllKeys,
  type Language,
  removeLanguage,
  toLanguage,
  updateLanguage,
} from "../projects/languages.ts";
import { setSource } from "./set-source.ts";

export const languageHandlers: Handlers<
  "languages.add" | "languages.update" | "languages.remove" | "languages.setSource"
> = {
  async "languages.add"(call, input) {
    return describe(call, call.project, await addLanguage(call, call.project, input));
  },

  async "languages.update"(call, input) {
    return describe(call, call.project, await updateLanguage(call, call.project, input));
  },

  async "languages.remove"(call, { code }) {
    const language = await removeLanguage(call, call.project, code);
    call.note({ language });
  },

  async "languages.setSource"(call, { code }) {
    const result = await setSource(call, call.project, code);
    call.note({ from: call.project.sourceLanguage, to: result.sourceLanguage });
    return result;
  },
};

async function describe(call: WriteCall, project: PlacedProject, language: Language) {
  call.note({ language: language.code, status: language.status });
  return toLanguage(language, project, await countAllKeys(call.store, project.id));
}
