import { isUtf8 } from "node:buffer";
import type { FieldError } from "@parlance/contract/errors";
import { pointerTo } from "@parlance/contract/json-pointer";
import { importLine } from "@parlance/contract/operations/imports";
import { toStorable } from "@parlance/contract/storable";
import type { FileReader } from "./codec.ts";
import type { Row, RowValue } from "./row.ts";
import { kindOf } from "./shown.ts";
import { withoutMark } from "./utf8.ts";

const LINE_FEED = 0x0a;
/** In bytes. Longer lines are left out; a key with more in it may stand in several lines, a few languages in each. */
export const LONGEST_LINE = 4 * 1024 * 1024;
/** Of one line. */
const MOST_PROBLEMS = 20;
/** Of one line, far more languages than there are; looking at each of more would keep everybody waiting. */
const MOST_TEXTS = 2000;
/** In UTF-16 code units: what is said of unknown fields names them all. */
const LONGEST_SENTENCE = 300;

/** Reads a key with its texts from each line. An invalid line is a row with problems, and the next one goes on. */
export class NdjsonReader implements FileReader {
  readonly failure = null;
  #rest: Uint8Array[] = [];
  #restLength = 0;
  /** The rest of a line that is too long is passed over. */
  #isTooLong = false;
  #line = 0;
  #offset = 0;

  read(piece: Uint8Array): Row[] {
    const rows: Row[] = [];
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end !== -1; end = piece.indexOf(LINE_FEED, start)) {
      rows.push(...this.#lineOf(piece.subarray(start, end), 1));
      start = end + 1;
    }
    this.#keep(piece.subarray(start));
    return rows;
  }

  end(): Row[] {
    return this.#restLength > 0 || this.#isTooLong ? this.#lineOf(new Uint8Array(), 0) : [];
  }

  #keep(part: Uint8Array): void {
    this.#restLength += part.length;
    if (this.#restLength > LONGEST_LINE) {
      this.#isTooLong = true;
      this.#rest = [];
    } else this.#rest.push(part);
  }

  /** The row of the line that ends here, if it is not empty. */
  #lineOf(last: Uint8Array, feed: 0 | 1): Row[] {
    this.#keep(last);
    const bytes = this.#rest.length === 1 ? (this.#rest[0] as Uint8Array) : Buffer.concat(this.#rest);
    const isTooLong = this.#isTooLong;
    this.#offset += this.#restLength + feed;
    this.#line++;
    this.#rest = [];
    this.#restLength = 0;
    this.#isTooLong = false;
    if (isTooLong) {
      const expected = `a line of at most ${LONGEST_LINE} bytes; the same key may stand in several`;
      return [this.#row({}, [{ pointer: "", code: "too_long", expected }])];
    }
    if (!isUtf8(bytes)) return [this.#row({}, [{ pointer: "", code: "invalid_utf8", expected: "UTF-8" }])];
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
    const line = (this.#line === 1 ? withoutMark(text) : text).trim();
    return line === "" ? [] : [this.#parse(line)];
  }

  #parse(line: string): Row {
    let found: unknown;
    try {
      found = JSON.parse(line);
    } catch {
      return this.#row({}, [
        { pointer: "", code: "invalid_json", expected: "an object of JSON in each line" },
      ]);
    }
    if (typeof found !== "object" || found === null || Array.isArray(found)) {
      return this.#row({}, [
        { pointer: "", code: "wrong_type", expected: "an object", found: kindOf(found) },
      ]);
    }
    const tooMany = tooManyTexts(found);
    if (tooMany) return this.#row({ key: nameIn(found) }, [tooMany]);
    const hidden = hiddenFault(found);
    const parsed = importLine.safeParse(found);
    if (parsed.success && !hidden) {
      const { key: name, namespace, values, ...fields } = parsed.data;
      const row = this.#row({ key: { namespace, name }, fields }, []);
      row.values = Object.entries(values).map(([language, value]) => rowValue(language, value));
      return row;
    }
    const issues = (parsed.error?.issues ?? []).slice(0, MOST_PROBLEMS);
    const problems = issues.map(
      ({ code, path, message, ...more }): FieldError => ({
        pointer: pointerTo(
          code === "unrecognized_keys" ? [...path, (more as { keys: string[] }).keys[0] ?? ""] : path,
        ),
        code: CODES[code] ?? "invalid_field",
        expected: toStorable(message.slice(0, LONGEST_SENTENCE)),
      }),
    );
    return this.#row({ key: nameIn(found) }, hidden ? [hidden, ...problems] : problems);
  }

  #row(known: Partial<Pick<Row, "key" | "fields">>, problems: FieldError[]): Row {
    return { row: this.#line, end: this.#offset, key: null, fields: {}, values: [], ...known, problems };
  }
}

const CODES: Record<string, string> = { unrecognized_keys: "unknown_field", too_big: "too_long" };

function tooManyTexts(line: object): FieldError | undefined {
  const values: unknown = "values" in line ? line.values : undefined;
  if (typeof values !== "object" || values === null || Object.keys(values).length <= MOST_TEXTS)
    return undefined;
  const expected = `at most ${MOST_TEXTS} languages in a line; the same key may stand in several`;
  return { pointer: "/values", code: "too_long", expected };
}

/** Schemas pass over this name without a word. */
function hiddenFault(line: object): FieldError | undefined {
  const name = "__proto__";
  const values: unknown = "values" in line ? line.values : undefined;
  if (Object.hasOwn(line, name)) return { pointer: `/${name}`, code: "unknown_field", found: name };
  if (typeof values !== "object" || values === null || !Object.hasOwn(values, name)) return undefined;
  return { pointer: `/values/${name}`, code: "invalid_language", expected: "a language code", found: name };
}

/** What a line with faults calls its key, to tell which one it was. */
function nameIn(line: object): Row["key"] {
  const { key, namespace } = line as { key?: unknown; namespace?: unknown };
  if (typeof key !== "string") return null;
  return { namespace: typeof namespace === "string" ? namespace : "default", name: key };
}

function rowValue(language: string, value: string | { text: string; status?: RowValue["status"] }): RowValue {
  const pointer = pointerTo(["values", language]);
  return typeof value === "string"
    ? { language, text: value, pointer }
    : { language, text: value.text, status: value.status, pointer };
}
