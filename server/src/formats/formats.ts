import { FILE_FORMATS, type FileFormat, type FormatFacts } from "@parlance/contract/formats";
import type { Codec } from "./codec.ts";
import { json } from "./json.ts";
import { ndjson } from "./ndjson.ts";

/** What clients know of a format, and how its files are read and written. */
export interface Format extends FormatFacts, Codec {}

/** A row for each of `FILE_FORMATS`; one that is missing is a compile error. */
export const FORMATS: Readonly<Record<FileFormat, Format>> = {
  json_flat: { ...FILE_FORMATS.json_flat, ...json({ isNested: false, hasNamespaces: false }) },
  json_nested: { ...FILE_FORMATS.json_nested, ...json({ isNested: true, hasNamespaces: false }) },
  json_namespaces: { ...FILE_FORMATS.json_namespaces, ...json({ isNested: true, hasNamespaces: true }) },
  ndjson: { ...FILE_FORMATS.ndjson, ...ndjson },
};
