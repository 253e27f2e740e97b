import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import type { Problem } from "./problem.ts";
import { emptyShape, type Shape, setAt } from "./shape.ts";
import { foundAt, syntaxProblem } from "./syntax.ts";

/** The parser calls itself for every level, so hostile nesting would exhaust the stack. */
const MOST_LEVELS = 64;

/** The arguments, tags and branches of an ICU message, or why the text is not one. */
export function readIcu(text: string): Shape | Problem {
  const tooDeep = findDepth(text);
  if (tooDeep !== undefined) return deepProblem(text, tooDeep);
  try {
    // Locations distinguish `<br/>` from the same text in apostrophes. A missing `other` is reported with the categories.
    const elements = parse(text, { captureLocation: true, requiresOtherClause: false });
    const shape = emptyShape();
    return collect(elements, text, shape) ?? shape;
  } catch (error) {
    return refusal(text, error);
  }
}

/** Where braces and tags are nested too deep, as far as that shows without parsing. */
function findDepth(text: string): number | undefined {
  let levels = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    if (code === APOSTROPHE) {
      if (next === APOSTROPHE) at++;
      else if (QUOTABLE.has(next)) at = endOfQuote(text, at + 2);
    } else if (code === OPEN_BRACE || (code === LESS && isLetter(next))) {
      if (++levels > MOST_LEVELS) return at;
    } else if (
      code === CLOSE_BRACE ||
      (next === SLASH && code === LESS) ||
      (next === GREATER && code === SLASH)
    ) {
      if (levels > 0) levels--;
    }
  }
  return undefined;
}

const [OPEN_BRACE, CLOSE_BRACE, LESS, GREATER, SLASH, APOSTROPHE] = [123, 125, 60, 62, 47, 39];
const QUOTABLE = new Set([OPEN_BRACE, CLOSE_BRACE, LESS, GREATER]);

/** Of the apostrophe that ends a quote; two of them stand for one inside. */
function endOfQuote(text: string, from: number): number {
  let at = text.indexOf("'", from);
  while (at !== -1 && text.charCodeAt(at + 1) === APOSTROPHE) at = text.indexOf("'", at + 2);
  return at === -1 ? text.length : at;
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

function deepProblem(text: string, offset: number): Problem {
  return {
    kind: "syntax",
    expected: `at most ${MOST_LEVELS} levels of braces and tags`,
    found: foundAt(text, offset),
    offset,
    suggestion: "Use several keys.",
  };
}

/** Errors in skeletons come without a location, because the parser finds them only while it reads the skeleton. */
function refusal(text: string, error: unknown): Problem {
  // The stack overflowed: the nesting looked quoted and was not.
  if (error instanceof RangeError && /stack/.test(error.message)) return deepProblem(text, 0);
  const { message, location } = error as { message: string; location?: { start: { offset: number } } };
  if (location) return syntaxProblem(text, message, location.start.offset);
  return syntaxProblem(text, "INVALID_NUMBER_SKELETON", Math.max(0, text.indexOf("::")));
}

function collect(elements: readonly MessageFormatElement[], text: string, shape: Shape): Problem | undefined {
  for (const element of elements) {
    const problem = collectOne(element, text, shape);
    if (problem) return problem;
  }
  return undefined;
}

function collectOne(element: MessageFormatElement, text: string, shape: Shape): Problem | undefined {
  switch (element.type) {
    case TYPE.literal: {
      const offset = element.location?.start.offset ?? 0;
      // The parser gives `<br/>` as text of its own; other text cannot begin with `<` and a letter.
      if (text.charCodeAt(offset) === LESS && isLetter(text.charCodeAt(offset + 1))) {
        shape.tags.add(element.value);
      }
      return undefined;
    }
    case TYPE.argument:
      setAt(shape.arguments, element.value);
      return undefined;
    case TYPE.number:
      setAt(shape.arguments, element.value).add("number");
      return undefined;
    case TYPE.date:
    case TYPE.time:
      setAt(shape.arguments, element.value).add("date");
      return undefined;
    case TYPE.pound:
      return undefined;
    case TYPE.tag:
      shape.tags.add(`<${element.value}>`);
      return collect(element.children, text, shape);
    case TYPE.select: {
      const branches = Object.keys(element.options);
      setAt(shape.arguments, element.value).add("select");
      const options = setAt(shape.options, element.value);
      for (const branch of branches) options.add(branch);
      if (!branches.includes("other")) {
        return missingOther(text, element.value, element.location?.start.offset ?? 0);
      }
      return collectBranches(element.options, text, shape);
    }
    case TYPE.plural:
      setAt(shape.arguments, element.value).add("number");
      shape.plurals.push({
        argument: element.value,
        type: element.pluralType === "ordinal" ? "ordinal" : "cardinal",
        offset: element.offset,
        branches: Object.keys(element.options),
      });
      return collectBranches(element.options, text, shape);
  }
}

function collectBranches(
  options: Record<string, { value: MessageFormatElement[] }>,
  text: string,
  shape: Shape,
): Problem | undefined {
  for (const { value } of Object.values(options)) {
    const problem = collect(value, text, shape);
    if (problem) return problem;
  }
  return undefined;
}

function missingOther(text: string, argument: string, offset: number): Problem {
  return {
    kind: "syntax",
    expected: `an other branch in {${argument}, select, …}`,
    found: foundAt(text, offset),
    offset,
    suggestion: "Add other {…}.",
  };
}
