import fc from "fast-check";
import { expect, it } from "vitest";
import { deltaOf } from "./delta.ts";

type Tree = { [name: string]: Tree | string };

const name = fc.constantFrom("a", "b", "a/b", "~", "~1", "__proto__", "toString", "0", "");
const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(
    name,
    fc.oneof({ depthSize: "small" }, fc.constantFrom("x", "y"), tie("tree") as never),
    {
      maxKeys: 4,
    },
  ) as fc.Arbitrary<Tree>,
})).tree;

it("turns every file into every other", () => {
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const { changed, removed } = deltaOf(before, after);
      const result = parsed(before);
      for (const pointer of removed) remove(result, pointer);
      merge(result, parsed(changed));
      expect(texts(result)).toEqual(texts(after));
    }),
  );
});

it("is empty between equal files", () => {
  fc.assert(
    fc.property(tree, (same) => {
      expect(deltaOf(same, parsed(same))).toEqual({ changed: {}, removed: [] });
    }),
  );
});

function parsed(of: Tree): Tree {
  return JSON.parse(JSON.stringify(of));
}

function remove(from: Tree, pointer: string): void {
  const path = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = path.pop() as string;
  const place = path.reduce((at, part) => at[part] as Tree, from);
  expect(Object.hasOwn(place, last)).toBe(true);
  delete place[last];
}

function merge(under: Tree, over: Tree): void {
  for (const [key, part] of Object.entries(over)) {
    const there = Object.hasOwn(under, key) ? under[key] : undefined;
    if (typeof part === "object" && typeof there === "object") merge(there, part);
    else
      Object.defineProperty(under, key, {
        value: part,
        writable: true,
        enumerable: true,
        configurable: true,
      });
  }
}

/** A file is its texts: an object that became empty says nothing. */
function texts(of: Tree, at = ""): string[] {
  return Object.entries(of)
    .flatMap(([key, part]) =>
      typeof part === "string"
        ? [`${at}/${JSON.stringify(key)}=${part}`]
        : texts(part, `${at}/${JSON.stringify(key)}`),
    )
    .sort();
}
