import { GUIDE_GROUPS, GUIDE_PATHS } from "./guides.ts";
import { type Heading, escapeHtml as text } from "./markdown.ts";
import type { Guide } from "./read-guides.ts";

/** What the build made for these pages; empty without a build, and the pages can be read all the same. */
export interface Looks {
  styles: readonly string[];
  script: string | undefined;
  mark: string | undefined;
}

export interface PageParts {
  title: string;
  /** Marks the page's own entry in the navigation. */
  slug?: string;
  /** HTML of `main`. */
  body: string;
  headings?: readonly Heading[];
  /** The query that the search field shows. */
  query?: string;
  /** Of the same page as Markdown. */
  markdown?: string;
}

/** A whole page as HTML, around a body that is HTML already; everything else is escaped. */
export function layout(parts: PageParts, guides: readonly Guide[], looks: Looks): string {
  const styles = looks.styles.map((href) => `<link rel="stylesheet" href="${text(href)}" />`).join("");
  const headings = (parts.headings ?? []).filter(({ depth }) => depth === 2);
  return `<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${text(parts.title)} · Parlance docs</title>
    <link rel="icon" ${looks.mark ? `type="image/svg+xml" href="${text(looks.mark)}"` : 'href="data:,"'} />
    ${parts.markdown ? `<link rel="alternate" type="text/markdown" href="${text(parts.markdown)}" />` : ""}
    ${styles}
    ${looks.script ? `<script type="module" src="${text(looks.script)}"></script>` : ""}
  </head>
  <body>
    <a class="skip" href="#content">Skip to the text</a>
    <header class="top">
      <a class="home" href="${GUIDE_PATHS.start}">${looks.mark ? `<img src="${text(looks.mark)}" alt="" width="24" height="24" />` : ""}<span>Parlance <span class="quiet">docs</span></span></a>
      ${searchForm(parts.query ?? "")}
    </header>
    <div class="frame${headings.length ? " has-contents" : ""}">
      <details class="menu"><summary>All guides</summary><nav class="places" aria-label="Guides">${navigation(guides, parts.slug)}</nav></details>
      <nav class="side places" aria-label="Guides">${navigation(guides, parts.slug)}</nav>
      <main id="content" tabindex="-1">
${parts.body}
      </main>
      ${headings.length ? contents(headings) : ""}
    </div>
  </body>
</html>
`;
}

function searchForm(query: string): string {
  return `<search class="search">
        <form action="${GUIDE_PATHS.search}" method="get" role="search">
          <label class="unseen" for="q">Search the docs</label>
          <input id="q" name="q" type="search" maxlength="100" autocomplete="off" spellcheck="false" placeholder="Search the docs" value="${text(query)}" />
          <button type="submit">Search</button>
        </form>
      </search>`;
}

function navigation(guides: readonly Guide[], current: string | undefined): string {
  const titles = new Map(guides.map(({ slug, title }) => [slug, title]));
  const item = (href: string, title: string, isCurrent = false) =>
    `<li><a href="${href}"${isCurrent ? ' aria-current="page"' : ""}>${text(title)}</a></li>`;
  const groups = GUIDE_GROUPS.map(({ title, guides }) => {
    const items = guides.map(({ slug }) =>
      item(`${GUIDE_PATHS.start}/${slug}`, titles.get(slug) ?? slug, slug === current),
    );
    return `<p>${text(title)}</p><ul>${items.join("")}</ul>`;
  });
  const reference = [item("/docs/api", "API reference"), item("/api/openapi.json", "openapi.json")];
  return `${groups.join("")}<p>Reference</p><ul>${reference.join("")}</ul>`;
}

function contents(headings: readonly Heading[]): string {
  const items = headings.map(({ id, text: name }) => `<li><a href="#${id}">${text(name)}</a></li>`);
  return `<nav class="contents places" aria-labelledby="contents"><p id="contents">On this page</p><ul>${items.join("")}</ul></nav>`;
}
