import { afterAll, expect, test } from "vitest";
import { approve, authorize, connect, follow } from "../support/flow.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { owner } = world;
afterAll(() => world.close());

test("[redirect-uri/form] a redirect URI is absolute, without fragment, wildcard and user", async () => {
  for (const uri of [
    "/callback",
    "app.example/callback",
    "https://",
    "https://app.example/callback#",
    "https://app.example/callback#part",
    "https://*.example/callback",
    "https://user:pass@app.example/callback",
    "https://app.example/call back",
    "https://app.example\\@evil.example/",
  ]) {
    expect((await world.tryApp({ redirectUris: [uri] })).status, uri).toBe(400);
  }
});

test("[redirect-uri/https] http is for this computer only", async () => {
  expect((await world.tryApp({ redirectUris: ["http://app.example/callback"] })).status).toBe(400);
  expect((await world.tryApp({ redirectUris: ["http://127.0.0.1.evil.example/"] })).status).toBe(400);
  expect((await world.tryApp({ redirectUris: ["http://localhost.evil.example/"] })).status).toBe(400);
  for (const uri of ["http://localhost:4000/cb", "http://127.0.0.1:4000/cb", "http://[::1]:4000/cb"]) {
    expect((await world.tryApp({ redirectUris: [uri] })).status, uri).toBe(201);
  }
  const registered = await world.register({ redirect_uris: ["http://app.example/callback"] });
  expect(registered.status).toBe(400);
});

test("[redirect-uri/private-schemes] an app's own scheme is nobody else's and belongs to a public app", async () => {
  const native = (uri: string) => world.tryApp({ type: "native", redirectUris: [uri] });
  for (const uri of ["com.example.app:/callback", "myapp:/callback", "cursor://anysphere.cursor-mcp/cb"]) {
    expect((await native(uri)).status, uri).toBe(201);
  }
  for (const uri of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a.b"]) {
    expect((await native(uri)).status, uri).toBe(400);
  }
  expect((await world.tryApp({ redirectUris: ["com.example.app:/callback"] })).status).toBe(400);
});

test("[redirect-uri/query-is-kept] a query in the redirect URI is kept", async () => {
  const app = await world.app({ redirectUris: ["https://app.example/cb?tenant=a%20b&x=1"] });
  const { redirect } = await connect(owner.browser, app);
  expect(redirect.href.startsWith("https://app.example/cb?tenant=a%20b&x=1&")).toBe(true);
  expect(redirect.searchParams.get("code")).toBeTruthy();
  const refused = await authorize(owner.browser, app, { scope: "no:such" });
  const location = refused.response.headers.get("location") ?? "";
  expect(location.startsWith("https://app.example/cb?tenant=a%20b&x=1&error=")).toBe(true);
});

const REGISTERED = "https://app.example/callback";

test("[redirect-uri/exact] a redirect URI matches byte for byte", async () => {
  const app = await world.app({ redirectUris: [REGISTERED] });
  for (const uri of [
    "https://app.example/callback/",
    "https://app.example/Callback",
    "https://APP.example/callback",
    "https://app.example:443/callback",
    "https://app.example/callback?",
    "https://app.example/callback?x=1",
    "https://app.example/call%62ack",
    "https://app.example/x/../callback",
    "https://app.example/callback#x",
    "http://app.example/callback",
    "https://app.example",
    "https://app.example/ca\u006c\u006cback\u0301",
  ]) {
    const { response, requestId } = await authorize(owner.browser, app, { redirect_uri: uri });
    expect([response.status, requestId, response.headers.get("location")], uri).toEqual([400, null, null]);
  }
  expect((await authorize(owner.browser, app)).requestId).not.toBeNull();
});

test("[redirect-uri/unregistered-is-shown] an unregistered redirect URI gets a page and never a redirect", async () => {
  const app = await world.app({ redirectUris: [REGISTERED] });
  for (const more of [{}, { scope: "no:such" }, { response_type: "token" }, { prompt: "none" }]) {
    const { response } = await authorize(owner.browser, app, {
      redirect_uri: "https://evil.example/callback",
      ...more,
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(await response.text()).not.toMatch(/href="https:\/\/evil\.example/);
  }
});

test("[redirect-uri/may-be-omitted-when-single] it may be left out only when one is registered", async () => {
  const one = await world.app({ redirectUris: [REGISTERED] });
  const { requestId } = await authorize(owner.browser, one, { redirect_uri: undefined });
  const redirect = await follow(owner.browser, await approve(owner.browser, requestId!));
  expect(redirect.href.startsWith(`${REGISTERED}?`)).toBe(true);
  const two = await world.app({ redirectUris: [REGISTERED, "https://app.example/other"] });
  const { response } = await authorize(owner.browser, two, { redirect_uri: undefined });
  expect([response.status, response.headers.get("location")]).toEqual([400, null]);
});
