import { ApiError } from "./api-error.ts";

type Kind = "string" | "number";
type Value = string | number;

const LONGEST = 500;

/** The list position after the row with these sort values, as an opaque text for `nextCursor`. */
export function encodeCursor(values: readonly Value[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/**
 * The sort values to continue after; undefined on the first page. Throws `invalid_request` with the field `cursor` for a
 * text that this list did not give out.
 */
export function decodeCursor(text: string | undefined, shape: readonly Kind[]): Value[] | undefined {
  if (text === undefined) return undefined;
  const values = parse(text);
  if (!Array.isArray(values) || values.length !== shape.length) throw malformed();
  if (!values.every((value, index) => isOf(shape[index], value))) throw malformed();
  return values;
}

/**
 * Makes a page of `limit` items out of up to `limit + 1` rows: the extra row only shows that there is another page, whose
 * cursor is made from the last row on this one.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  cursorOf: (row: Row) => readonly Value[],
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  };
}

function parse(text: string): unknown {
  if (text.length > LONGEST || !/^[\w-]+$/.test(text)) throw malformed();
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    throw malformed();
  }
}

function isOf(kind: Kind | undefined, value: unknown): boolean {
  // Postgres refuses NUL in text and anything but a whole number in int8, which must not become a server error.
  return kind === "number"
    ? Number.isSafeInteger(value)
    : typeof value === "string" && !value.includes("\u0000") && value.isWellFormed();
}

function malformed(): ApiError {
  return new ApiError("invalid_request", "The cursor is not one that this list gave.", {
    errors: [{ pointer: "/cursor", code: "invalid_cursor", expected: "nextCursor of the page before" }],
  });
}
