import { expect, it } from "vitest";
import { requestOf, wordsIn } from "./publish-search.ts";
import { readPublishSearch } from "./read-search.ts";

it("reads the address and leaves out what it does not know", () => {
  expect(readPublishSearch({ channel: "staging", languages: "de,ar", namespaces: "", page: 2 })).toEqual({
    channel: "staging",
    languages: "de,ar",
  });
  expect(wordsIn("de,,ar,de")).toEqual(["de", "ar"]);
  expect(wordsIn(undefined)).toEqual([]);
});

it("asks for everything, for a part of the project, or for the texts that were picked", () => {
  expect(requestOf("p", {}, [])).toEqual({ projectId: "p", channel: "production" });
  const part = { channel: "staging", languages: "de", namespaces: "shop" };
  expect(requestOf("p", part, [])).toEqual({
    projectId: "p",
    channel: "staging",
    filter: { languages: ["de"], namespaces: ["shop"] },
  });
  expect(requestOf("p", part, [{ language: "ar", namespace: "shop", name: "cart.title" }])).toEqual({
    projectId: "p",
    channel: "staging",
    filter: { values: [{ key: { namespace: "shop", name: "cart.title" }, language: "ar" }] },
  });
});
