import type { Client } from "../apps/apps.ts";

/**
 * The app's name for somebody who reads these languages, the value of an `Accept-Language` header: the first of them, or of
 * what they are a variety of, that the app has a name in (RFC 4647 §3.4), else the name without a language.
 */
export function nameFor(client: Pick<Client, "name" | "names">, languages: string | null): string {
  if (languages === null || Object.keys(client.names).length === 0) return client.name;
  const names = new Map(Object.entries(client.names).map(([tag, name]) => [tag.toLowerCase(), name]));
  for (const range of rangesOf(languages)) {
    for (let tag = range; tag !== ""; tag = shortened(tag)) {
      const name = names.get(tag);
      if (name !== undefined) return name;
    }
  }
  return client.name;
}

/** In lower case, most wanted first; those that are not wanted at all, and "any", are left out. */
function rangesOf(header: string): string[] {
  return header
    .slice(0, 1000)
    .split(",")
    .map((part) => {
      const [range = "", ...parameters] = part.toLowerCase().split(";");
      const weight = parameters.map((text) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(text)?.[1]).find(Boolean);
      return { range: range.trim(), weight: Number(weight ?? 1) };
    })
    .filter(({ range, weight }) => /^[a-z0-9-]+$/.test(range) && weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ range }) => range);
}

/** Without its last part, and without a single letter that would then stand last. */
function shortened(tag: string): string {
  return tag.replace(/(?:-[a-z0-9])?-[a-z0-9]+$|^[a-z0-9]+$/, "");
}
