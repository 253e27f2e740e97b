import { afterAll, expect, test } from "vitest";
import { type App, authorize, connect, exchange, refresh, tokens } from "../support/flow.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { base, owner } = world;
afterAll(() => world.close());

test("[native/whole-flow] a native app connects with PKCE and without a secret", async () => {
  const app = await world.app({ type: "native", redirectUris: ["http://127.0.0.1/callback"] });
  expect(app.secret).toBeNull();
  const issued = await tokens(exchange(base, app, await connect(owner.browser, app)));
  await tokens(refresh(base, app, issued.refresh_token));
});

test("[native/three-kinds-of-redirect-uris] a private scheme, a claimed https address and loopback all work", async () => {
  for (const uri of ["com.example.app:/done", "https://app.example/done", "http://[::1]:4000/done"]) {
    const app = await world.app({ type: "native", redirectUris: [uri] });
    const connected = await connect(owner.browser, app);
    expect(connected.redirect.href.startsWith(`${uri}?`), uri).toBe(true);
    await tokens(exchange(base, app, connected));
  }
});

test("[native/any-loopback-port] the port is free at run time on every loopback address", async () => {
  for (const host of ["127.0.0.1", "[::1]", "localhost"]) {
    for (const registered of [`http://${host}/cb`, `http://${host}:8080/cb`]) {
      const app = await world.app({ type: "native", redirectUris: [registered] });
      for (const uri of [`http://${host}:50123/cb`, `http://${host}/cb`]) {
        const running: App = { ...app, redirectUri: uri };
        const connected = await connect(owner.browser, running);
        expect(connected.redirect.href.startsWith(`${uri}?`), uri).toBe(true);
        await tokens(exchange(base, running, connected));
      }
    }
  }
});

test("[native/only-the-port-is-free] everything but the port matches, and only on loopback", async () => {
  const app = await world.app({
    type: "native",
    redirectUris: ["http://127.0.0.1:8080/cb", "https://app.example/cb", "com.example.app:/cb"],
  });
  for (const redirectUri of [
    "http://127.0.0.1:50123/",
    "http://127.0.0.1:50123/cb/",
    "http://127.0.0.1:50123/cb?x=1",
    "http://127.0.0.1:50123/CB",
    "http://localhost:50123/cb",
    "http://127.0.0.2:50123/cb",
    "http://127.0.0.1:99999/cb",
    "http://127.0.0.1.evil.example:50123/cb",
    "http://127.0.0.1:50123@evil.example/cb",
    "https://127.0.0.1:50123/cb",
    "https://app.example:8443/cb",
    "com.example.app:/cb/x",
    "com.example.app.evil:/cb",
  ]) {
    const { response, requestId } = await authorize(owner.browser, { ...app, redirectUri });
    expect([response.status, requestId], redirectUri).toEqual([400, null]);
  }
});
