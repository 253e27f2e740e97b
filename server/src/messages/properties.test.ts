import { parse } from "@formatjs/icu-messageformat-parser";
import { warnings } from "@parlance/contract/operation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkMessage, readMessage } from "./check-message.ts";
import { requiredCategories } from "./plural-categories.ts";

const LANGUAGES = ["en", "de", "pl", "ar", "cs", "fr", "ja", "cy", "he", "pt-BR", "arn"];
const language = fc.constantFrom(...LANGUAGES);

/** A message as a tree, so that a test can say what it holds. */
type Part =
  | { is: "text"; text: string }
  | { is: "argument"; name: string }
  | { is: "tag"; name: string; parts: Part[] }
  | { is: "plural" | "selectordinal"; name: string; parts: Part[] }
  | { is: "select"; name: string; options: string[]; parts: Part[] };

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom("'", "{", "#", "<b>", "}'{"),
);
const values = fc.constantFrom("name", "who", "größe", "x_1");
const { parts } = fc.letrec<{ part: Part; parts: Part[] }>((tie) => ({
  parts: fc.array(tie("part"), { maxLength: 4 }),
  part: fc.oneof(
    { maxDepth: 3 },
    fc.record({ is: fc.constant("text" as const), text }),
    fc.record({ is: fc.constant("argument" as const), name: values }),
    fc.record({ is: fc.constant("tag" as const), name: fc.constantFrom("b", "link"), parts: tie("parts") }),
    fc.record({
      is: fc.constantFrom("plural" as const, "selectordinal" as const),
      name: fc.constantFrom("count", "n"),
      parts: tie("parts"),
    }),
    fc.record({
      is: fc.constant("select" as const),
      name: fc.constantFrom("gender", "kind"),
      options: fc.uniqueArray(fc.constantFrom("female", "male", "__proto__"), { maxLength: 2 }),
      parts: tie("parts"),
    }),
  ),
}));

/** The message as a translator into the language would write it, every category in place. */
function write(tree: readonly Part[], into: string): string {
  return tree.map((part) => writePart(part, into)).join("");
}

function writePart(part: Part, into: string): string {
  switch (part.is) {
    case "text":
      return part.text.replaceAll("'", "''").replace(/[{}<>]+/g, "'$&'");
    case "argument":
      return `{${part.name}}`;
    case "tag":
      return `<${part.name}>${write(part.parts, into)}</${part.name}>`;
    case "select":
      return branches(`${part.name}, select`, [...part.options, "other"], write(part.parts, into));
    default: {
      const type = part.is === "plural" ? "cardinal" : "ordinal";
      const categories = [...requiredCategories(into, type).keys()];
      return branches(`${part.name}, ${part.is}`, categories, write(part.parts, into));
    }
  }
}

function branches(head: string, names: readonly string[], inner: string): string {
  return `{${head}, ${names.map((name) => `${name} {${inner}}`).join(" ")}}`;
}

const check = (written: string, into: string, source?: string) =>
  checkMessage({
    text: written,
    format: "icu",
    language: into,
    source: source === undefined ? undefined : readMessage(source, "icu"),
  });

describe("every message that is written by the rules", () => {
  it("passes in its language, and beside its source text", () => {
    fc.assert(
      fc.property(parts, language, language, (tree, from, into) => {
        expect(check(write(tree, into), into, write(tree, from))).toEqual([]);
      }),
    );
  });

  it("names exactly the argument that was left out or added", () => {
    fc.assert(
      fc.property(parts, language, (tree, into) => {
        const less = write(tree, into);
        const more = `${less}{added}`;
        expect(check(less, into, more)).toMatchObject([
          { kind: "missing_argument", expected: "the argument added" },
        ]);
        expect(check(more, into, less)).toMatchObject([{ kind: "unexpected_argument", found: "added" }]);
      }),
    );
  });

  it("names exactly the plural category that was left out", () => {
    const categories = fc.constantFrom("pl", "ar", "cs", "ru", "cy", "ga", "sl").chain((into) =>
      fc.record({
        into: fc.constant(into),
        left: fc.constantFrom(...[...requiredCategories(into, "cardinal").keys()]),
      }),
    );
    fc.assert(
      fc.property(parts, categories, (tree, { into, left }) => {
        const others = [...requiredCategories(into, "cardinal").keys()].filter((name) => name !== left);
        const [problem, ...more] = check(branches("total, plural", others, write(tree, into)), into);
        expect(problem).toMatchObject({ kind: "missing_plural_category", categories: { missing: [left] } });
        expect(more).toEqual([]);
      }),
    );
  });
});

