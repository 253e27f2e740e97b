import type { importLine } from "@parlance/contract/operations/imports";
import type { z } from "zod";
import { LONGEST_LINE } from "./read-ndjson.ts";
import type { FileKey, Status } from "./row.ts";
import type { TextWriter } from "./write-text.ts";

type Line = z.input<typeof importLine>;

/** A key in each line; one whose texts make too long a line stands in several. */
export class NdjsonWriter implements TextWriter {
  write({ name, values, description, maxLength, ...fields }: FileKey): string {
    const line = (some: Line["values"]): string =>
      `${JSON.stringify({ key: name, ...fields, ...(description !== null && { description }), ...(maxLength !== null && { maxLength }), values: some } satisfies Line)}\n`;
    let lines = "";
    let some: Record<string, { text: string; status: Status }> = {};
    let length = 0;
    for (const { language, text, status } of values) {
      // As long as JSON can make a UTF-16 code unit.
      if (length > 0 && length + text.length * 6 > LONGEST_LINE / 2) {
        lines += line(some);
        [some, length] = [{}, 0];
      }
      some[language] = { text, status };
      length += text.length * 6;
    }
    return lines + line(some);
  }

  end(): string {
    return "";
  }
}
