import type { Search as ChangesSearch } from "./changes-search.ts";
import type { Search as KeySearch } from "./key-search.ts";
import type { Search as PublishSearch } from "./publish-search.ts";

/** Ways to narrow keys. Here, because the first page reads addresses and needs nothing else of them. */
export const STATE_NAMES = ["missing", "outdated", "draft", "reviewed", "approved"] as const;

type Raw = Record<string, unknown>;

/** What addresses say; what is not known or empty is left out. */
export function readKeySearch(raw: Raw): KeySearch {
  const state = STATE_NAMES.find((name) => name === raw.state);
  return { ...textsIn(raw, ["q", "namespace", "tag", "in", "languages"]), ...(state && { state }) };
}

export function readPublishSearch(raw: Raw): PublishSearch {
  return textsIn(raw, ["channel", "languages", "namespaces"]);
}

export function readChangesSearch(raw: Raw): ChangesSearch {
  return textsIn(raw, ["via", "language"]);
}

function textsIn<Name extends string>(raw: Raw, names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) if (raw[name]) found[name] = String(raw[name]);
  return found;
}
