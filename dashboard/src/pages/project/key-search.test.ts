import { expect, it } from "vitest";
import { requestOf, shownLanguages } from "./key-search.ts";
import { readKeySearch } from "./read-search.ts";

it("reads the address and leaves out what it does not know", () => {
  expect(readKeySearch({ q: "cart", state: "outdated", tag: "", languages: "de,ar", page: 4 })).toEqual({
    q: "cart",
    state: "outdated",
    languages: "de,ar",
  });
  expect(readKeySearch({ state: "constructor" })).toEqual({});
  // The router reads a number where the address holds digits.
  expect(readKeySearch({ q: 404 })).toEqual({ q: "404" });
});

it("shows the languages of the address that the project has, or all", () => {
  expect(shownLanguages(["de", "fr", "ar"], { languages: "ar,xx,de,ar" })).toEqual(["ar", "de"]);
  expect(shownLanguages(["de", "fr", "ar"], { languages: "xx" })).toEqual(["de", "fr", "ar"]);
  expect(shownLanguages([], {})).toEqual([]);
});

it("asks for a state in the language shown first, or in the one named", () => {
  expect(requestOf("acme/web", { state: "missing" }, "de")).toEqual({ projectId: "acme/web", missing: "de" });
  expect(requestOf("acme/web", { state: "outdated", q: "cart" }, "de")).toEqual({
    projectId: "acme/web",
    q: "cart",
    outdated: "true",
    language: "de",
  });
  expect(requestOf("acme/web", { state: "missing", in: "fr" }, "de")).toEqual({
    projectId: "acme/web",
    missing: "fr",
  });
});
