import { afterAll, describe, expect, test } from "vitest";
import { clientAddress, networkOf } from "../../src/platform/client-address.ts";
import { startServer } from "../support/server.ts";

describe("whose request counts as whose", () => {
  const addressOf = clientAddress("10.0.0.0/8");

  test("a port that a proxy adds makes nobody a new person", () => {
    expect(addressOf("10.0.0.1", "192.0.2.7:50112")).toBe("192.0.2.7");
    expect(addressOf("10.0.0.1", "[2001:db8::1]:50112")).toBe("2001:db8::1");
    expect(addressOf("10.0.0.1", "192.0.2.7:50112, 10.0.0.2:80")).toBe("192.0.2.7");
  });

  test("all addresses of an IPv6 network of one customer are one", () => {
    expect(networkOf("2001:db8:1:2::1")).toBe(networkOf("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    expect(networkOf("2001:db8:1:2::1")).not.toBe(networkOf("2001:db8:1:3::1"));
    expect(networkOf("192.0.2.7")).toBe("192.0.2.7");
    expect(networkOf("whatever a proxy says")).toBe("whatever a proxy says");
  });
});

describe("limits of strangers", async () => {
  const server = await startServer({ environment: { TRUSTED_PROXIES: "127.0.0.0/8, ::1" } });
  afterAll(() => server.close());

  test("registration counts a whole IPv6 network, 20 an hour", async () => {
    const statuses: number[] = [];
    for (let host = 1; host <= 21; host++) {
      const response = await fetch(`${server.base}/api/auth/mcp/register`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": `2001:db8::${host.toString(16)}` },
        // The same metadata would be given the same app again.
        body: JSON.stringify({ client_name: `Agent ${host}`, redirect_uris: ["http://127.0.0.1/callback"] }),
      });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([...Array(20).fill(201), 429]);
  });
});

describe("X-Forwarded-For of whom no setting names", () => {
  const headers = { "x-forwarded-for": "192.0.2.7" };
  const warnings = (log: string) => log.split("\n").filter((line) => line.includes("TRUSTED_PROXIES"));

  test("is said once in the log, with the address to name", async () => {
    const server = await startServer();
    for (let left = 3; left > 0; left--) await fetch(`${server.base}/health`, { headers });
    expect(warnings(server.log())).toHaveLength(1);
    expect(JSON.parse(warnings(server.log())[0] ?? "")).toMatchObject({
      peer: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
    });
    await server.close();
  });

  test("is not said of a proxy that is named", async () => {
    const server = await startServer({ environment: { TRUSTED_PROXIES: "127.0.0.0/8, ::1" } });
    await fetch(`${server.base}/health`, { headers });
    expect(warnings(server.log())).toEqual([]);
    await server.close();
  });
});
