import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Addresses, withAddresses } from "./addresses.ts";
import { GUIDES } from "./guides.ts";
import { isSource, sourceOf, sourcePath } from "./links.ts";
import { type Document, readMarkdown } from "./markdown.ts";

const ROOT = join(import.meta.dirname, "../../..");

export interface Guide extends Document {
  slug: string;
  sentence: string;
  /** As it is served: addresses are this server's, and links to sources work from here. */
  markdown: string;
}

export interface GuideSet {
  /** In the order of the table. */
  guides: Guide[];
  /** What the guides link to or quote, by its path from the root: nothing else of the repository is shown. */
  sources: Map<string, string>;
}

/** Reads and renders all guides (about 50 ms). Throws when a file is missing or is no guide. */
export function readGuides(addresses: Addresses): GuideSet {
  const guides = GUIDES.map(({ slug, sentence }): Guide => {
    const markdown = withAddresses(read(`docs/guides/${slug}.md`), addresses);
    try {
      return { ...readMarkdown(markdown), slug, sentence, markdown: withSources(markdown) };
    } catch (cause) {
      throw new Error(`docs/guides/${slug}.md cannot be shown.`, { cause });
    }
  });
  const named = new Set(guides.flatMap(({ sources }) => sources).filter(isSource));
  return { guides, sources: new Map([...named].map((path) => [path, read(path)])) };
}

/** Links between guides work from the page beside them as they are; those to sources are moved to where they are served. */
function withSources(markdown: string): string {
  return markdown.replace(/\]\((\.\.\/\.\.\/[^)\s#]+)/g, (whole, href) => {
    const source = sourceOf(href);
    return source ? `](${sourcePath(source)}` : whole;
  });
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
