import type { Import } from "./use-import.ts";

/** The kinds of files that come in and go out, in words. */
export const FORMATS = {
  json_flat: { label: "JSON, flat keys with dots", example: '{ "home.title": "…" }' },
  json_nested: { label: "JSON, nested objects", example: '{ "home": { "title": "…" } }' },
  json_namespaces: { label: "JSON, by namespace", example: '{ "checkout": { "title": "…" } }' },
  ndjson: { label: "NDJSON, a key per line", example: '{ "key": "home.title", "values": { "en": "…" } }' },
} as const satisfies Record<Import["format"], { label: string; example: string }>;

export const FORMAT_OPTIONS = optionsOf(
  Object.fromEntries(Object.entries(FORMATS).map(([value, { label }]) => [value, label])),
);

export const STATUSES = { approved: "Approved", reviewed: "Reviewed", draft: "Draft" } as const;

export const EXISTING = {
  overwrite: "Replace it",
  keep: "Keep it",
} as const;

export function optionsOf(words: Record<string, string>) {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}

/** Whether a file of the format holds the texts of one language. */
export function isOneLanguage(format: Import["format"]): boolean {
  return format !== "ndjson";
}

/** Whether it holds the keys of one namespace. */
export function isOneNamespace(format: Import["format"]): boolean {
  return format === "json_flat" || format === "json_nested";
}
