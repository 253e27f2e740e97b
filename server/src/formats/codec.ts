import type { ReadFailure } from "@parlance/contract/formats";
import type { FileKey, Row } from "./row.ts";

/** How the files of one format are read and written. */
export interface Codec {
  /** Begins to read a file. */
  openReader(options: ReaderOptions): FileReader;
  /** The pieces of a file, made while they are taken. */
  write(content: FileContent): AsyncIterable<Uint8Array>;
}

/** What a file does not say itself. */
export interface ReaderOptions {
  /** The language of its texts; null where the format says it of each text. */
  readonly language: string | null;
  /** The namespace of keys of which the file does not say it. */
  readonly namespace: string;
}

/**
 * Reads one file, which is pushed to it piece by piece: who pushes decides when others are served. Deterministic, however
 * the file is cut, in all but the `end` of rows: an import that was interrupted finds its place by the number of the row.
 * Given up after a failure.
 */
export interface FileReader {
  /** The rows that end in this piece of the file; fewer when it fails in it. */
  read(piece: Uint8Array): Row[];
  /** The rows after the last piece. */
  end(): Row[];
  readonly failure: Failure | null;
}

/** Why the rest of a file cannot be read. */
export interface Failure {
  readonly code: ReadFailure;
  readonly message: string;
  /** The row that could not be read any more. */
  readonly row: number;
  /** In bytes from the start of the file. */
  readonly offset: number;
}

/** What is written into one file. */
export interface FileContent {
  readonly sourceLanguage: string;
  /** One where the format has one, the source language and another where it has a pair. */
  readonly languages: readonly string[];
  /** The namespace of all keys; null where they may be of several. */
  readonly namespace: string | null;
  /** Pages of keys in code point order of namespace and name, with their texts in some of `languages`. */
  pages(languages: readonly string[]): AsyncIterable<readonly FileKey[]>;
}

/** The language of a format that has one for all texts. Throws when the reader was opened without it. */
export function languageOf({ language }: ReaderOptions): string {
  if (language === null) throw new Error("A file of one language was opened without its language.");
  return language;
}
