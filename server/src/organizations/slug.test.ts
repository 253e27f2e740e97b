import { RESERVED_SLUGS } from "@parlance/contract/reserved";
import { describe, expect, it } from "vitest";
import { fold, slugsFor } from "./slug.ts";

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

describe("a slug from a name", () => {
  it.each([
    ["Acme", "acme"],
    ["  Acme  Corp. ", "acme-corp"],
    ["Zażółć gęślą jaźń", "zazolc-gesla-jazn"],
    ["Straße & Søn", "strasse-son"],
    ["İstanbul ığdır", "istanbul-igdir"],
    ["Ｆｕｌｌ ﬁt", "full-fit"],
    ["---", ""],
    ["日本語", ""],
    ["\u202eevil\u202c", "evil"],
  ])("folds %j to %j", (name, slug) => {
    expect(fold(name)).toBe(slug);
  });

  it.each(["Acme", "日本語", "a", "API", "x".repeat(120), `${"x".repeat(52)} y`, "🎉 party"])(
    "is always valid, free of reserved words and has an alternative: %j",
    (name) => {
      const slugs = slugsFor(name);
      expect(slugs.length).toBeGreaterThan(0);
      for (const slug of slugs) {
        expect(slug).toMatch(SLUG);
        expect(slug.length).toBeGreaterThanOrEqual(2);
        expect(slug.length).toBeLessThanOrEqual(60);
        expect(RESERVED_SLUGS.has(slug)).toBe(false);
      }
    },
  );
});
