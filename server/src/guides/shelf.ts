import type { Addresses } from "./addresses.ts";
import { allForAgents, listForAgents } from "./for-agents.ts";
import type { Looks } from "./layout.ts";
import { guidePage, missingPage, searchPage, startPage } from "./pages.ts";
import { type Guide, type GuideSet, readGuides } from "./read-guides.ts";
import { type Found, openSearch } from "./search.ts";

/** All guides of this process, read and indexed once: a guide changes with the version of the server. */
export class Shelf {
  readonly #addresses: Addresses;
  readonly #set: GuideSet;
  readonly find: (query: string) => Found[];

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
    this.#set = readGuides(addresses);
    this.find = openSearch(this.#set.guides);
  }

  guide(slug: string): Guide | undefined {
    return this.#set.guides.find((guide) => guide.slug === slug);
  }

  source(path: string): string | undefined {
    return this.#set.sources.get(path);
  }

  start(looks: Looks): string {
    return startPage(this.#set.guides, looks);
  }

  page(guide: Guide, looks: Looks): string {
    return guidePage(guide, this.#set.guides, looks);
  }

  searchPage(query: string, looks: Looks): string {
    return searchPage(query, this.find(query), this.#set.guides, looks);
  }

  missing(looks: Looks): string {
    return missingPage(this.#set.guides, looks);
  }

  list(): string {
    return listForAgents(this.#set.guides, this.#addresses);
  }

  whole(): string {
    return allForAgents(this.#set.guides, this.#addresses);
  }
}
