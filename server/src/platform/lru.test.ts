import { expect, it } from "vitest";
import { Lru } from "./lru.ts";

it("keeps what was used last, within its weight", () => {
  const kept = new Lru<string>(10);
  kept.set("a", "A", 4);
  kept.set("b", "B", 4);
  expect(kept.get("a")).toBe("A");
  kept.set("c", "C", 4);
  expect([kept.get("a"), kept.get("b"), kept.get("c")]).toEqual(["A", undefined, "C"]);
  kept.set("a", "A2", 2);
  kept.set("d", "D", 4);
  expect([kept.get("a"), kept.get("c"), kept.get("d")]).toEqual(["A2", "C", "D"]);
  kept.set("huge", "H", 11);
  expect([kept.get("huge"), kept.get("a")]).toEqual([undefined, "A2"]);
});

it("keeps what comes, though everything else was used", () => {
  const kept = new Lru<string>(2);
  for (const key of ["a", "b"]) kept.set(key, key);
  for (const key of ["a", "b"]) kept.get(key);
  kept.set("c", "c");
  expect(["a", "b", "c"].map((key) => kept.get(key))).toEqual([undefined, "b", "c"]);
});
