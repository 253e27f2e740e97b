import { countValues, type Outline } from "./outline.ts";
import type { Pending } from "./read-pending.ts";

export interface Warning {
  code: "missing_values" | "language_removed" | "source_language_changed";
  language: string;
  /** The number of values that it is about. */
  count: number;
}

/** Finds what somebody may want to look at before publishing. None of it forbids the publish. */
export function findWarnings(pending: Pending, { summaries }: Outline): Warning[] {
  const { base, languages, project } = pending;
  const counts = languages.map((language) => ({
    language: language.code,
    count: countValues(language, summaries.get(language.code)),
  }));
  const source = counts.find(({ language }) => language === project.sourceLanguage)?.count ?? 0;
  const missing = counts
    .map(({ language, count }) => ({ language, count: source - count }))
    .filter(({ count }) => count > 0)
    .map((warning) => ({ code: "missing_values" as const, ...warning }));
  const kept = new Set(languages.map(({ code }) => code));
  const removed = [...(base?.languages.values() ?? [])]
    .filter(({ code }) => !kept.has(code))
    .map(({ code, valueCount }) => ({
      code: "language_removed" as const,
      language: code,
      count: valueCount,
    }));
  const language = project.sourceLanguage;
  if (!base || base.sourceLanguage === language) return [...missing, ...removed];
  return [...missing, ...removed, { code: "source_language_changed", language, count: source }];
}
