import { describe, expect, test } from "vitest";
import { answered, programCallback } from "./callback.ts";

const HERE = new URL("https://translate.example.com/cli-auth");
const read = (callback: string, here = HERE) => programCallback(new URLSearchParams({ callback }), here);

describe("the callback of a command-line program", () => {
  test.each([
    ["http://localhost:9876/callback", "http://localhost:9876/callback"],
    ["http://127.0.0.1:1/", "http://127.0.0.1:1/"],
    ["http://[::1]:65535/a/b?state=x", "http://[::1]:65535/a/b?state=x"],
    ["http://localhost/", "http://localhost/"],
    ["HTTP://LOCALHOST:9876/callback", "http://localhost:9876/callback"],
  ])("may be %s", (requested, expected) => {
    expect(read(requested)?.href).toBe(expected);
  });

  test.each([
    "https://localhost:9876/callback",
    "http://evil.example/callback",
    "http://localhost.evil.example/",
    "http://127.0.0.1.evil.example/",
    "http://localhost:9876@evil.example/",
    "http://user:secret@localhost:9876/",
    "http://localhost:9876/#fragment",
    "http://localhost:9876\\@evil.example/",
    "http://localhost:9876/\n",
    "http://localhost:99999/",
    "http://0.0.0.0:9876/",
    "http://192.168.0.1/",
    "http://127.0.0.2/",
    "http://localhost./",
    "http://evil.localhost/",
    "//localhost:9876/",
    "/callback",
    "javascript:alert(1)",
    "cursor://localhost/callback",
    "http://localhost:9876/?api_key=bi-x",
    "http://localhost:9876/?token=x",
    "http://localhost:9876/?error=x",
    `http://localhost:9876/${"a".repeat(500)}`,
    "",
  ])("is never %j", (requested) => {
    expect(read(requested)).toBeNull();
  });

  test("stands there once", () => {
    expect(programCallback(new URLSearchParams(), HERE)).toBeNull();
    const twice = new URLSearchParams("callback=http://localhost:1/&callback=http://localhost:2/");
    expect(programCallback(twice, HERE)).toBeNull();
  });

  test("is not this server, by whatever name of this machine", () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
      expect(read(`http://${host}:3000/sign-in`, new URL("http://localhost:3000/cli-auth"))).toBeNull();
      expect(read(`http://${host}:3001/`, new URL("http://localhost:3000/cli-auth"))).not.toBeNull();
    }
  });

  test("gets the answer beside what it holds", () => {
    const callback = new URL("http://localhost:9876/callback?state=a%20b");
    expect(answered(callback, { api_key: "bi-abc" })).toBe(
      "http://localhost:9876/callback?state=a+b&api_key=bi-abc",
    );
    expect(answered(new URL("http://localhost:9876/callback"), { error: "access_denied" })).toBe(
      "http://localhost:9876/callback?error=access_denied",
    );
  });
});
