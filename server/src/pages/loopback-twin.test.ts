import { describe, expect, test } from "vitest";
import { loopbackTwin } from "./loopback-twin.ts";

describe("a page opened under another name of this machine", () => {
  test.each([
    ["http://localhost:3000", "http://127.0.0.1:3000/sign-in", "http://localhost:3000/sign-in?moved=1"],
    ["http://localhost:3000", "http://[::1]:3000/?next=%2F", "http://localhost:3000/?next=%2F&moved=1"],
    ["http://127.0.0.1:3000", "http://localhost:3000/", "http://127.0.0.1:3000/?moved=1"],
    ["http://localhost", "http://127.0.0.1/", "http://localhost/?moved=1"],
    // Whatever follows the address of the server is a path.
    [
      "http://localhost:3000",
      "http://127.0.0.1:3000//evil.example/",
      "http://localhost:3000//evil.example/?moved=1",
    ],
    ["http://localhost:3000", "http://127.0.0.1:3000/%0d%0ax", "http://localhost:3000/%0d%0ax?moved=1"],
  ])("of %s: %s belongs to %s", (publicUrl, requested, expected) => {
    expect(loopbackTwin(publicUrl, requested)).toBe(expected);
    expect(new URL(expected).origin).toBe(publicUrl);
  });

  test.each([
    ["the address itself", "http://localhost:3000", "http://localhost:3000/sign-in"],
    ["one that was moved before", "http://localhost:3000", "http://127.0.0.1:3000/?a=b&moved=1"],
    ["another port, which may be forwarded here", "http://localhost:3000", "http://127.0.0.1:8080/"],
    ["an alias that is not this machine", "http://localhost:3000", "http://evil.example:3000/"],
    ["a name that only begins so", "http://localhost:3000", "http://127.0.0.1.evil.example:3000/"],
    [
      "a loopback name of a server that others reach",
      "https://translate.example.com",
      "http://127.0.0.1:3000/",
    ],
  ])("stays at %s", (_, publicUrl, requested) => {
    expect(loopbackTwin(publicUrl, requested)).toBeNull();
  });
});
