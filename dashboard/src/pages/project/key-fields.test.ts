import { expect, it } from "vitest";
import { changesOf, collisionsOf, fieldsOf, problemsOf, rebase } from "./key-fields.ts";
import type { Key } from "./key-table.tsx";

const KEY: Key = {
  id: "00000000-0000-4000-8000-000000000001",
  namespace: "default",
  name: "cart.title",
  description: null,
  format: "icu",
  tags: ["cart", "web"],
  maxLength: null,
  revision: 1,
  createdAt: "2026-01-01T00:00:00.000Z",
};

it("sends what was changed and nothing else", () => {
  expect(changesOf(KEY, fieldsOf(KEY))).toEqual({});
  expect(changesOf(KEY, { ...fieldsOf(KEY), name: " cart.title ", tags: "cart,web,," })).toEqual({});
  const fields = {
    ...fieldsOf(KEY),
    tags: "web, app, web",
    maxLength: "40",
    description: "On top",
    format: "plain" as const,
  };
  expect(changesOf(KEY, fields)).toEqual({
    tags: ["web", "app"],
    maxLength: 40,
    description: "On top",
    format: "plain",
  });
  const described = { ...KEY, description: "On top", maxLength: 40 };
  const emptied = { ...fieldsOf(described), description: "", maxLength: "" };
  expect(changesOf(described, emptied)).toEqual({ description: null, maxLength: null });
});

it("shows both sides where two people changed the same, and keeps each one's other changes", () => {
  const present = { ...KEY, name: "basket.title", description: "Theirs", revision: 2 };
  const yours = { ...fieldsOf(KEY), name: "cart.heading", tags: "cart" };
  expect(collisionsOf(KEY, present, yours)).toEqual([
    { field: "name", theirs: "basket.title", yours: "cart.heading" },
  ]);
  const rebased = rebase(KEY, present, yours);
  expect(rebased).toEqual({ ...fieldsOf(present), name: "cart.heading", tags: "cart" });
  expect(changesOf(present, rebased)).toEqual({ name: "cart.heading", tags: ["cart"] });
});

it("names what is wrong before it is sent", () => {
  const wrong = problemsOf({ ...fieldsOf(KEY), name: " ", maxLength: "1.5" });
  expect(Object.keys(wrong).filter((field) => wrong[field as "name"])).toEqual(["name", "maxLength"]);
});
