import { describe, expect, test } from "vitest";
import { readMarkdown } from "./markdown.ts";

const html = (body: string) => readMarkdown(`# Title\n\n${body}\n`).html;

describe("a guide", () => {
  test("begins with its title, which is no part of its text", () => {
    expect(readMarkdown("# One `two`\n\nText.\n")).toMatchObject({
      title: "One two",
      html: "<p>Text.</p>\n",
    });
    expect(() => readMarkdown("Text.\n")).toThrow("title");
    expect(() => readMarkdown("## Lower\n")).toThrow("title");
  });

  test.each([
    ["a block", "<script>alert(1)</script>"],
    ["words", "Text <img src=x onerror=alert(1)> text"],
    ["a comment that is not one", "<!-- a --><script>alert(1)</script><!-- b -->"],
    ["code", "`<script>`"],
    ["a fence", "```sh\n# <script>\n<script>\n```"],
    ["a picture", '![<script>"](https://example.com/x.png)'],
    ["a fence's language", '```"><script>\nx\n```'],
  ])("shows HTML in %s and does not use it", (_, body) => {
    expect(html(body)).not.toMatch(/<(script|img)/);
  });

  test("drops comments", () => {
    expect(html("<!-- table: scopes -->\n\nText.")).toBe("<p>Text.</p>\n");
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "/sign-in",
    "../../server/src/main.ts",
    "../../.env",
    "none",
    "../../examples/../.env",
  ])("cannot link to %s", (href) => {
    expect(() => html(`[x](${href})`)).toThrow("does not show");
  });

  test.each([
    ["connect.md", "/docs/connect"],
    ["connect.md#send-the-user", "/docs/connect#send-the-user"],
    ["#here", "#here"],
    ["/docs/api", "/docs/api"],
    ["https://example.com/?a=1&b=2", "https://example.com/?a=1&amp;b=2"],
    ["../../sdk/README.md", "/docs/source/sdk/README.md"],
    ["../../examples/web-partner/src/connect.ts", "/docs/source/examples/web-partner/src/connect.ts"],
  ])("links %s to %s", (href, target) => {
    expect(html(`[x](${href})`)).toBe(`<p><a href="${target}">x</a></p>\n`);
  });

  test("gives each heading an id as code hosts do, twice the same one apart", () => {
    const { headings } = readMarkdown(
      "# T\n\n## What it's `for`?\n\n### grant_revoked\n\n## Same\n\n## Same\n",
    );
    expect(headings).toEqual([
      { depth: 2, text: "What it's for?", id: "what-its-for" },
      { depth: 3, text: "grant_revoked", id: "grant_revoked" },
      { depth: 2, text: "Same", id: "same" },
      { depth: 2, text: "Same", id: "same-1" },
    ]);
  });

  test("names the source of quoted code", () => {
    const { html, sources } = readMarkdown("# T\n\n```ts file=examples/a/b.ts region=c\nx\n```\n");
    expect(sources).toEqual(["examples/a/b.ts"]);
    expect(html).toContain('<a href="/docs/source/examples/a/b.ts">examples/a/b.ts</a>');
  });

  test("is searched by its words, without their marks", () => {
    const { sections } = readMarkdown(
      "# T\n\nOne *two* [three](connect.md).\n\n## Four\n\n| a | b |\n| - | - |\n| `c` | d |\n\n- e\n- f\n",
    );
    expect(sections).toEqual([
      { heading: null, text: "One two three." },
      { heading: { depth: 2, text: "Four", id: "four" }, text: "a b c d e f" },
    ]);
  });
});
