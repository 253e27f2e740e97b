import { expect, test } from "vitest";
import { withoutCredentials } from "./log.ts";
import type { Problem } from "./problem.ts";
import { readSettings } from "./settings.ts";

const flags = { local: false, debug: false };
const at = (url: string) => ({ BETTER_I18N_MCP_URL: url });

test.each([
  ["https://words.example.com", "https://words.example.com/mcp"],
  ["https://words.example.com/", "https://words.example.com/mcp"],
  ["https://words.example.com/mcp", "https://words.example.com/mcp"],
  ["https://words.example.com/mcp/", "https://words.example.com/mcp"],
  ["https://example.com/words", "https://example.com/words/mcp"],
  ["http://localhost:3000", "http://localhost:3000/mcp"],
  ["http://127.0.0.1:3000", "http://127.0.0.1:3000/mcp"],
  ["http://[::1]:3000", "http://[::1]:3000/mcp"],
])("%s is the server whose endpoint is %s", (url, endpoint) => {
  expect(readSettings(at(url), flags).url.href).toBe(endpoint);
});

test.each([
  ["no address", {}, "Set BETTER_I18N_MCP_URL"],
  ["an empty address", at(" "), "Set BETTER_I18N_MCP_URL"],
  ["an address without a scheme", at("words.example.com"), "is not an address"],
  ["a password in it", at("https://a:secret@x.example"), "is not an address"],
  ["a query", at("https://x.example/?a=secret"), "is not an address"],
  ["no TLS", at("http://words.example.com"), "https://"],
  ["no TLS at an address that looks local", at("http://localhost.example.com"), "https://"],
  ["another scheme", at("file:///mcp"), "https://"],
  ["a port that is none", { ...at("https://x.example"), BETTER_I18N_OAUTH_PORT: "1.5" }, "OAUTH_PORT"],
  ["a port too high", { ...at("https://x.example"), BETTER_I18N_OAUTH_PORT: "70000" }, "OAUTH_PORT"],
  ["a key with a blank", { ...at("https://x.example"), BETTER_I18N_API_KEY: "bi-secret x" }, "API_KEY"],
  ["a key with a line", { ...at("https://x.example"), BETTER_I18N_API_KEY: "secret\nx: y" }, "API_KEY"],
])("%s is refused, and the words name the variable and no secret", (_what, environment, words) => {
  const read = () => readSettings(environment, flags);
  expect(read).toThrow(words);
  expect(read).toThrow(expect.objectContaining({ exitCode: 2 }) as Problem);
  expect(read).not.toThrow("secret");
});

test("--local is the server of this computer, whatever the environment names", () => {
  const settings = readSettings(
    { ...at("https://x.example"), BETTER_I18N_API_KEY: "" },
    { ...flags, local: true },
  );
  expect(settings).toMatchObject({ key: null, port: 8989, debug: false });
  expect(settings.url.href).toBe("http://localhost:3000/mcp");
  expect(readSettings({ BETTER_I18N_LOCAL: "true", BETTER_I18N_DEBUG: "1" }, flags).debug).toBe(true);
});

test.each([
  "bi-abcdefghijklmnop",
  "bi_oat_abcdefghijklmnop",
  "rt_abcdefghijklmnop",
  "bi_ac_abcdefghijklmnop",
  "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJl",
])("%s does not reach a log or an agent", (credential) => {
  expect(withoutCredentials(`before "${credential}" after`)).toBe('before "[hidden]" after');
});

test("a key of an unknown form does not either, and nothing moves the cursor", () => {
  expect(withoutCredentials("sent k3y\u001b[2J", "k3y")).toBe("sent [hidden][2J");
});
