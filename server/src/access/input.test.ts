import { OPERATIONS } from "@parlance/contract/operations";
import { expect, test } from "vitest";
import { checkInput } from "./input.ts";

const key = (values: object, more: object = {}) => ({ keys: [{ name: "title", values, ...more }] });

test.each([
  ["a text with NUL", key({ "a/b~c": "\0" }), "/keys/0/values/a~1b~0c"],
  ["a text with half a character", key({ "a/b~c": "\ud800" }), "/keys/0/values/a~1b~0c"],
  ["a name with NUL", key({ "a/\0": "x" }), "/keys/0/values"],
  ["a value that is no text", key({ "a/b~c": 1 }), "/keys/0/values/a~1b~0c"],
  ["an unknown field", key({}, { "a/b~c": 1 }), "/keys/0/a~1b~0c"],
  ["an unknown field with NUL in its name", key({}, { "a\0": 1 }), "/keys/0/a\ufffd"],
])("%s is named by its pointer", (_, input, pointer) => {
  expect(refusalOf(input).extra?.errors?.[0]?.pointer).toBe(pointer);
});

test("nothing that was sent stands raw in what is answered", () => {
  const refusal = refusalOf(key({}, { "a\0\ud800": 1 }));
  expect(JSON.stringify(refusal.body)).not.toMatch(/\\u0000|\\ud800/);
});

function refusalOf(input: unknown) {
  try {
    checkInput(OPERATIONS["keys.create"], input);
  } catch (error) {
    return error as { extra?: { errors?: { pointer: string }[] }; body: unknown };
  }
  throw new Error("was not refused");
}
