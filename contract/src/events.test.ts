import { expect, test } from "vitest";
import { EVENTS } from "./events.ts";

test.each([
  ["keys.created", ["keys", "namespace"]],
  ["keys.deleted", ["keys", "namespace"]],
  ["language.added", ["language", "languageName"]],
  ["language.removed", ["language"]],
  ["translations.updated", ["language", "keysCount"]],
  ["translations.published", ["languages", "publishedAt", "keysCount"]],
] as const)("the data of %s has the fields that existing clients parse", (name, fields) => {
  expect(Object.keys(EVENTS[name].shape)).toEqual(expect.arrayContaining(["org", "project", ...fields]));
});

test.each(Object.entries(EVENTS))("%s says in a sentence what happened", (_, { description }) => {
  expect(description).toEqual(expect.any(String));
});
