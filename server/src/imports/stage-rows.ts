import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import type { FieldError } from "@parlance/contract/errors";
import { MOST_IMPORT_TEXTS } from "@parlance/contract/import-limits";
import type { ImportTable } from "../database/import-tables.ts";
import type { FileReader } from "../formats/codec.ts";
import { FORMATS } from "../formats/formats.ts";
import type { Row } from "../formats/row.ts";
import { memoize } from "../platform/memoize.ts";
import { findUnstorable, isStorable } from "../platform/storable.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import { notALanguage } from "../projects/languages.ts";
import type { ImportFailure } from "./finish-import.ts";
import type { FileRow } from "./plan-rows.ts";
import { SeenTexts } from "./seen-texts.ts";

/** A row that was checked as far as the file alone allows. */
export interface StagedRow {
  row: number;
  end: number;
  key: Row["key"];
  problems: FieldError[];
  /** What may be written; undefined where problems forbid it. */
  write: FileRow | undefined;
}

/** A file may name languages without end. */
const MOST_LANGUAGES = 1000;

/**
 * Reads the file of an import row by row, and knows which keys and texts it held before each. Reading the same file again
 * gives the same rows, so that a worker which takes over knows what the one before it knew.
 */
export class RowStage {
  readonly #reader: FileReader;
  readonly #status: ImportTable["status"];
  /** Otherwise all texts are of one language, and a key that was seen is a text that was seen. */
  readonly #hasLanguages: boolean;
  readonly #seen = new SeenTexts();
  readonly #canonical = memoize(canonicalLanguage, MOST_LANGUAGES);
  #tooMany: ImportFailure | null = null;

  constructor(job: Pick<ImportTable, "format" | "language" | "namespace" | "status">) {
    const format = FORMATS[job.format];
    const namespace = job.namespace ?? DEFAULT_NAMESPACE;
    this.#reader = format.openReader({ language: job.language, namespace });
    this.#status = job.status;
    this.#hasLanguages = format.languages !== "one";
  }

  get failure(): ImportFailure | null {
    return this.#tooMany ?? this.#reader.failure;
  }

  read(piece: Uint8Array): StagedRow[] {
    return this.#stage(this.#reader.read(piece));
  }

  end(): StagedRow[] {
    return this.#stage(this.#reader.end());
  }

  #stage(rows: readonly Row[]): StagedRow[] {
    const staged: StagedRow[] = [];
    for (const row of rows) {
      if (this.#tooMany) break;
      staged.push(this.#stageRow(row));
      if (this.#seen.size <= MOST_IMPORT_TEXTS) continue;
      const message = `The file has more than ${MOST_IMPORT_TEXTS} keys and texts; split it.`;
      this.#tooMany = { code: "too_many_texts", message, row: row.row, offset: row.end };
    }
    return staged;
  }

  #stageRow({ row, end, key, fields, values, problems: found }: Row): StagedRow {
    const problems = [...found];
    if (!key || problems.length > 0) return { row, end, key, problems, write: undefined };
    const fullName = `${key.namespace}/${key.name}`;
    const unstorable = isStorable(key.name) ? findUnstorable(fields) : (values[0]?.pointer ?? "/key");
    if (unstorable !== null) problems.push(notStorable(unstorable));
    const isRepeated = !this.#seen.add(fullName);
    const texts: FileRow["values"][number][] = [];
    for (const { language: code, text, status = this.#status, pointer } of values) {
      const language = this.#canonical(code);
      if (language === undefined) problems.push(notALanguage(pointer, code.slice(0, 100)));
      else if (!isStorable(text)) problems.push(notStorable(pointer));
      else if (this.#hasLanguages ? this.#seen.add(`${fullName}\n${language}`) : !isRepeated)
        texts.push({ language, text, status, pointer });
      else {
        const expected = "each key and language once in a file";
        problems.push({ pointer, code: "duplicate", expected, found: key.name });
      }
    }
    if (problems.length > 0) return { row, end, key, problems, write: undefined };
    return { row, end, key, problems, write: { ...key, fields, isRepeated, values: texts } };
  }
}

function notStorable(pointer: string): FieldError {
  return { pointer, code: "invalid_text", expected: "text without NUL and lone surrogates" };
}
