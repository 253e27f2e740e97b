import type { FieldError } from "@parlance/contract/errors";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { checkMessage, readMessage, type Shape } from "../messages/check-message.ts";
import { type ValidationMode, validationModeOf } from "../projects/validation-mode.ts";
import type { Fault } from "./faults.ts";

/** A text that is about to be written, and where in the input it stands. */
export interface NewText extends Pick<KeyTable, "format" | "maxLength"> {
  keyId: string;
  language: string;
  text: string;
  pointer: string;
}

/** Faults refuse the call; warnings go with its answer. */
export interface Findings {
  faults: Fault[];
  warnings?: FieldError[];
}

/** Whoever has this many has seen what is wrong. */
const MOST_FINDINGS = 1000;

/**
 * What is wrong with the texts of one call, as the project wants to hear it. A target is held to the source text that
 * the call brings along, else to the one that stands; a source text only to the rules of its language.
 *
 * @param sources the source texts that stand, by key id
 * @param most texts are looked at until so many things are found
 */
export function checkTexts(
  project: ProjectTable,
  door: keyof ValidationMode,
  texts: readonly NewText[],
  sources: ReadonlyMap<string, string>,
  most = MOST_FINDINGS,
): Findings {
  const mode = validationModeOf(project)[door];
  if (mode === "off") return { faults: [] };
  const sourceOf = sourceReader(project.sourceLanguage, texts, sources);
  const faults: Fault[] = [];
  for (const text of texts) {
    for (const { kind, ...problem } of checkMessage({ ...text, source: sourceOf(text) })) {
      faults.push({ pointer: text.pointer, code: kind, ...problem });
    }
    if (faults.length >= most) break;
  }
  if (mode === "reject" || faults.length === 0) return { faults };
  return { faults: [], warnings: faults };
}

/** Reads each source text once, however many languages are written beside it. */
function sourceReader(
  sourceLanguage: string,
  texts: readonly NewText[],
  standing: ReadonlyMap<string, string>,
): (text: NewText) => Shape | undefined {
  const isSource = ({ language }: NewText) => language === sourceLanguage;
  const brought = new Map(texts.filter(isSource).map(({ keyId, text }) => [keyId, text]));
  const read = new Map<string, Shape | undefined>();
  return (target) => {
    if (isSource(target)) return undefined;
    const { keyId, format } = target;
    const source = brought.get(keyId) ?? standing.get(keyId);
    if (source === undefined) return undefined;
    if (!read.has(keyId)) read.set(keyId, readMessage(source, format));
    return read.get(keyId);
  };
}
