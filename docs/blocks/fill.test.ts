import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { fill, type Sources } from "./fill.ts";
import { guideFiles, SOURCES } from "./sources.ts";

const PROGRAM = `import { x } from "x";

export function outer() {
  // #region outer
  const one = 1;
  // #region inner
  if (one) {
    return x;
  }
  // #endregion
  // #endregion
}
// #region open
`;

const sources: Sources = {
  read: (path) => {
    if (path === "fence.md") return "// #region a\n```\n// #endregion\n";
    if (path !== "program.ts") throw new Error(`There is no ${path}.`);
    return PROGRAM;
  },
  tables: { numbers: () => "| one |\n| --- |" },
};

const fence = (head: string, body = "old\n") => `Before.\n\n\`\`\`${head}\n${body}\`\`\`\n\nAfter.\n`;

describe("a block of a guide", () => {
  test.each([
    ["ts file=program.ts region=inner", "if (one) {\n  return x;\n}"],
    ["ts file=program.ts region=outer", "const one = 1;\nif (one) {\n  return x;\n}"],
  ])("%s is what stands there, without marks and common indentation", (head, code) => {
    expect(fill(fence(head), sources)).toBe(fence(head, `${code}\n`));
    expect(fill(fence(head, ""), sources)).toBe(fence(head, `${code}\n`));
  });

  test("without a region is the whole program", () => {
    expect(fill(fence("ts file=program.ts"), sources)).toContain('import { x } from "x";');
  });

  test("that names no file is left alone", () => {
    expect(fill(fence("ts"), sources)).toBe(fence("ts"));
  });

  test("of a table is made anew, and the words around it stay", () => {
    const guide = (body: string) => `A\n\n<!-- table: numbers -->\n${body}<!-- end table -->\n\nB\n`;
    expect(fill(guide("| two |\n"), sources)).toBe(guide("\n| one |\n| --- |\n\n"));
  });

  test.each([
    ["a region that does not exist", fence("ts file=program.ts region=none"), "There is no region none."],
    ["a region that does not end", fence("ts file=program.ts region=open"), "The region open does not end."],
    ["a file that does not exist", fence("ts file=none.ts"), "There is no none.ts."],
    ["code that would end the fence", fence("md file=fence.md region=a"), "would end its fence"],
    ["a table that does not exist", "<!-- table: none -->\n<!-- end table -->", "There is no table none."],
  ])("with %s is refused", (_, guide, sentence) => {
    expect(() => fill(guide, sources)).toThrow(sentence);
  });
});

test.each(guideFiles().map((file) => [basename(file), file]))(
  "%s has every block as its source has it; else: npm run docs",
  (_, file) => {
    const guide = readFileSync(file, "utf8");
    expect(guide).toBe(fill(guide, SOURCES));
  },
);
