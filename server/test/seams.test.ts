import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

/** What the compiler cannot hold: the places that may look at what was presented, and casts that lie. */
const SOURCES = join(import.meta.dirname, "../src");
const files = globSync("**/*.ts", { cwd: SOURCES }).filter((file) => !file.endsWith(".test.ts"));

/** `access`, the folder of each credential, and where the type is declared. */
const KNOWS_CREDENTIALS =
  /^(access|accounts|api-keys|installations|oauth|organizations\/member-caller\.ts|context\.ts)/;

interface Rule {
  promise: string;
  pattern: RegExp;
  isAllowed?: (file: string) => boolean;
}

const RULES: Rule[] = [
  {
    promise: "only access and the folders of credentials look at what a caller presented",
    pattern: /\bauthority\b|\bcaller\.kind\b/,
    isAllowed: (file) => KNOWS_CREDENTIALS.test(file),
  },
  {
    promise: "nobody takes a reader for a transaction",
    pattern: /\bas (unknown as )?(Transaction|WriteWork|WriteCall)\b|(store|tx) as never/,
  },
  {
    promise: "access knows no HTTP",
    pattern:
      /\b(Headers|Request|Response|Hono|statusCode|searchParams)\b(?!\w)|\b(declaration|operation)\.rest\b/,
    isAllowed: (file) => !file.startsWith("access/"),
  },
  {
    promise: "locks are made in the one list that says their order",
    pattern: /\.lock\([^)]*["'`]/,
  },
];

describe.each(RULES)("$promise", ({ pattern, isAllowed = () => false }) => {
  test("in every file", () => {
    const lines = files
      .filter((file) => !isAllowed(file))
      .flatMap((file) =>
        readFileSync(join(SOURCES, file), "utf8")
          .split("\n")
          .flatMap((line, index) =>
            pattern.test(withoutComment(line)) ? [`server/src/${file}:${index + 1} ${line.trim()}`] : [],
          ),
      );
    expect(lines, `\n${lines.join("\n")}\n`).toEqual([]);
  });
});

function withoutComment(line: string): string {
  return /^\s*(\/?\*|\/\/)/.test(line) ? "" : line.replace(/\/\/.*$/, "");
}
