import { expect, test } from "vitest";
import { redirectOf, targetsOf } from "./browser.ts";

const visit = (change: object) => ({
  ...{ method: "GET", url: "http://localhost:4000/a/b", status: 200, headers: new Headers(), body: "" },
  ...change,
});

test.each([
  ['<a href="/x?a=1&amp;b=2">', ["http://localhost:4000/x?a=1&b=2"]],
  ["<a class=c href=c>x</a>", ["http://localhost:4000/a/c"]],
  ["<form method='post' action='/connect'>", ["http://localhost:4000/connect"]],
  ['<a href="https://elsewhere.example/"><a href="http://[">', ["https://elsewhere.example/"]],
  ["no links", []],
])("a page with %s leads to %j", (body, targets) => {
  expect(targetsOf(visit({ body }))).toEqual(targets);
});

test.each([
  [303, "/done", "http://localhost:4000/done"],
  [302, "https://elsewhere.example/?x", "https://elsewhere.example/?x"],
  [200, "/done", undefined],
  [304, "/done", undefined],
  [302, "http://[", undefined],
])("%i with location %s leads by itself to %s", (status, location, to) => {
  expect(redirectOf(visit({ status, headers: new Headers({ location }) }))).toBe(to);
});
