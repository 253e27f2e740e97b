import { expect, test } from "vitest";
import { prefersMarkdown } from "./negotiate.ts";

test.each([
  [undefined, false],
  ["*/*", false],
  ["text/html,application/xhtml+xml,*/*;q=0.8", false],
  ["text/markdown", true],
  ["text/markdown, text/html;q=0.9, */*;q=0.1", true],
  ["text/html, text/markdown;q=0.5", false],
  ["text/markdown;q=0", false],
  ["TEXT/MARKDOWN ; Q=0.7", true],
  ["text/*", false],
])("Accept: %s means Markdown: %s", (accept, expected) => {
  expect(prefersMarkdown(accept)).toBe(expected);
});
