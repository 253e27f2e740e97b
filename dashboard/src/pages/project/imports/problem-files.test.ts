import { expect, test } from "vitest";
import type { Problem } from "./import-problems.tsx";
import { problemsAsCsv, problemsAsLines } from "./problem-files.ts";

const PROBLEM: Problem = {
  row: 7,
  pointer: "/values/de",
  code: "missing_argument",
  key: "=cmd()",
  namespace: "default",
  language: "de",
  severity: "error",
  message: 'The text lacks "count",\nwhich the source has.',
};

test("a table of problems keeps quotes, commas and line breaks, and runs nothing", () => {
  const [head, ...rest] = problemsAsCsv([PROBLEM]).split("\r\n");
  expect(head).toBe(
    "\uFEFFrow,severity,code,namespace,key,language,message,expected,found,suggestion,pointer",
  );
  expect(rest.join("\r\n")).toBe(
    '7,error,missing_argument,default,\'=cmd(),de,"The text lacks ""count"",\nwhich the source has.",,,,/values/de\r\n',
  );
});

test("a line per problem loses nothing", () => {
  expect(
    problemsAsLines([PROBLEM, PROBLEM])
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([PROBLEM, PROBLEM]);
});
