/** What can be wrong with a message. */
type ProblemKind =
  | "syntax"
  | "missing_argument"
  | "unexpected_argument"
  | "argument_type"
  | "unexpected_option"
  | "missing_plural_category"
  | "unexpected_plural_category"
  | "missing_tag"
  | "unexpected_tag"
  | "too_long";

/** Names as the source text has them, and as this text has them. */
export interface Names {
  expected: string[];
  found: string[];
}

/** One problem, in words and in fields that a program can act on. */
export interface Problem {
  kind: ProblemKind;
  expected: string;
  found: string;
  /** The argument that an option, type or category belongs to. */
  argument?: string;
  arguments?: Names;
  tags?: Names;
  /** Plural categories, or the options of a select. */
  categories?: Names & { missing: string[] };
  /** Where it is, in UTF-16 code units from the start of the text. */
  offset?: number;
  /** What would fix it. */
  suggestion?: string;
}

const MOST_NAMES = 20;
const LONGEST_NAME = 60;

/** Names cut short for an answer: a hostile text may hold thousands of them, of any length. */
export function shown(names: Iterable<string>): string[] {
  const list: string[] = [];
  for (const name of names) {
    if (list.length === MOST_NAMES) return [...list, "…"];
    list.push(excerpt(name));
  }
  return list;
}

export function excerpt(text: string): string {
  const start = text.slice(0, LONGEST_NAME);
  return start.length < text.length ? `${start.toWellFormed()}…` : text;
}

export function listed(names: Iterable<string>): string {
  return shown(names).join(", ") || "none";
}
