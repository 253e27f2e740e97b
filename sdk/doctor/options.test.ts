import { describe, expect, test } from "vitest";
import { readOptions, UsageError } from "./options.ts";

const CONNECT = ["--connect", "http://localhost:4000/connect"];

describe("what the doctor is told", () => {
  test("a link, or the address of a form; paths are of the same app; the rest after -- starts it", () => {
    const args = [
      "--connect",
      "POST http://localhost:4000/start",
      "--call",
      "/c/*",
      "--",
      "npm",
      "start",
      "--json",
    ];
    expect(readOptions(args)).toEqual({
      connect: { method: "POST", url: "http://localhost:4000/start" },
      ...{ callback: undefined, call: "http://localhost:4000/c/*", cookie: "", port: 0, json: false },
      command: ["npm", "start", "--json"],
    });
    expect(readOptions(CONNECT)).toMatchObject({ connect: { method: "GET" }, port: 3999, command: [] });
  });

  test.each([
    [[], "--connect is missing"],
    [["--connect", "http://partner.example/connect"], "on this computer"],
    [["--connect", "file:///etc/passwd"], "on this computer"],
    [[...CONNECT, "--call", "http://localhost:5000/"], "not on the origin"],
    [[...CONNECT, "--callback", "//elsewhere.example/"], "on this computer"],
    [[...CONNECT, "--port", "many"], "0 to 65535"],
    [[...CONNECT, "--nonsense"], "--nonsense"],
    [[...CONNECT, "stray"], "stray"],
  ])("%j is refused: %s", (args, says) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(says);
  });
});
