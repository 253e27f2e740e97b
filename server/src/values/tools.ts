import { pointerTo } from "@parlance/contract/json-pointer";
import { MOST_TEXTS } from "@parlance/contract/tools/write-texts";
import type { ToolHandlers } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import { refuseFaults } from "../texts/faults.ts";
import { findTexts } from "./find-texts.ts";
import { type TextOfKey, writeTexts } from "./write-texts.ts";

type Names = "getTranslations" | "updateKeys" | "setTranslations";

export const valueTools: ToolHandlers<Names> = {
  getTranslations: (call, input) => findTexts(call, input),

  async updateKeys(call, { t: items }) {
    const ids = items.map(({ id }) => id);
    let sourceLanguage = "";
    const written = await writeTexts(call, ids, (project) => {
      sourceLanguage = project.sourceLanguage;
      refuseFaults(items.flatMap((item, index) => notTheSource(item, index, sourceLanguage)));
      return items.map(({ id, l, t, st }, index) => ({
        ...{ id, language: l, text: t, status: st === "published" ? "approved" : st },
        at: {
          item: pointerTo(["t", index]),
          language: pointerTo(["t", index, "l"]),
          text: pointerTo(["t", index, "t"]),
        },
      }));
    });
    return {
      ...{ ok: written.keys.length > 0, cnt: written.keys.length },
      upd: written.keys.map(({ key: { id, name }, languages }) => ({
        ...{ id, k: name, lng: languages, src: languages.includes(sourceLanguage) },
      })),
      ...remarksOn(written),
    };
  },

  async setTranslations(call, { t: items }) {
    const count = items.reduce((sum, { t }) => sum + Object.keys(t).length, 0);
    if (count > MOST_TEXTS) throw tooManyTexts(count);
    const ids = items.map(({ id }) => id);
    let ignored = 0;
    const written = await writeTexts(call, ids, ({ sourceLanguage }) => {
      const texts = items.flatMap(({ id, t }, index) =>
        Object.entries(t).map(([language, text]): TextOfKey => {
          const at = pointerTo(["t", index, "t", language]);
          return { id, language, text, at: { item: at, language: at, text: at } };
        }),
      );
      const targets = texts.filter(({ language }) => canonicalLanguage(language) !== sourceLanguage);
      ignored = texts.length - targets.length;
      return targets;
    });
    const hint = ignored > 0 ? ["Source texts were left out: updateKeys with s: true writes them."] : [];
    const known = new Set(ids).size - written.unknown.length;
    return {
      ...{ ok: known > 0, cnt: written.keys.length, wrote: written.updated },
      upd: written.keys.map(({ key: { id, name }, languages }) => ({ id, k: name, lng: languages })),
      ...remarksOn(written, hint),
      updated: written.updated,
    };
  },
};

type Written = Awaited<ReturnType<typeof writeTexts>>;

/** What a caller should know beside what was written. */
function remarksOn({ unknown, unchanged, warnings }: Written, more: readonly string[] = []) {
  const msg = "The project has no key with this id.";
  const hints = [...(unchanged > 0 ? [`${unchanged} of the texts were already so.`] : []), ...more];
  return {
    ...(unknown.length > 0 && {
      errors: unknown.map(({ id, languages }) => ({ id, l: languages, code: "not_found" as const, msg })),
    }),
    ...(warnings && { problems: warnings }),
    ...(hints.length > 0 && { hint: hints.join(" ") }),
  };
}

/** A source text is only meant where its language says so too. */
function notTheSource({ l, s }: { l: string; s: boolean }, index: number, sourceLanguage: string) {
  if (!s || canonicalLanguage(l) === sourceLanguage) return [];
  const expected = `the source language ${sourceLanguage}, or no s`;
  return [{ pointer: pointerTo(["t", index, "l"]), code: "invalid_language" as const, expected, found: l }];
}

function tooManyTexts(count: number): ApiError {
  const expected = `at most ${MOST_TEXTS} texts in a call`;
  return new ApiError("invalid_request", `The field /t is not right: ${expected}, found ${count}.`, {
    errors: [{ pointer: "/t", code: "too_big", expected, found: `${count}` }],
  });
}
