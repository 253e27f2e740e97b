import { ERRORS, type ErrorCode } from "@parlance/contract/errors";
import { expect, test } from "vitest";
import { FakeServer } from "../test/fake-server.ts";
import { createCdn } from "./cdn.ts";
import { errorOf, isErrorCode, RefusedError, SettingsError } from "./errors.ts";
import { createClient, createParlance } from "./parlance.ts";
import type { ParlanceOptions } from "./settings.ts";
import { memoryStore } from "./stores/memory.ts";

const server = new FakeServer();

test.each<[string, object]>([
  ["url", { url: "" }],
  ["url", { url: undefined }],
  ["url", { url: "parlance.test" }],
  ["url", { url: "http://parlance.test" }],
  ["url", { url: "https://user:secret@parlance.test" }],
  ["url", { url: "https://parlance.test/?x=1" }],
  ["apiUrl", { apiUrl: "ftp://parlance.test" }],
  ["mcpUrl", { mcpUrl: "javascript:alert(1)" }],
  ["clientId", { clientId: " " }],
  ["clientSecret", { clientSecret: "" }],
  ["redirectUri", { redirectUri: "/callback" }],
  ["redirectUri", { redirectUri: "https://partner.test/#callback" }],
  ["scopes", { scopes: ["keys:read translations:read"] }],
  ["store", { store: undefined }],
  ["store", { store: { ...memoryStore(), replace: undefined } }],
  ["installationStore", { installationStore: { get: async () => undefined } }],
  ["timeoutMs", { timeoutMs: 0 }],
])("a wrong %s is refused when the app is set up: %j", (name, change) => {
  const construct = () => createParlance(server.options(change as Partial<ParlanceOptions>));
  expect(construct).toThrow(SettingsError);
  expect(construct).toThrow(name);
  expect(server.asked).toEqual([]);
});

test.each([
  "http://localhost:3000",
  "http://127.0.0.1:3000/",
  "http://[::1]",
  "https://example.com/parlance/",
])("%s is an address of a server", (url) => expect(createParlance(server.options({ url }))).toBeDefined());

test("a secret does not go into a browser", () => {
  Object.assign(globalThis, { document: {} });
  try {
    expect(() => createParlance(server.options({ clientSecret: "bi_cs_x" }))).toThrow("browser");
    expect(createParlance(server.options())).toBeDefined();
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }
});

test("neither key nor address of the other two may be missing", () => {
  expect(() => createClient({ url: "https://parlance.test", key: "" })).toThrow(SettingsError);
  expect(() => createClient({ url: "parlance.test", key: "bi-x" })).toThrow(SettingsError);
  expect(() => createCdn({ url: "acme/website" })).toThrow(SettingsError);
});

test.each(Object.keys(ERRORS) as ErrorCode[])("%s has an error of its own kind", (code) => {
  expect(isErrorCode(code)).toBe(true);
  const error = errorOf({ code, status: ERRORS[code].status, sentence: ERRORS[code].sentence });
  expect(error).toBeInstanceOf(RefusedError);
  expect(error).toMatchObject({ code, status: ERRORS[code].status, message: ERRORS[code].sentence });
  expect(error.constructor).not.toBe(RefusedError);
});
