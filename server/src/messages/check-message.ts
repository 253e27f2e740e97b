import { checkPlural } from "./check-plural.ts";
import { compare } from "./compare.ts";
import type { Problem } from "./problem.ts";
import { readIcu } from "./read-icu.ts";
import { readPlain } from "./read-plain.ts";
import type { Shape } from "./shape.ts";

export type { Problem, Shape };

/** One text as it is about to be written. */
export interface Message {
  text: string;
  format: "icu" | "plain";
  /** BCP 47, canonical. */
  language: string;
  /** The source text as `readMessage` read it; left out for the source text itself and when it is missing. */
  source?: Shape | undefined;
  /** In characters as people see them in most scripts: Unicode code points. */
  maxLength?: number | null;
}

/**
 * Everything that is wrong with a text: by itself, in its language, and beside its source text. Takes time in proportion
 * to the length of the text, whatever it holds, and never throws.
 */
export function checkMessage({ text, format, language, source, maxLength = null }: Message): Problem[] {
  const problems = checkLength(text, maxLength);
  const shape = read(text, format);
  if ("kind" in shape) return [...problems, shape];
  for (const plural of shape.plurals.slice(0, MOST_PLURALS)) problems.push(...checkPlural(plural, language));
  if (source) problems.push(...compare(source, shape, text));
  return problems;
}

/** What a source text demands of its translations; undefined for an unreadable one, which demands nothing. */
export function readMessage(text: string, format: "icu" | "plain"): Shape | undefined {
  const shape = read(text, format);
  return "kind" in shape ? undefined : shape;
}

const MOST_PLURALS = 100;

function read(text: string, format: "icu" | "plain"): Shape | Problem {
  return format === "icu" ? readIcu(text) : readPlain(text);
}

function checkLength(text: string, maxLength: number | null): Problem[] {
  if (maxLength === null || text.length <= maxLength) return [];
  let length = 0;
  for (const _ of text) length++;
  if (length <= maxLength) return [];
  return [
    {
      kind: "too_long",
      expected: `at most ${maxLength} characters`,
      found: String(length),
      suggestion: `Leave out ${length - maxLength} characters.`,
    },
  ];
}
