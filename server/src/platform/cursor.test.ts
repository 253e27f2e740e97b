import { describe, expect, it } from "vitest";
import { ApiError } from "./api-error.ts";
import { decodeCursor, encodeCursor, toPage } from "./cursor.ts";

describe("cursor", () => {
  it("gives back the values it was made from", () => {
    expect(decodeCursor(encodeCursor([1_700_000_000_000, "ä\u202e"]), ["number", "string"])).toEqual([
      1_700_000_000_000,
      "ä\u202e",
    ]);
  });

  it("is absent on the first page", () => {
    expect(decodeCursor(undefined, ["string"])).toBeUndefined();
  });

  it.each([
    ["no base64url", "a b"],
    ["empty", ""],
    ["no JSON", Buffer.from("{").toString("base64url")],
    ["no list", Buffer.from('{"length":1}').toString("base64url")],
    ["too few values", encodeCursor([])],
    ["too many values", encodeCursor(["a", "b"])],
    ["a value of another type", encodeCursor([1])],
    ["NUL, which Postgres refuses", encodeCursor(["a\u0000"])],
    ["too long", encodeCursor(["a".repeat(500)])],
  ])("refuses %s as invalid_request naming the field", (_, text) => {
    const refusal = refusalOf(() => decodeCursor(text, ["string"]));
    expect(refusal.code).toBe("invalid_request");
    expect(refusal.extra.errors?.[0]?.pointer).toBe("/cursor");
  });

  it("refuses a fraction where an instant is expected", () => {
    expect(refusalOf(() => decodeCursor(encodeCursor([1.5]), ["number"])).code).toBe("invalid_request");
  });
});

describe("toPage", () => {
  const page = (rows: number[]) =>
    toPage(
      rows,
      2,
      (row) => `#${row}`,
      (row) => [row],
    );

  it("names the last row it gives out when there are more", () => {
    expect(page([1, 2, 3])).toEqual({ items: ["#1", "#2"], nextCursor: encodeCursor([2]) });
  });

  it("ends with null on a page that is exactly full", () => {
    expect(page([1, 2])).toEqual({ items: ["#1", "#2"], nextCursor: null });
  });

  it("is empty without rows", () => {
    expect(page([])).toEqual({ items: [], nextCursor: null });
  });
});

function refusalOf(work: () => unknown): ApiError {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
