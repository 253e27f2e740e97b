import { excerpt, type Problem } from "./problem.ts";

/** For each error of the parser: what it expected there, and what would fix it. */
const REASONS: Record<string, readonly [expected: string, suggestion: string]> = {
  EXPECT_ARGUMENT_CLOSING_BRACE: [
    "a closing } for this {",
    "Close the brace, or write '{' for a brace as text.",
  ],
  EMPTY_ARGUMENT: ["a name between the braces", "Write {name}, or '{}' for braces as text."],
  MALFORMED_ARGUMENT: [
    "an argument such as {name} or {count, plural, …}",
    "Write {name}, or '{' for a brace as text.",
  ],
  EXPECT_ARGUMENT_TYPE: [
    "a type after the comma",
    "Write number, date, time, plural, selectordinal or select.",
  ],
  INVALID_ARGUMENT_TYPE: [
    "one of number, date, time, plural, selectordinal, select",
    "Keywords stay in English in every language.",
  ],
  EXPECT_ARGUMENT_STYLE: ["a style after the comma", "Leave the comma out, or name a style."],
  INVALID_NUMBER_SKELETON: ["a number skeleton", "Write one such as ::percent or ::currency/EUR."],
  INVALID_DATE_TIME_SKELETON: ["a date skeleton", "Write one such as ::yMMMd."],
  EXPECT_NUMBER_SKELETON: ["a number skeleton after ::", "Write one such as ::percent or ::currency/EUR."],
  EXPECT_DATE_TIME_SKELETON: ["a date skeleton after ::", "Write one such as ::yMMMd."],
  UNCLOSED_QUOTE_IN_ARGUMENT_STYLE: ["a closing apostrophe in this style", "Close it, or double it."],
  EXPECT_SELECT_ARGUMENT_OPTIONS: ["a comma and branches", "Write {name, select, other {…}}."],
  EXPECT_PLURAL_ARGUMENT_OFFSET_VALUE: ["a number after offset:", "Write offset:1."],
  INVALID_PLURAL_ARGUMENT_OFFSET_VALUE: ["a whole number after offset:", "Write offset:1."],
  EXPECT_SELECT_ARGUMENT_SELECTOR: ["a branch such as other {…}", "Write {name, select, other {…}}."],
  EXPECT_PLURAL_ARGUMENT_SELECTOR: ["a branch such as other {…}", "Write {count, plural, other {…}}."],
  EXPECT_SELECT_ARGUMENT_SELECTOR_FRAGMENT: ["a text in braces after the option", "Write option {text}."],
  EXPECT_PLURAL_ARGUMENT_SELECTOR_FRAGMENT: ["a text in braces after the category", "Write one {text}."],
  INVALID_PLURAL_ARGUMENT_SELECTOR: ["a whole number after =", "Write =0 {text}."],
  DUPLICATE_PLURAL_ARGUMENT_SELECTOR: ["each category once", "Keep one of the two branches."],
  DUPLICATE_SELECT_ARGUMENT_SELECTOR: ["each option once", "Keep one of the two branches."],
  INVALID_TAG: [
    "a tag without attributes, such as <b>…</b>",
    "Write <b>…</b> or <br/>, or '<' for the sign as text.",
  ],
  INVALID_TAG_NAME: ["a tag's name", "Write <b>…</b>, or '<' for the sign as text."],
  UNMATCHED_CLOSING_TAG: [
    "the closing tag of the tag that is open",
    "Close tags in the order they were opened.",
  ],
  UNCLOSED_TAG: [
    "a closing tag",
    "Close it, write <br/> for a tag without text, or '<' for the sign as text.",
  ],
};

const ANY = ["a message that can be read", "See the rules of ICU MessageFormat."] as const;

export function syntaxProblem(text: string, reason: string, offset: number): Problem {
  const [expected, suggestion] = REASONS[reason] ?? ANY;
  return { kind: "syntax", expected, found: foundAt(text, offset), offset, suggestion };
}

export function foundAt(text: string, offset: number): string {
  return offset >= text.length ? "the end of the text" : excerpt(text.slice(offset));
}
