import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { type AppRequest, toCurl } from "./exchange.ts";

/** What a shell would hand to curl. */
function argumentsOf(request: AppRequest, environment: Record<string, string> = {}): string[] {
  const command = toCurl("https://parlance.example", request).replace(/^curl /, "printf '%s\\0' ");
  const printed = execFileSync("sh", ["-c", command], { env: { ...process.env, ...environment } });
  return printed.toString("utf8").split("\0").slice(0, -1);
}

it("is a command that sends the same, whatever is in it", () => {
  const hostile = `it's "quoted" $HOME \`id\` \\ & ; * ?`;
  const request = {
    method: "POST",
    path: "/token",
    headers: { "content-type": "application/json", "x-note": hostile },
    body: JSON.stringify({ text: `${hostile}\n` }),
  };
  expect(argumentsOf(request)).toEqual([
    ...["-i", "https://parlance.example/token", "-H", "content-type: application/json"],
    ...["-H", `x-note: ${hostile}`, "--data-raw", request.body],
  ]);
});

it("sends the fields of a form one by one, and names a method only where curl would send another", () => {
  const form = {
    method: "POST",
    path: "/token",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=refresh_token&refresh_token=rt_1",
  };
  expect(argumentsOf(form).slice(4)).toEqual([
    ...["--data-raw", "grant_type=refresh_token", "--data-raw", "refresh_token=rt_1"],
  ]);
  const bare = { path: "/grants/1", headers: {} };
  expect(argumentsOf({ ...bare, method: "DELETE" })).toEqual([
    "-i",
    "-X",
    "DELETE",
    "https://parlance.example/grants/1",
  ]);
  expect(argumentsOf({ ...bare, method: "POST" })).toEqual([
    "-i",
    "-X",
    "POST",
    "https://parlance.example/grants/1",
  ]);
  expect(argumentsOf({ ...bare, method: "GET" })).toEqual(["-i", "https://parlance.example/grants/1"]);
});

it("names secrets, and shows none", () => {
  const request = {
    method: "POST",
    path: "/token",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "client_id=app_1&client_secret=s3cret",
    secrets: { PARLANCE_CLIENT_SECRET: "s3cret" },
  };
  expect(toCurl("https://parlance.example", request)).not.toContain("s3cret");
  expect(argumentsOf(request, { PARLANCE_CLIENT_SECRET: "s3cret" }).at(-1)).toBe("client_secret=s3cret");
});
