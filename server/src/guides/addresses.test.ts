import { expect, test } from "vitest";
import { withAddresses } from "./addresses.ts";

const own = {
  PUBLIC_URL: "https://translate.example.com",
  API_URL: "https://api.example.com",
  CDN_URL: "https://cdn.example.com/files",
  MCP_URL: "https://mcp.example.com",
};

test.each([
  ["SERVER=http://localhost:3000", "SERVER=https://translate.example.com"],
  ["`http://localhost:3000`.", "`https://translate.example.com`."],
  ["http://localhost:3000/docs/api", "https://translate.example.com/docs/api"],
  ["http://localhost:3000/api/oauth-client/me", "https://api.example.com/api/oauth-client/me"],
  ["CDN=http://localhost:3000/cdn\n", "CDN=https://cdn.example.com/files\n"],
  ["http://localhost:3000/mcp", "https://mcp.example.com"],
  ["http://localhost:3000/mcp-more", "https://translate.example.com/mcp-more"],
  ["http://localhost:30001", "http://localhost:30001"],
  ["http://localhost:4000/connect/callback", "http://localhost:4000/connect/callback"],
])("%j becomes %j", (written, served) => {
  expect(withAddresses(written, own)).toBe(served);
});

test("what was put in is not looked at again", () => {
  const nested = { ...own, PUBLIC_URL: "http://localhost:3000", MCP_URL: "http://localhost:3000/mcp" };
  expect(withAddresses("http://localhost:3000/mcp http://localhost:3000/cdn", nested)).toBe(
    "http://localhost:3000/mcp https://cdn.example.com/files",
  );
});
