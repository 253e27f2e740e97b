import { afterAll, describe, expect, test } from "vitest";
import { startServer } from "../support/server.ts";
import { mailedLink, visit } from "../support/visitor.ts";

/** All of them end at another host once a browser has read them. */
const ELSEWHERE = [
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/.//evil.example",
  "/x/..//evil.example",
  "/%2e//evil.example",
  "/x/%2E%2e//evil.example",
  "/\t/evil.example",
  "javascript:alert(1)",
];

describe("a link of ours leads nowhere else", async () => {
  const server = await startServer();
  afterAll(() => server.close());
  const verify = (query: string) =>
    fetch(`${server.base}/api/auth/verify-email?${query}`, { redirect: "manual" });

  test.each(ELSEWHERE)("verification to %j is refused", async (address) => {
    const response = await verify(`token=none&callbackURL=${encodeURIComponent(address)}`);
    expect(response.headers.get("location")).toBeNull();
    expect([400, 403]).toContain(response.status);
  });

  test("nor by naming two addresses", async () => {
    for (const [one, other] of [
      ["/settings", "/.//evil.example"],
      ["/.//evil.example", "/settings"],
    ] as const) {
      const response = await verify(`token=none&callbackURL=${one}&callbackURL=${other}`);
      expect(response.headers.get("location") ?? "").not.toMatch(/^\/\//);
    }
  });

  test.each(ELSEWHERE)("no mail carries %j", async (address) => {
    const visitor = visit(server.base);
    const email = "ada@example.com";
    const bodies = {
      "/api/auth/sign-up/email": { name: "Ada", email, password: "a long password", callbackURL: address },
      "/api/auth/send-verification-email": { email, callbackURL: address },
      "/api/auth/request-password-reset": { email, redirectTo: address },
    };
    for (const [path, body] of Object.entries(bodies)) {
      expect([400, 403]).toContain((await visitor.post(path, body)).status);
    }
  });

  test("a path of ours is still followed", async () => {
    const visitor = visit(server.base);
    const person = { name: "Bea", email: "bea@example.com", password: "a long password" };
    await visitor.post("/api/auth/sign-up/email", { ...person, callbackURL: "/connect/req_1?a=b" });
    const link = await mailedLink(person.email, () => server.ctx.mails);
    const response = await visitor.get(link.pathname + link.search);
    expect(response.headers.get("location")).toBe("/connect/req_1?a=b");
  });
});
