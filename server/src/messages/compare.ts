import { excerpt, listed, type Problem, shown } from "./problem.ts";
import type { Shape } from "./shape.ts";

/** Finds what a text lacks, or has too much of, beside its source text. */
export function compare(source: Shape, target: Shape, text: string): Problem[] {
  return [
    ...compareArguments(source, target, text),
    ...compareTypes(source, target),
    ...compareOptions(source, target),
    ...compareTags(source.tags, target.tags),
  ];
}

function compareArguments(source: Shape, target: Shape, text: string): Problem[] {
  const missing = without(source.arguments.keys(), target.arguments);
  const unexpected = without(target.arguments.keys(), source.arguments);
  if (missing.length === 0 && unexpected.length === 0) return [];
  const names = { expected: shown(source.arguments.keys()), found: shown(target.arguments.keys()) };
  const renamed =
    missing.length === 1 && unexpected.length === 1
      ? `Write ${excerpt(missing[0] ?? "")} in place of ${excerpt(unexpected[0] ?? "")}.`
      : undefined;
  const problems: Problem[] = [];
  if (missing.length > 0) {
    problems.push({
      kind: "missing_argument",
      expected: counted("the argument", missing),
      found: listed(target.arguments.keys()),
      arguments: names,
      suggestion: renamed ?? addition(missing, text),
    });
  }
  if (unexpected.length > 0) {
    problems.push({
      kind: "unexpected_argument",
      expected: only("argument", source.arguments.keys()),
      found: listed(unexpected),
      arguments: names,
      suggestion: renamed ?? `Take out ${listed(unexpected)}.`,
    });
  }
  return problems;
}

function addition(missing: readonly string[], text: string): string {
  const quoted = missing.find((name) => text.includes(`'{${name}`));
  return quoted === undefined
    ? `Use ${listed(missing)} in the text.`
    : `The apostrophe before {${excerpt(quoted)}} makes it plain text: write '' for an apostrophe.`;
}

/** An argument without a type takes any value, so it agrees with all. */
function compareTypes(source: Shape, target: Shape): Problem[] {
  const problems: Problem[] = [];
  for (const [argument, found] of target.arguments) {
    const expected = source.arguments.get(argument);
    if (!expected || expected.size === 0 || [...found].every((type) => expected.has(type))) continue;
    problems.push({
      kind: "argument_type",
      expected: `${excerpt(argument)} as ${[...expected].join(" or ")}`,
      found: [...found].join(" and "),
      argument: excerpt(argument),
      suggestion: `Use ${excerpt(argument)} as the source text does.`,
    });
  }
  return problems.slice(0, MOST_OF_A_KIND);
}

const MOST_OF_A_KIND = 20;

/** Options are values of the program: a translated one is never chosen. */
function compareOptions(source: Shape, target: Shape): Problem[] {
  const problems: Problem[] = [];
  for (const [argument, found] of target.options) {
    const expected = source.options.get(argument);
    const unexpected = expected ? without(found, expected) : [];
    if (!expected || unexpected.length === 0) continue;
    const names = {
      expected: shown(expected),
      found: shown(found),
      missing: shown(without(expected, found)),
    };
    problems.push({
      kind: "unexpected_option",
      expected: only("option", expected),
      found: listed(unexpected),
      argument: excerpt(argument),
      categories: names,
      suggestion: "Options stay as the source text has them; only their texts are translated.",
    });
  }
  return problems.slice(0, MOST_OF_A_KIND);
}

function compareTags(source: ReadonlySet<string>, target: ReadonlySet<string>): Problem[] {
  const missing = without(source, target);
  const unexpected = without(target, source);
  const tags = { expected: shown(source), found: shown(target) };
  const problems: Problem[] = [];
  if (missing.length > 0) {
    problems.push({
      kind: "missing_tag",
      expected: counted("the tag", missing),
      found: listed(target),
      tags,
      suggestion: `Use ${listed(missing)} in the text.`,
    });
  }
  if (unexpected.length > 0) {
    problems.push({
      kind: "unexpected_tag",
      expected: only("tag", source),
      found: listed(unexpected),
      tags,
      suggestion: `Take out ${listed(unexpected)}.`,
    });
  }
  return problems;
}

function only(noun: string, names: Iterable<string>): string {
  const list = [...names];
  return list.length === 0 ? `no ${noun}` : counted(`only the ${noun}`, list);
}

function counted(noun: string, names: readonly string[]): string {
  return `${noun}${names.length === 1 ? "" : "s"} ${listed(names)}`;
}

function without(names: Iterable<string>, others: { has(name: string): boolean }): string[] {
  return [...names].filter((name) => !others.has(name));
}
