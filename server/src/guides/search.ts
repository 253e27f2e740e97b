import MiniSearch from "minisearch";
import { GUIDE_PATHS } from "./guides.ts";
import type { Guide } from "./read-guides.ts";

/** One section of a guide that answers a query. */
export interface Found {
  /** Path and fragment. */
  href: string;
  guide: string;
  /** Null for what stands before the first heading. */
  heading: string | null;
  /** Text around the first word that was found, at most about 160 characters. */
  excerpt: string;
}

interface Row {
  id: number;
  href: string;
  guide: string;
  heading: string | null;
  text: string;
}

/** A longer query is cut: nobody types so much, and each word costs. */
const MOST_QUERY = 100;
const MOST_WORDS = 8;
const MOST_FOUND = 12;
const EXCERPT = 160;

/** A search of guides by section: all words of the query, as beginnings and with a slip of the finger in longer ones. */
export function openSearch(guides: readonly Guide[]): (query: string) => Found[] {
  const rows = guides.flatMap(({ slug, title, sections }) =>
    sections.map(({ heading, text }) => ({
      href: `${GUIDE_PATHS.start}/${slug}${heading ? `#${heading.id}` : ""}`,
      guide: title,
      heading: heading?.text ?? null,
      text,
    })),
  );
  const index = new MiniSearch<Row>({ fields: ["guide", "heading", "text"] });
  index.addAll(rows.map((row, id) => ({ ...row, id })));
  return (query) =>
    index
      .search(query.slice(0, MOST_QUERY), {
        tokenize: (text) => words(text).slice(0, MOST_WORDS),
        combineWith: "AND",
        prefix: (term) => term.length > 1,
        fuzzy: (term) => (term.length > 4 ? 0.2 : false),
        boost: { guide: 2, heading: 4 },
      })
      .slice(0, MOST_FOUND)
      .map(({ id, terms }) => {
        const { text, ...row } = rows[id] as (typeof rows)[number];
        return { ...row, excerpt: excerptOf(text, terms) };
      });
}

const words = MiniSearch.getDefault("tokenize") as (text: string) => string[];

function excerptOf(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((at) => at >= 0);
  const at = Math.max(0, Math.min(...places, text.length) - EXCERPT / 4);
  const from = places.length && at > 0 ? text.indexOf(" ", at) + 1 : 0;
  const piece = text.slice(from, from + EXCERPT);
  const end = from + EXCERPT < text.length ? piece.slice(0, piece.lastIndexOf(" ")) : piece;
  return `${from > 0 ? "… " : ""}${end}${from + EXCERPT < text.length ? " …" : ""}`;
}
