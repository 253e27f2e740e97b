import { Marked, type Token, type Tokens } from "marked";
import { linkTarget, sourceOf, sourcePath } from "./links.ts";

export interface Heading {
  /** 2 or more; the title is no heading of its own page. */
  depth: number;
  /** Plain text. */
  text: string;
  id: string;
}

/** What stands under one heading, as plain text, to be searched. */
export interface Section {
  heading: Heading | null;
  text: string;
}

export interface Document {
  title: string;
  /** Everything below the title. */
  html: string;
  headings: Heading[];
  sections: Section[];
  /** Paths of the sources that it links to or quotes, from the root of the repository. */
  sources: string[];
}

/**
 * One guide as HTML. HTML in a guide is shown and not used, comments vanish, and no address begins with anything but what
 * `linkTarget` lets through. Throws when the guide has no title, or a link that leads nowhere.
 */
export function readMarkdown(markdown: string): Document {
  const marked = new Marked({ gfm: true });
  const [first, ...rest] = marked.lexer(markdown);
  if (first?.type !== "heading" || first.depth !== 1) throw new Error("A guide begins with its title.");
  const title = plainText(first.tokens ?? []);
  const headings = headingsOf(rest);
  const sources = new Set<string>();
  const next = headings[Symbol.iterator]();
  marked.use({
    renderer: {
      heading({ depth, tokens }) {
        const { id } = next.next().value as Heading;
        const inner = this.parser.parseInline(tokens);
        return `<h${depth} id="${id}"><a class="anchor" href="#${id}">${inner}</a></h${depth}>\n`;
      },
      code(token) {
        return codeBlock(token, sources);
      },
      link({ href, tokens }) {
        const source = sourceOf(href);
        if (source) sources.add(source);
        return `<a href="${escapeHtml(linkTarget(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      // A box to tick at home: there is nothing to send.
      checkbox: () => '<span class="box" aria-hidden="true"></span> ',
      image: ({ text }) => escapeHtml(text),
      html: ({ text }) => (/^\s*<!--(?:(?!-->)[\s\S])*-->\s*$/.test(text) ? "" : escapeHtml(text)),
      table(token) {
        const cells = (row: Tokens.TableCell[], tag: string) =>
          row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("");
        const head = `<tr>${cells(token.header, "th")}</tr>`;
        const body = token.rows.map((row) => `<tr>${cells(row, "td")}</tr>\n`).join("");
        return `<div class="wide" tabindex="0" role="group" aria-label="Table">\n<table>\n<thead>${head}</thead>\n<tbody>${body}</tbody>\n</table>\n</div>\n`;
      },
    },
  });
  const html = marked.parser(rest);
  return { title, html, headings, sections: sectionsOf(rest, headings), sources: [...sources] };
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (letter) => entities[letter] as string);
}

/** A fence's first word is its language; `file=…` names the source that it is quoted from. */
function codeBlock({ text, lang = "" }: Tokens.Code, sources: Set<string>): string {
  const language = /^[\w-]+/.exec(lang)?.[0] ?? "text";
  const file = /\sfile=(\S+)/.exec(lang)?.[1];
  if (file) sources.add(file);
  const caption = file
    ? `<a href="${sourcePath(escapeHtml(file))}">${escapeHtml(file)}</a>`
    : (LANGUAGES[language] ?? language);
  const inner = language === "sh" ? withComments(text) : escapeHtml(text);
  const code = `<pre tabindex="0"><code class="language-${language}">${inner}\n</code></pre>`;
  return `<figure class="code"><figcaption>${caption}</figcaption>${code}</figure>\n`;
}

const LANGUAGES: Readonly<Record<string, string>> = { sh: "Shell", json: "JSON", text: "Text" };

/** What the shell does not run is paler than what it runs. */
function withComments(text: string): string {
  return text
    .split("\n")
    .map((line) =>
      line.startsWith("#") ? `<span class="comment">${escapeHtml(line)}</span>` : escapeHtml(line),
    )
    .join("\n");
}

/** Ids as code hosts give them, so that a link to a heading works in both places. */
function headingsOf(tokens: Token[]): Heading[] {
  const seen = new Map<string, number>();
  return tokens.filter(isHeading).map(({ depth, tokens }) => {
    const text = plainText(tokens);
    const slug = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return { depth, text, id: before ? `${slug}-${before}` : slug };
  });
}

function sectionsOf(tokens: Token[], headings: Heading[]): Section[] {
  const sections: Section[] = [{ heading: null, text: "" }];
  let at = 0;
  for (const token of tokens) {
    if (isHeading(token)) sections.push({ heading: headings[at++] as Heading, text: "" });
    else (sections.at(-1) as Section).text += `${plainText([token])} `;
  }
  return sections.map(({ heading, text }) => ({ heading, text: text.replace(/\s+/g, " ").trim() }));
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === "heading";
}

/** The words of a piece of Markdown, in their order. */
function plainText(tokens: Token[]): string {
  return tokens
    .map((token): string => {
      if (token.type === "html") return "";
      if (token.type === "table") {
        const { header, rows } = token as Tokens.Table;
        return [header, ...rows].map((row) => row.map((cell) => plainText(cell.tokens)).join(" ")).join(" ");
      }
      if (token.type === "list")
        return (token as Tokens.List).items.map((item) => plainText(item.tokens)).join(" ");
      if ("tokens" in token && token.tokens) return plainText(token.tokens);
      return "text" in token ? String(token.text) : " ";
    })
    .join("");
}
