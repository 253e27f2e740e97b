import { ALL_SCOPES } from "@parlance/contract/scopes";
import { afterAll, expect, test } from "vitest";
import { startWorld } from "./world.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

const world = await startWorld();
const { base, config } = world;
afterAll(() => world.close());

/** Identifier → where its document lies: the well-known path between host and path. */
const RESOURCES = [config.MCP_URL, `${config.API_URL}/api/oauth-client`].map((resource) => {
  const { origin, pathname } = new URL(resource);
  return { resource, address: `${origin}${WELL_KNOWN}${pathname}` };
});

test("[protected-resource/well-known] each resource has its document at the well-known path", async () => {
  for (const { address } of RESOURCES) {
    const answer = await fetch(address);
    expect(answer.status, address).toBe(200);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  }
  expect((await fetch(`${base}${WELL_KNOWN}/elsewhere`)).status).toBe(404);
});

test("[protected-resource/identifier] resource is what the address was made from; the root stands for MCP's origin", async () => {
  for (const { address, resource } of RESOURCES) {
    const document = await read(address);
    expect(document.resource).toBe(resource);
    const url = new URL(resource);
    expect([url.search, url.hash]).toEqual(["", ""]);
  }
  expect(new Set(RESOURCES.map(({ resource }) => resource)).size).toBe(RESOURCES.length);
  expect((await read(`${base}${WELL_KNOWN}`)).resource).toBe(new URL(config.MCP_URL).origin);
});

test("[protected-resource/members] it names its authorization server, scopes, methods and itself, and how long it holds", async () => {
  for (const { address } of RESOURCES) {
    const answer = await fetch(address);
    expect(answer.headers.get("cache-control")).toMatch(/max-age=\d+/);
    const document = (await answer.json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      authorization_servers: [base],
      scopes_supported: ALL_SCOPES,
      bearer_methods_supported: ["header"],
      resource_name: expect.stringMatching(/^[\x20-\x7e]+$/),
    });
    for (const [name, value] of Object.entries(document)) {
      expect(Array.isArray(value) && value.length === 0, name).toBe(false);
    }
  }
});

async function read(address: string): Promise<Record<string, unknown>> {
  return (await (await fetch(address)).json()) as Record<string, unknown>;
}
