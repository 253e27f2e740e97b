import { type FileHead, holdsKeyPerLine, membersOf } from "./file-head.ts";
import { MOST_IMPORT_BYTES } from "./import-limits.ts";

// Apart from the operations, so that pages need not load the schema library to know the formats.

/** What a format can hold beside names and texts. An export leaves out the rest, and an import leaves it as it is. */
export type Held = "description" | "tags" | "format" | "maxLength" | "status";

/**
 * A format of files of keys and texts. Imports, exports and pages look at these facts and never at the id of a format; how
 * its files are read and written is a row of `server/src/formats`.
 */
export interface FormatFacts {
  /** For people, as one of a list. */
  readonly name: string;
  /** For people, where all formats are named in one sentence; formats may share it. */
  readonly family: string;
  /** How such a file may begin, for people. */
  readonly example: string;
  /** How the names of such files end, without the dot. An export takes the first. */
  readonly extensions: readonly [string, ...string[]];
  /** The type of an export. An import is sent with the same type, with or without its parameters. */
  readonly contentType: string;
  /**
   * - `one`: all texts are of the language that the request names
   * - `pair`: the same, and the source texts stand beside them
   * - `many`: the file says the language of each text
   */
  readonly languages: "one" | "pair" | "many";
  /** `one`: all keys are of the namespace that the request names, or of `default`. `many`: the file says it of each key. */
  readonly namespaces: "one" | "many";
  readonly holds: readonly Held[];
  /** The largest file that can be imported, in bytes. */
  readonly maxBytes: number;
  /** Whether a file that begins like this seems to be of this format. */
  readonly looksLike: (head: FileHead) => boolean;
}

const JSON_FACTS = {
  family: "JSON",
  extensions: ["json"],
  contentType: "application/json; charset=utf-8",
  languages: "one",
  holds: [],
  maxBytes: MOST_IMPORT_BYTES,
} as const;

const TABLE = {
  /** Names may hold dots, and no object lies in another. */
  json_flat: {
    ...JSON_FACTS,
    name: "JSON, flat keys with dots",
    example: '{ "home.title": "…" }',
    namespaces: "one",
    looksLike: (head) => {
      const members = membersOf(head.text);
      return members.length > 0 && members.every(({ kind }) => kind === "string");
    },
  },
  /** Names of objects are joined with dots, and may hold dots as well. */
  json_nested: {
    ...JSON_FACTS,
    name: "JSON, nested objects",
    example: '{ "home": { "title": "…" } }',
    namespaces: "one",
    looksLike: (head) => {
      const kinds = new Set(membersOf(head.text).map(({ kind }) => kind));
      return kinds.has("string") && kinds.size > 1;
    },
  },
  /** One of the two below the name of each namespace. */
  json_namespaces: {
    ...JSON_FACTS,
    name: "JSON, by namespace",
    example: '{ "checkout": { "title": "…" } }',
    namespaces: "many",
    looksLike: (head) => {
      const members = membersOf(head.text);
      return members.length > 0 && members.every(({ name }) => head.namespaces.includes(name));
    },
  },
  /** `importLine` in each line. */
  ndjson: {
    name: "NDJSON, a key per line",
    family: "NDJSON",
    example: '{ "key": "home.title", "values": { "en": "…" } }',
    extensions: ["ndjson", "jsonl"],
    contentType: "application/x-ndjson; charset=utf-8",
    languages: "many",
    namespaces: "many",
    holds: ["description", "tags", "format", "maxLength", "status"],
    maxBytes: MOST_IMPORT_BYTES,
    looksLike: (head) => holdsKeyPerLine(head.text),
  },
} as const satisfies Record<string, FormatFacts>;

export type FileFormat = keyof typeof TABLE;

export const FILE_FORMATS: Readonly<Record<FileFormat, FormatFacts>> = TABLE;
export const FILE_FORMAT_IDS = Object.keys(TABLE) as [FileFormat, ...FileFormat[]];
/** The format that people are offered first, and the guess for a file that looks like no other. */
export const DEFAULT_FILE_FORMAT: FileFormat = "json_nested";

/** The content types of the table without their parameters, each once. */
export const MEDIA_TYPES: readonly string[] = [
  ...new Set(Object.values(FILE_FORMATS).map(({ contentType }) => contentType.replace(/;.*/, ""))),
];

/** Why the rest of a file cannot be read, in any format. */
export const READ_FAILURES = [
  "invalid_utf8",
  "invalid_json",
  "truncated",
  "wrong_type",
  "too_deep",
  "too_long",
] as const;
export type ReadFailure = (typeof READ_FAILURES)[number];

/** The format that a file seems to have, by its name and its beginning. A guess, for people to see and to correct. */
export function guessFormat(fileName: string, head: FileHead): FileFormat {
  const name = fileName.toLowerCase();
  const named = FILE_FORMAT_IDS.filter((id) =>
    FILE_FORMATS[id].extensions.some((extension) => name.endsWith(`.${extension}`)),
  );
  const [first, ...others] = named;
  if (first && others.length === 0) return first;
  const alike = FILE_FORMAT_IDS.find((id) => FILE_FORMATS[id].looksLike(head));
  if (alike) return alike;
  return first && !named.includes(DEFAULT_FILE_FORMAT) ? first : DEFAULT_FILE_FORMAT;
}