describe("whatever a text holds", () => {
  const pieces = [
    ...[
      "{",
      "}",
      "'",
      "''",
      "#",
      "<",
      ">",
      "</",
      "/>",
      "<b>",
      "</b>",
      ",",
      " ",
      "=1",
      "::",
      "{{",
      "}}",
      "%1$s",
      "%",
      "$",
    ],
    ..."plural,|select,|selectordinal,|number,|date,|other {|one {|few|offset:1|n|name|0|__proto__|🙂|\ud800".split(
      "|",
    ),
  ];
  const anything = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((list) => list.join("")),
    fc.string({ unit: "binary", maxLength: 60 }),
  );

  it("a check ends, with problems as the contract has them, and never throws", () => {
    fc.assert(
      fc.property(anything, anything, fc.constantFrom("icu" as const, "plain" as const), (a, b, format) => {
        const problems = checkMessage({ text: a, format, language: "pl", source: readMessage(b, format) });
        warnings.parse(
          problems.map(({ kind, ...problem }) => ({ pointer: "/text", code: kind, ...problem })),
        );
        for (const { offset = 0 } of problems) expect(offset).toBeLessThanOrEqual(a.length);
      }),
      { numRuns: 2000 },
    );
  });

  it("it is refused as ICU exactly when the parser of the readers' side refuses it", () => {
    fc.assert(
      fc.property(anything, (target) => {
        const refused = check(target, "en").some(
          ({ kind, categories }) => kind === "syntax" || categories?.missing.includes("other"),
        );
        expect(refused).toBe(!canBeParsed(target));
      }),
      { numRuns: 2000 },
    );
  });

  const LONG = 65_536;
  const fill = (piece: string) => piece.repeat(LONG / piece.length);
  it.each([
    fill("{"),
    fill("}"),
    fill("<"),
    fill("'"),
    fill("<a"),
    fill("<a>"),
    fill("<a "),
    `<${fill("a")}`,
    `<a${fill(" ")}`,
    `{{${fill(" ")}`,
    `{a${fill(" ")},`,
    fill("{ "),
    fill("{{ "),
    fill("%1$"),
    fill("%0"),
    `'{${fill("🙂")}`,
    fill("'{'"),
    fill("{a,plural,other{"),
    `{a,number,'b'}${fill("{a,select,other{")}`,
    `{a,plural,${Array.from({ length: 6000 }, (_, i) => `=${i}{}`).join("")}other{}}`,
    Array.from({ length: 9000 }, (_, i) => `{a${i}}`).join(""),
    `{a, number, ::${fill("0")}}`,
    `{a, number, ::${fill("a/b ")}}`,
    `{a, date, ::${fill("y")}}`,
    `{a, select, ${Array.from({ length: 6000 }, (_, i) => `o${i}{}`).join("")}other{}}`,
    `{${fill("n")}}`,
  ])("64 kB are checked at once: %.20s", (long) => {
    const started = performance.now();
    for (const format of ["icu", "plain"] as const) {
      const problems = checkMessage({
        text: long,
        format,
        language: "ar",
        source: readMessage("{x} <y>z</y>", format),
      });
      expect(JSON.stringify(problems).length).toBeLessThan(20_000);
      readMessage(long, format);
    }
    // Work that grew with the square of the length would take minutes.
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

function canBeParsed(target: string): boolean {
  try {
    parse(target);
    return true;
  } catch {
    return false;
  }
}
