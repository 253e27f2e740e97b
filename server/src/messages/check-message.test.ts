import { describe, expect, it } from "vitest";
import { checkMessage, readMessage } from "./check-message.ts";

interface Case {
  source?: string;
  format?: "icu" | "plain";
  language?: string;
  maxLength?: number;
}

function check(text: string, { source, format = "icu", language = "de", maxLength }: Case = {}) {
  const read = source === undefined ? undefined : readMessage(source, format);
  return checkMessage({ text, format, language, source: read, ...(maxLength && { maxLength }) });
}

const kinds = (problems: { kind: string }[]) => problems.map(({ kind }) => kind);

describe("an ICU message", () => {
  it.each([
    "",
    "Hallo {name}",
    "It's {name}'s",
    "'{name}' is written '{'name'}'",
    "{n, plural, =0 {nichts} one {# Datei} other {# Dateien}}",
    "{n, plural, offset:1 =0 {niemand} =1 {{name}} one {{name} und # weiterer} other {{name} und # weitere}}",
    "{g, select, female {{n, plural, one {ihre # Datei} other {ihre # Dateien}}} other {# Dateien}}",
    "{n, selectordinal, other {#.}}",
    "{d, date, ::yMMMd} {t, time, short} {n, number, ::percent .00}",
    "<b>fett</b><br/> 1 < 2",
    "} am Rand",
    "{__proto__} {constructor, select, toString {a} other {b}}",
    "1 🙂 {größe}",
  ])("passes when it is right: %s", (text) => {
    expect(check(text)).toEqual([]);
    expect(check(text, { source: text })).toEqual([]);
  });

  it.each([
    ["Hallo {name", 6, "a closing } for this {"],
    ["Hallo {}", 6, "a name between the braces"],
    ["{n, plurel, other {}}", 4, "one of number, date, time, plural, selectordinal, select"],
    ["{n, plural, one}", 15, "a text in braces after the category"],
    ["{n, plural, one {a} one {b} other {c}}", 20, "each category once"],
    ["{g, select, male {a}}", 0, "an other branch in {g, select, …}"],
    ["<b>fett", 0, "a closing tag"],
    ["<b>fett</i>", 9, "the closing tag of the tag that is open"],
    ['<a href="x">hier</a>', 0, "a tag without attributes, such as <b>…</b>"],
    ["{n, number, ::currency/}", 12, "a number skeleton"],
    ["{d, date, ::eee}", 10, "a number skeleton"],
    [`${"{a, select, other {".repeat(40)}x${"}}".repeat(40)}`, 608, "at most 64 levels of braces and tags"],
  ])("is refused where it breaks off: %s", (text, offset, expected) => {
    expect(check(text)).toEqual([
      { kind: "syntax", offset, expected, found: expect.any(String), suggestion: expect.any(String) },
    ]);
  });

  it("names what is missing and what is too much, and how to mend it", () => {
    expect(check("Hallo {nome}", { source: "Hello {name}" })).toEqual([
      {
        kind: "missing_argument",
        expected: "the argument name",
        found: "nome",
        arguments: { expected: ["name"], found: ["nome"] },
        suggestion: "Write name in place of nome.",
      },
      {
        kind: "unexpected_argument",
        expected: "only the argument name",
        found: "nome",
        arguments: { expected: ["name"], found: ["nome"] },
        suggestion: "Write name in place of nome.",
      },
    ]);
  });

  it.each([
    ["x", "{a} {b}", "the arguments a, b", "none"],
    ["{c}", "x", "no argument", "c"],
    ["{c}{a}{b}", "{a}{b}", "only the arguments a, b", "c"],
    ["<i>x</i>", "x", "no tag", "<i>"],
    ["{n, date}", "{n, number}", "n as number", "date"],
    ["{g, select, er {a} other {b}}", "{g, select, he {a} other {b}}", "only the options he, other", "er"],
  ])("%s beside %s: expected %s, found %s", (text, source, expected, found) => {
    expect(check(text, { source })).toMatchObject([{ expected, found }]);
  });

  it("says that an apostrophe made an argument plain text", () => {
    expect(check("l'{name} et {n}", { source: "the {name} and {n}", language: "fr" })).toMatchObject([
      {
        kind: "missing_argument",
        suggestion: "The apostrophe before {name} makes it plain text: write '' for an apostrophe.",
      },
    ]);
  });

  it.each([
    ["{n}", "{n, plural, one {a} other {b}}", []],
    ["{n, plural, one {a} other {b}}", "{n}", []],
    ["{n, number}", "{n, plural, one {a} other {b}}", []],
    ["{n, date}", "{n, time}", []],
    ["{n, date}", "{n, number}", ["argument_type"]],
    ["{n, plural, one {a} other {b}}", "{n, select, other {a}}", ["argument_type"]],
    ["{g, select, weiblich {a} other {b}}", "{g, select, female {a} other {b}}", ["unexpected_option"]],
    ["{g, select, other {b}}", "{g, select, female {a} other {b}}", []],
    ["<b>a</b>", "a", ["unexpected_tag"]],
    ["a", "<b>a</b>", ["missing_tag"]],
    ["a<br/>", "<br>a</br>", ["missing_tag", "unexpected_tag"]],
    ["'<br/>'", "a<br/>", ["missing_tag"]],
    ["{n, plural, one {<b>#</b>} other {#}}", "{n} <b>x</b>", []],
  ])("%s beside %s: %j", (text, source, expected) => {
    expect(kinds(check(text, { source }))).toEqual(expected);
  });

  it("demands nothing of a translation whose source text cannot be read", () => {
    expect(readMessage("broken {", "icu")).toBeUndefined();
    expect(check("heil {x}", { source: "broken {" })).toEqual([]);
  });
});

