import { expect, it } from "vitest";
import { Lru } from "./lru.ts";

it("keeps what was used last, within its weight", () => {
  const cache = new Lru<string>(10);
  cache.set("a", "A", 4);
  cache.set("b", "B", 4);
  expect(cache.get("a")).toBe("A");
  cache.set("c", "C", 4);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["A", undefined, "C"]);
  cache.set("a", "A2", 2);
  cache.set("d", "D", 4);
  expect([cache.get("a"), cache.get("c"), cache.get("d")]).toEqual(["A2", "C", "D"]);
  cache.set("huge", "H", 11);
  expect([cache.get("huge"), cache.get("a")]).toEqual([undefined, "A2"]);
});

it("keeps what comes, though everything else was used", () => {
  const cache = new Lru<string>(2);
  for (const key of ["a", "b"]) cache.set(key, key);
  for (const key of ["a", "b"]) cache.get(key);
  cache.set("c", "c");
  expect(["a", "b", "c"].map((key) => cache.get(key))).toEqual([undefined, "b", "c"]);
});
