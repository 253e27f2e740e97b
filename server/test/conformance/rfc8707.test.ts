import { decodeJwt } from "jose";
import { afterAll, expect, test } from "vitest";
import {
  type App,
  authorize,
  connect,
  exchange,
  type Fields,
  refresh,
  refusal,
  type TokenAnswer,
  tokens,
} from "../support/flow.ts";
import { startWorld } from "./world.ts";

const INVALID_TARGET = [400, "invalid_target"];

const world = await startWorld();
const { base, owner, web, config } = world;
const PARTNER = `${config.API_URL}/api/oauth-client`;
const MCP = config.MCP_URL;
const MCP_ORIGIN = new URL(MCP).origin;
afterAll(() => world.close());

test("[target/malformed] what is no absolute URI, or has fragment or query, is invalid_target", async () => {
  for (const resource of [
    "mcp",
    "/mcp",
    "//x",
    "not a uri",
    `${MCP}#x`,
    `${MCP}?x=1`,
    `${PARTNER}#`,
    "urn:x",
  ]) {
    expect(await fault({ resource }), resource).toBe("invalid_target");
  }
});

test("[target/unknown] a resource that is not served here is invalid_target, however similar", async () => {
  for (const resource of [
    "https://elsewhere.example/mcp",
    `${MCP}//`,
    `${MCP}x`,
    MCP.toUpperCase(),
    `${MCP_ORIGIN}/x/../mcp`,
    `${MCP_ORIGIN}/%6dcp`,
    `${MCP_ORIGIN}\\mcp`,
    `${MCP.replace("://", "://user@")}`,
    `${PARTNER}/v1`,
    `${MCP_ORIGIN}/mc\u0070\u0301`,
    `${MCP_ORIGIN}//`,
  ]) {
    expect(await fault({ resource }), resource).toBe("invalid_target");
  }
  expect(await fault({ resource: [MCP, "https://elsewhere.example/"] })).toBe("invalid_target");
});

test("[target/default] without a resource it is the partner API for an app of an owner, MCP for one that came by itself", async () => {
  expect(audience(await issue({}))).toBe(PARTNER);
  const redirectUri = "http://127.0.0.1/callback";
  const registered = await world.register({ redirect_uris: [redirectUri] });
  const { client_id } = (await registered.json()) as { client_id: string };
  const agent: App = { clientId: client_id, secret: null, redirectUri };
  const connected = await connect(owner.browser, agent);
  expect(audience(await tokens(exchange(base, agent, connected)))).toBe(MCP);
});

test("[target/audience] a resource that was asked for becomes the audience", async () => {
  expect(audience(await issue({ resource: PARTNER }))).toBe(PARTNER);
  for (const resource of [MCP, MCP_ORIGIN, `${MCP_ORIGIN}/`]) {
    expect(audience(await issue({ resource })), resource).toBe(MCP);
  }
});

test("[target/spellings] a resource may be spelled as clients do: host in capitals, a slash at the end, the default port", async () => {
  const shouted = MCP.replace(/^http:\/\/[^/]+/, (origin) => origin.toUpperCase());
  for (const resource of [shouted, `${MCP}/`, `${shouted}/`]) {
    expect(audience(await issue({ resource }, { resource })), resource).toBe(MCP);
  }
  expect(audience(await issue({ resource: `${PARTNER}/` }))).toBe(PARTNER);
  const other = await startWorld({ MCP_URL: "https://mcp.example/mcp" });
  for (const resource of [
    "https://mcp.example:443/mcp",
    "HTTPS://MCP.EXAMPLE:443/mcp/",
    "https://mcp.example:443",
  ]) {
    const { response, requestId } = await authorize(other.owner.browser, other.web, { resource });
    expect([response.status, requestId], resource).toEqual([302, expect.any(String)]);
  }
  const { requestId } = await authorize(other.owner.browser, other.web, {
    resource: "https://mcp.example:80/mcp",
  });
  expect(requestId).toBeNull();
  await other.close();
});

test("[target/within-authorization] the exchange names one of the authorized resources", async () => {
  const both = { resource: [PARTNER, MCP] };
  expect(audience(await issue(both, { resource: MCP }))).toBe(MCP);
  expect(audience(await issue(both, { resource: PARTNER }))).toBe(PARTNER);
  const connected = await connect(owner.browser, web, { resource: MCP });
  expect(await refusal(exchange(base, web, connected, { resource: PARTNER }))).toEqual(INVALID_TARGET);
  expect(await refusal(exchange(base, web, connected, { resource: "nowhere" }))).toEqual(INVALID_TARGET);
  expect(audience(await tokens(exchange(base, web, connected, { resource: MCP_ORIGIN })))).toBe(MCP);
});

test("[target/refresh] a refresh names one of the authorized resources", async () => {
  const issued = await issue({ resource: [PARTNER, MCP] });
  const mcp = await tokens(refresh(base, web, issued.refresh_token, { resource: MCP }));
  expect(audience(mcp)).toBe(MCP);
  const first = await tokens(refresh(base, web, mcp.refresh_token));
  expect(audience(first)).toBe(PARTNER);
  const narrow = await issue({ resource: MCP });
  const outside = refresh(base, web, narrow.refresh_token, { resource: PARTNER });
  expect(await refusal(outside)).toEqual(INVALID_TARGET);
  expect(audience(await tokens(refresh(base, web, narrow.refresh_token)))).toBe(MCP);
});

test("[target/one-audience] a token has one audience, whatever was authorized", async () => {
  expect(audience(await issue({ resource: [MCP, PARTNER] }))).toBe(MCP);
  const connected = await connect(owner.browser, web, { resource: [MCP, PARTNER] });
  const [status, error] = await refusal(exchange(base, web, connected, { resource: [MCP, PARTNER] }));
  expect(status).toBe(400);
  expect(["invalid_target", "invalid_request"]).toContain(error);
});

function audience(issued: TokenAnswer): unknown {
  return decodeJwt(issued.access_token).aud;
}

async function issue(asked: Fields, exchanged: Fields = {}): Promise<TokenAnswer> {
  return tokens(exchange(base, web, await connect(owner.browser, web, asked), exchanged));
}

async function fault(fields: Fields): Promise<string | null> {
  const { response } = await authorize(owner.browser, web, fields);
  return new URL(response.headers.get("location") ?? "about:blank").searchParams.get("error");
}
