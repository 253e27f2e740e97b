import { afterAll, expect, test } from "vitest";
import { startServer } from "../support/server.ts";

const server = await startServer({ environment: { RATE_LIMIT_PER_MINUTE: "1" } });
afterAll(() => server.close());

test("who is limited is told the limit and when it starts anew", async () => {
  const report = () =>
    fetch(`${server.base}/api/oauth-client/credentials/revoke`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ credentials: ["nothing"] }),
    });
  expect((await report()).status).toBe(202);
  const refused = await report();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  expect(refused.headers.get("ratelimit-limit")).toBe("1");
  expect(refused.headers.get("ratelimit-remaining")).toBe("0");
  expect(refused.headers.get("ratelimit-reset")).toBe(refused.headers.get("retry-after"));
});