describe("the plural categories", () => {
  it("of the language are needed, and the missing ones are named", () => {
    expect(check("{n, plural, one {# plik} other {# pliku}}", { language: "pl" })).toEqual([
      {
        kind: "missing_plural_category",
        argument: "n",
        expected: "the categories one, few, many, other of pl",
        found: "one, other",
        categories: {
          expected: ["one", "few", "many", "other"],
          found: ["one", "other"],
          missing: ["few", "many"],
        },
        suggestion: "Add few {…} many {…}.",
      },
    ]);
  });

  it.each([
    ["de", "plural, one {a}", ["other"]],
    ["de", "plural, other {a}", []],
    ["de", "plural, =0 {a}", ["one", "other"]],
    ["de", "plural, =1 {a} other {b}", []],
    ["pl", "plural, =1 {a} few {b} many {c} other {d}", []],
    ["pl", "plural, =1 {a} few {b} other {d}", ["many"]],
    ["ar", "plural, =0 {a} =1 {b} =2 {c} few {d} many {e} other {f}", []],
    ["fr", "plural, one {a} other {b}", []],
    ["fr", "plural, =1 {a} many {b} other {c}", ["one"]],
    ["en", "plural, offset:1 =0 {a} =2 {b} many {c} other {d}", []],
    ["en", "plural, offset:1 =0 {a} =1 {b} many {c} other {d}", ["one"]],
    ["cs", "plural, one {a} few {b} other {c}", ["many"]],
    ["ja", "plural, other {a}", []],
    ["ja", "plural, one {a} other {b}", []],
    ["he", "plural, one {a} two {b} many {c} other {d}", []],
    ["en", "selectordinal, one {a} other {b}", ["two", "few"]],
    ["de", "selectordinal, other {a}", []],
    ["it", "selectordinal, many {a} other {b}", []],
    ["arn", "plural, one {a} other {b}", []],
    ["not a language", "plural, one {a} other {b}", []],
  ])("in %s, {n, %s} lacks %j", (language, plural, missing) => {
    const problems = check(`{n, ${plural}}`, { language });
    expect(problems.flatMap(({ categories }) => categories?.missing ?? [])).toEqual(missing);
  });

  it("that no language has are refused: a keyword was translated", () => {
    expect(check("{n, plural, eins {a} other {b}}")).toMatchObject([
      { kind: "unexpected_plural_category", found: "eins", categories: { expected: ["one", "other"] } },
    ]);
  });
});

describe("a plain text", () => {
  it.each([
    ["{0} von {1}", "{1} of {0}", []],
    ["{0}", "{1}", ["missing_argument", "unexpected_argument"]],
    ["{{ name }}", "{{name}}", []],
    ["{{- name}} {{n, number}}", "{{name}} {{n}}", []],
    ["{name}", "{{name}}", ["missing_argument", "unexpected_argument"]],
    ["{n:N2}", "{n}", []],
    ["%2$s %1$d", "%d %s", []],
    ["%s %d", "%d %s", ["missing_argument", "unexpected_argument"]],
    ["%@ %.2f%%", "%@ %f%%", []],
    ["%s", "%s %s", ["missing_argument"]],
    ["%i von %lld", "%d of %u", []],
    ["100%-ig, %20, 100% sicher, 5%d", "100% sure", []],
    ["<b>fett</b>", "<b>bold</b>", []],
    ["<b>fett", "<b>bold</b>", ["missing_tag"]],
    ["<br> <1>x</1>", "<1>x</1> <br/>", []],
    ['<a href="/de">x</a>', '<a href="/en">x</a>', []],
    ["<Sprache>-<Gebiet>", "<language>-<territory>", []],
    ["'{' {n, plural, one", "'{' { foo bar } {}", []],
  ])("%s beside %s: %j", (text, source, expected) => {
    expect(kinds(check(text, { source, format: "plain" })).sort()).toEqual(expected);
  });

  it("names placeholders by their simplest spelling", () => {
    expect(check("nichts", { source: "{0} {{ name }} %s <b>x</b>", format: "plain" })).toMatchObject([
      { kind: "missing_argument", arguments: { expected: ["{0}", "{{name}}", "%1$s"], found: [] } },
      { kind: "missing_tag", tags: { expected: ["<b>"], found: [] } },
    ]);
  });
});

describe("the length", () => {
  it("is counted in characters, not in UTF-16 units", () => {
    expect(check("🙂🙃", { maxLength: 2 })).toEqual([]);
    expect(check("vier", { maxLength: 3 })).toMatchObject([
      { kind: "too_long", expected: "at most 3 characters", found: "4" },
    ]);
  });
});
