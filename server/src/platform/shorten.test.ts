import { expect, test } from "vitest";
import { shorten } from "./shorten.ts";

test.each([
  ["short", 5, "short"],
  ["longer", 5, "long…"],
  ["ab😀c", 4, "ab…"],
  ["ab😀c", 5, "ab😀c"],
  ["😀😀😀", 5, "😀😀…"],
  ["", 5, ""],
])("%j is at most %i long: %j", (text, most, short) => {
  expect(shorten(text, most)).toBe(short);
});
