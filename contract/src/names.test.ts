import { describe, expect, test } from "vitest";
import { isSeen, withoutUnseen } from "./names.ts";
import { name } from "./operation.ts";

describe("a name", () => {
  test.each(["Sprout", "名", "7", "★", "🌱", "é", "  Acme & Söhne ", "Ko\u200Cmma"])(
    "%j can be seen",
    (text) => {
      expect(isSeen(text)).toBe(true);
      expect(name.parse(text)).toBe(withoutUnseen(text).trim());
    },
  );

  test.each([
    "",
    " ",
    "\u200B",
    "\u3164",
    "\u115F",
    "\u00AD\uFEFF",
    "\u2800",
    "\u202E",
    "\u{E0041}",
    "...",
    "—",
  ])("%j names nobody", (text) => {
    expect(name.safeParse(text).success).toBe(false);
  });

  test.each(["\u0000", "\n", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029"])(
    "must not hold %j",
    (text) => {
      for (const held of [`A${text}`, `A${text}b`, `${text}b`])
        expect(name.safeParse(held).success).toBe(false);
    },
  );

  test("is shown without what takes no room, and keeps its marks of direction", () => {
    expect(withoutUnseen("Spr\u00ADo\u200Bu\u2060t\uFE0F\u034F")).toBe("Sprout");
    expect(withoutUnseen("\u2067نص\u2069\u202e")).toBe("\u2067نص\u2069\u202e");
    expect(withoutUnseen("\u200F\u061C")).toBe("");
  });

  test("is measured as it is shown", () => {
    expect(name.safeParse(`${"a\u200B".repeat(120)}`).success).toBe(true);
    expect(name.safeParse("a".repeat(121)).success).toBe(false);
  });
});
