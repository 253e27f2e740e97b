import { expect, test } from "vitest";
import { cookieNames } from "./cookie-names.ts";

test.each([
  ["http://localhost:3000", "parlance-session-3000"],
  ["http://localhost:3001", "parlance-session-3001"],
  ["http://localhost", "parlance-session"],
  ["https://translate.example.com", "__Host-parlance-session"],
  ["https://translate.example.com:8443", "__Host-parlance-session-8443"],
])("at %s the session is in %s", (PUBLIC_URL, name) => {
  expect(cookieNames({ PUBLIC_URL }).session).toBe(name);
});
