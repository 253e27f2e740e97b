import type { FieldError } from "@parlance/contract/errors";
import type { importLine } from "@parlance/contract/operations/imports";
import type { z } from "zod";

export type Status = "draft" | "reviewed" | "approved";

/** The fields of a key that only some formats hold. Those that are left out stay as they are. */
export type KeyFields = Pick<z.output<typeof importLine>, "description" | "tags" | "format" | "maxLength">;

export interface RowValue {
  /** As the file spells it. */
  language: string;
  text: string;
  status?: Status | undefined;
  pointer: string;
}

/** A row of a file as it is read: a line that holds a key, or a text. */
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

/** A key as it is written, with the texts that go into the file. */
export interface FileKey {
  namespace: string;
  name: string;
  description: string | null;
  tags: string[];
  format: "icu" | "plain";
  maxLength: number | null;
  values: readonly { language: string; text: string; status: Status }[];
}
