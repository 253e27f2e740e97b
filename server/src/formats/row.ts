import type { FieldError } from "@parlance/contract/errors";
import type { importFailure, importLine } from "@parlance/contract/operations/imports";
import type { z } from "zod";

export type Status = "draft" | "reviewed" | "approved";

/** Fields of a key that only some formats hold; what is left out is not spoken of. */
export type KeyFields = Pick<z.output<typeof importLine>, "description" | "tags" | "format" | "maxLength">;

export interface RowValue {
  /** As the file spells it. */
  language: string;
  text: string;
  status?: Status | undefined;
  pointer: string;
}

/** A row of a file: a line of NDJSON or a text of JSON. */
export interface Row {
  /** From 1. */
  row: number;
  /** Bytes of the file up to the end of the row, or of the piece that it was in. */
  end: number;
  /** Null where none can be read. */
  key: { namespace: string; name: string } | null;
  fields: KeyFields;
  values: RowValue[];
  /** Why nothing of the row can be written. */
  problems: FieldError[];
}

/** Reads one file; given up after a failure. */
export interface FileReader {
  /** The rows that end in this piece of the file; fewer when it fails in it. */
  read(piece: Uint8Array): Row[];
  /** To be called after the last piece. */
  end(): Row[];
  readonly failure: Failure | null;
}

/** Why the rest of a file cannot be read. */
export interface Failure {
  code: z.output<typeof importFailure>;
  message: string;
  /** The row that could not be read any more. */
  row: number;
  /** In bytes from the start of the file. */
  offset: number;
}
