import { request } from "node:http";
import { afterAll, describe, expect, test } from "vitest";
import { startServer } from "../support/server.ts";

const server = await startServer();
afterAll(() => server.close());
const port = new URL(server.base).port;

/** What is answered to a browser that opened the server as `host`. */
function open(host: string, path: string, method = "GET") {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    const sent = request({ host: "localhost", port, path, method, headers: { host, accept: "text/html" } });
    sent.on("response", (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("the server under another name of this machine", () => {
  test.each([
    ["/", "/?moved=1"],
    ["/sign-in?next=%2Fsettings", "/sign-in?next=%2Fsettings&moved=1"],
    ["/connect/req_x", "/connect/req_x?moved=1"],
    [
      "/cli-auth?callback=http%3A%2F%2Flocalhost%3A9876%2F",
      "/cli-auth?callback=http%3A%2F%2Flocalhost%3A9876%2F&moved=1",
    ],
    ["/organizations/acme/agents", "/organizations/acme/agents?moved=1"],
    ["/api/auth/mcp/authorize?client_id=x", "/api/auth/mcp/authorize?client_id=x&moved=1"],
  ])("%s goes to PUBLIC_URL, once", async (path, expected) => {
    for (const name of ["127.0.0.1", "[::1]"]) {
      const { status, headers } = await open(`${name}:${port}`, path);
      expect([status, headers.location]).toEqual([302, server.base + expected]);
      expect(headers["cache-control"]).toBe("no-store");
      expect(headers["set-cookie"]).toBeUndefined();
      // Behind a proxy that rewrites Host it comes back as it left.
      expect((await open(`${name}:${port}`, expected)).headers.location ?? "").not.toContain("moved");
    }
    expect((await open(`localhost:${port}`, path)).headers.location ?? "").not.toContain("moved");
  });

  test.each([
    "/api/auth/get-session",
    "/api/oauth-client/organizations",
    "/.well-known/oauth-authorization-server",
    "/health",
    "/assets/x.js",
  ])("%s stays where it is", async (path) => {
    expect((await open(`127.0.0.1:${port}`, path)).headers.location).toBeUndefined();
  });

  test.each(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example"])(
    "%s leads nowhere",
    async (host) => {
      expect((await open(`${host}:${port}`, "/sign-in")).headers.location).toBeUndefined();
    },
  );
});

describe("the headers of pages", () => {
  const opener = async (path: string) =>
    (await open(`localhost:${port}`, path)).headers["cross-origin-opener-policy"];

  test.each([
    ...["/connect/req_x", "/sign-in", "/sign-up", "/verify-email", "/forgot-password", "/reset-password"],
    ...["/api/auth/mcp/authorize?client_id=unknown", "/api/auth/mcp/requests/req_x/continue"],
  ])("%s, which an app may open as a pop-up, keeps its opener", async (path) => {
    expect(await opener(path)).toBeUndefined();
  });

  test.each(["/", "/settings/account", "/organizations/acme", "/invitations/x", "/cli-auth", "/nowhere"])(
    "%s is cut off from whoever opened it",
    async (path) => {
      expect(await opener(path)).toBe("same-origin");
    },
  );

  test("where a key is made: no frame, no store, no referrer", async () => {
    const { headers } = await open(
      `localhost:${port}`,
      "/cli-auth?callback=http%3A%2F%2Flocalhost%3A9876%2Fcallback",
    );
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
    });
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).toContain("script-src 'self'");
  });

  test("a page says the server's own address and its MCP endpoint, for its scripts", async () => {
    const page = await (await fetch(`${server.base}/sign-in`)).text();
    expect(page).toContain(`<meta name="public-url" content="${server.base}" />`);
    expect(page).toContain(`<meta name="mcp-url" content="${server.base}/mcp" />`);
  });

  test("/login, which others link to, leads to signing in", async () => {
    expect((await open(`localhost:${port}`, "/login")).headers.location).toBe("/sign-in");
  });
});
