import { CATEGORIES, type Required, requiredCategories } from "./plural-categories.ts";
import { excerpt, listed, type Problem, shown } from "./problem.ts";
import type { Plural } from "./shape.ts";

/** Finds branches that a plural lacks in its language, and branches that no language knows. */
export function checkPlural(plural: Plural, language: string): Problem[] {
  const required = requiredCategories(language, plural.type);
  const categories = plural.branches.filter((branch) => !branch.startsWith("="));
  const unknown = categories.filter((category) => !CATEGORIES.has(category));
  const missing = findMissing(plural, new Set(plural.branches), required);
  const names = {
    expected: inOrder(required.keys()),
    found: shown(categories),
    missing,
  };
  const common = { argument: excerpt(plural.argument), categories: names };
  const problems: Problem[] = [];
  if (missing.length > 0) {
    problems.push({
      kind: "missing_plural_category",
      expected: `the categories ${names.expected.join(", ")} of ${language}`,
      found: listed(categories),
      ...common,
      suggestion: `Add ${missing.map((category) => `${category} {…}`).join(" ")}.`,
    });
  }
  if (unknown.length > 0) {
    problems.push({
      kind: "unexpected_plural_category",
      expected: `the categories ${names.expected.join(", ")} of ${language}, or exact values such as =0`,
      found: listed(unknown),
      ...common,
      suggestion: "Categories stay in English in every language.",
    });
  }
  return problems;
}

/**
 * A text with nothing but `other` does not vary by number, which half of CLDR's own messages do not. Once it does, every
 * category of the language is needed, unless exact values stand for all its numbers: `=1` for English `one`.
 */
function findMissing(plural: Plural, branches: ReadonlySet<string>, required: Required): string[] {
  if (!branches.has("other")) return inOrder(required.keys()).filter((category) => !branches.has(category));
  const varies = plural.branches.some((branch) => branch !== "other" && CATEGORIES.has(branch));
  if (!varies) return [];
  const isExact = (number: number) => branches.has(`=${number + plural.offset}`);
  return inOrder(required.keys()).filter((category) => {
    if (branches.has(category)) return false;
    const numbers = required.get(category) ?? [];
    return numbers.length === 0 || !numbers.every(isExact);
  });
}

/** The categories in the order of CLDR. */
function inOrder(categories: Iterable<string>): string[] {
  const given = new Set(categories);
  return [...CATEGORIES].filter((category) => given.has(category));
}
