import { describe, expect, it } from "vitest";
import { isLink, returnPath, withReturn } from "./return-path.ts";

const ORIGIN = "https://translate.example";

describe("returnPath", () => {
  it.each([
    ["/", "/"],
    ["/connect/req_1", "/connect/req_1"],
    ["/acme/website?state=missing#key", "/acme/website?state=missing#key"],
    ["/a/../b", "/b"],
    ["/sign-in?next=%2Fconnect%2Freq_1", "/sign-in?next=%2Fconnect%2Freq_1"],
  ])("follows %s", (requested, path) => expect(returnPath(requested, ORIGIN)).toBe(path));

  it.each([
    null,
    "",
    "connect/req_1",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "https://evil.example",
    `${ORIGIN}/connect/req_1`,
    "javascript:alert(1)",
    " /connect",
    "/a\\b",
    `/${"a".repeat(3000)}`,
  ])("goes to the dashboard instead of %j", (requested) => expect(returnPath(requested, ORIGIN)).toBe("/"));
});

it("keeps the way back when one page leads to another", () => {
  expect(withReturn("/sign-up", "/connect/req_1")).toBe("/sign-up?next=%2Fconnect%2Freq_1");
  expect(withReturn("/sign-up", "/")).toBe("/sign-up");
});

it.each([
  ["https://app.example/callback?error=access_denied", true],
  ["http://127.0.0.1:4000/callback", true],
  ["com.example.app:/callback", true],
  ["/api/auth/mcp/requests/req_1/continue", true],
  ["javascript:alert(1)", false],
  ["JavaScript:alert(1)", false],
  ["data:text/html,hello", false],
  ["//evil.example", false],
  [null, false],
])("isLink(%j) is %s", (url, expected) => expect(isLink(url)).toBe(expected));
