import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld, type World } from "../conformance/world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test.each(["token", "revoke", "register"])(
  "a page may read from /%s why and how long to wait",
  async (endpoint) => {
    const response = await fetch(`${world.base}/api/auth/mcp/${endpoint}`, {
      method: "POST",
      headers: { origin: "https://spa.example", "content-type": "application/x-www-form-urlencoded" },
      body: `client_id=${world.spa.clientId}`,
    });
    const exposed = response.headers.get("access-control-expose-headers")?.toLowerCase() ?? "";
    expect(exposed).toContain("www-authenticate");
    expect(exposed).toContain("retry-after");
  },
);
