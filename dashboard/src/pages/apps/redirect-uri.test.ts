import { expect, it } from "vitest";
import { redirectUriProblem, redirectUrisProblem } from "./redirect-uri.ts";

it.each([
  ["https://ci.example.com/callback", "web"],
  ["http://localhost:4000/connect/callback", "web"],
  ["http://127.0.0.1/callback", "native"],
  ["http://[::1]:3000/", "spa"],
  ["com.example.app:/callback", "native"],
] as const)("nothing is said against %s of a %s app", (uri, type) => {
  expect(redirectUriProblem(uri, type)).toBeNull();
});

it.each([
  ["", "web"],
  ["ci.example.com/callback", "web"],
  ["http://ci.example.com/callback", "web"],
  ["https://*.example.com/", "web"],
  ["https://example.com/#done", "spa"],
  ["https://me:secret@example.com/", "web"],
  ["https://example.com/a b", "web"],
  ["com.example.app:/callback", "web"],
  ["myapp:/callback", "native"],
  ["javascript:alert(1)", "native"],
  ["data:text/html,x", "native"],
] as const)("%j of a %s app is questioned while it is typed", (uri, type) => {
  expect(redirectUriProblem(uri, type)).toEqual(expect.any(String));
});

it("an address that stands in the list twice is named", () => {
  expect(redirectUrisProblem(["https://a.example/", "https://a.example/"], "web")).toContain(
    "https://a.example/",
  );
});
