import { GUIDE_GROUPS, GUIDE_PATHS, GUIDES } from "./guides.ts";
import { type Looks, layout } from "./layout.ts";
import { escapeHtml as text } from "./markdown.ts";
import type { Guide } from "./read-guides.ts";
import type { Found } from "./search.ts";

/** The page of all guides, in their groups. */
export function startPage(guides: readonly Guide[], looks: Looks): string {
  const groups = GUIDE_GROUPS.map(({ title, guides: entries }) => {
    const cards = entries.map(({ slug }) => {
      const guide = guides.find((one) => one.slug === slug) as Guide;
      return card(`${GUIDE_PATHS.start}/${slug}`, guide.title, guide.sentence);
    });
    return `<h2>${text(title)}</h2>\n<ul class="cards">${cards.join("\n")}</ul>`;
  });
  const reference = [
    card("/docs/api", "API reference", "Every operation with its scope, its refusals and an example."),
    card("/api/openapi.json", "openapi.json", "The same as OpenAPI 3.1, for programs."),
    card(GUIDE_PATHS.list, "llms.txt", "These guides as Markdown, for agents that build an integration."),
  ];
  const body = `<h1>Documentation</h1>
<p class="lead">Connect an app, work with texts, publish them, and run the server that does it.</p>
${groups.join("\n")}
<h2>Reference</h2>
<ul class="cards">${reference.join("\n")}</ul>`;
  return layout({ title: "Documentation", body }, guides, looks);
}

export function guidePage(guide: Guide, guides: readonly Guide[], looks: Looks): string {
  const { slug, title, html, headings } = guide;
  const markdown = `${GUIDE_PATHS.start}/${slug}.md`;
  const body = `<article>
<h1>${text(title)}</h1>
${html}</article>
<footer><a href="${markdown}">This page as Markdown</a>${neighbours(slug, guides)}</footer>`;
  return layout({ title, slug, body, headings, markdown }, guides, looks);
}

/** What a query found, for those who have no script or pressed Enter. */
export function searchPage(
  query: string,
  found: readonly Found[],
  guides: readonly Guide[],
  looks: Looks,
): string {
  const rows = found.map(
    ({ href, guide, heading, excerpt }) =>
      `<li><a href="${text(href)}">${text(heading ?? guide)}</a>${heading ? ` <span class="quiet">${text(guide)}</span>` : ""}<p>${text(excerpt)}</p></li>`,
  );
  const words = query.trim();
  const sentence = !words
    ? "Type what you are looking for into the field at the top."
    : found.length
      ? `${found.length === 1 ? "One section holds" : `${found.length} sections hold`} “${text(words)}”.`
      : `Nothing holds “${text(words)}”. Try fewer or other words.`;
  const body = `<h1>Search</h1>\n<p class="lead" role="status" dir="auto">${sentence}</p>\n<ul class="found">${rows.join("\n")}</ul>`;
  return layout({ title: "Search", body, query }, guides, looks);
}

export function missingPage(guides: readonly Guide[], looks: Looks): string {
  const body = `<h1>There is no such page</h1>
<p class="lead">The address may be mistyped, or the page was renamed. Search at the top, or
<a href="${GUIDE_PATHS.start}">see all guides</a>.</p>`;
  return layout({ title: "There is no such page", body }, guides, looks);
}

function card(href: string, title: string, sentence: string): string {
  return `<li><a href="${href}">${text(title)}</a><p>${text(sentence)}</p></li>`;
}

/** The guides before and after this one, as the table orders them. */
function neighbours(slug: string, guides: readonly Guide[]): string {
  const at = GUIDES.findIndex((guide) => guide.slug === slug);
  const link = (guide: Guide | undefined, rel: "prev" | "next", word: string) =>
    guide
      ? `<a rel="${rel}" href="${GUIDE_PATHS.start}/${guide.slug}">${word}: ${text(guide.title)}</a>`
      : "";
  return link(guides[at - 1], "prev", "Before") + link(guides[at + 1], "next", "Next");
}
