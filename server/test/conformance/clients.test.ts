import * as oauth from "oauth4webapi";
import * as oidc from "openid-client";
import { afterAll, describe, expect, test } from "vitest";
import { allow as allowDevice, refuse } from "../support/device.ts";
import { approve, follow } from "../support/flow.ts";
import { startWorld } from "./world.ts";

/** Two clients that others wrote, each through the whole life of a connection. */
const world = await startWorld();
const { base, owner, web, native } = world;
// The one thing that differs from production: the server under test speaks HTTP on this computer.
const insecure = { [oauth.allowInsecureRequests]: true };
afterAll(() => world.close());

describe.each([
  { kind: "confidential", app: web },
  { kind: "public", app: native },
])("a $kind app", ({ app }) => {
  test("connects, refreshes, introspects and revokes with oauth4webapi", async () => {
    const issuer = new URL(base);
    const server = await oauth
      .discoveryRequest(issuer, { algorithm: "oauth2", ...insecure })
      .then((response) => oauth.processDiscoveryResponse(issuer, response));
    const client: oauth.Client = { client_id: app.clientId };
    const authentication = app.secret ? oauth.ClientSecretBasic(app.secret) : oauth.None();

    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const ask = new URL(server.authorization_endpoint!);
    ask.search = new URLSearchParams({
      response_type: "code",
      client_id: app.clientId,
      redirect_uri: app.redirectUri,
      scope: "org:read projects:read",
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    }).toString();
    const callback = oauth.validateAuthResponse(server, client, await allow(ask), state);

    const issued = await oauth
      .authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        callback,
        app.redirectUri,
        verifier,
        insecure,
      )
      .then((response) => oauth.processAuthorizationCodeResponse(server, client, response));
    expect(issued).toMatchObject({ token_type: "bearer", scope: "org:read projects:read" });

    const request = new Request(`${base}/api/oauth-client/me`, {
      headers: { authorization: `Bearer ${issued.access_token}` },
    });
    const audience = `${world.config.API_URL}/api/oauth-client`;
    const claims = await oauth.validateJwtAccessToken(server, request, audience, insecure);
    expect(claims).toMatchObject({ client_id: app.clientId, sub: owner.userId });

    const renewed = await oauth
      .refreshTokenGrantRequest(server, client, authentication, issued.refresh_token!, insecure)
      .then((response) => oauth.processRefreshTokenResponse(server, client, response));
    expect(renewed.refresh_token).not.toBe(issued.refresh_token);

    if (app.secret) {
      const live = await oauth
        .introspectionRequest(server, client, authentication, renewed.access_token, insecure)
        .then((response) => oauth.processIntrospectionResponse(server, client, response));
      expect(live).toMatchObject({ active: true, client_id: app.clientId });
    }
    await oauth
      .revocationRequest(server, client, authentication, renewed.refresh_token!, insecure)
      .then((response) => oauth.processRevocationResponse(response));
    const dead = oauth
      .refreshTokenGrantRequest(server, client, authentication, renewed.refresh_token!, insecure)
      .then((response) => oauth.processRefreshTokenResponse(server, client, response));
    await expect(dead).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("connects, refreshes, introspects and revokes with openid-client", async () => {
    const configuration = await oidc.discovery(
      new URL(base),
      app.clientId,
      undefined,
      app.secret ? oidc.ClientSecretPost(app.secret) : oidc.None(),
      { algorithm: "oauth2", execute: [oidc.allowInsecureRequests] },
    );
    expect(configuration.serverMetadata().supportsPKCE()).toBe(true);
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const expectedState = oidc.randomState();
    const ask = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: app.redirectUri,
      scope: "openid email org:read",
      state: expectedState,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
    });

    const checks = { pkceCodeVerifier, expectedState };
    const issued = await oidc.authorizationCodeGrant(configuration, await allow(ask), checks);
    expect(issued.expiresIn()).toBeGreaterThan(1700);
    const person = await oidc.fetchUserInfo(configuration, issued.access_token, owner.userId);
    expect(person).toMatchObject({ sub: owner.userId, email: owner.email });

    const renewed = await oidc.refreshTokenGrant(configuration, issued.refresh_token!);
    if (app.secret) {
      const live = await oidc.tokenIntrospection(configuration, renewed.access_token);
      expect(live).toMatchObject({ active: true, scope: "org:read" });
    }
    await oidc.tokenRevocation(configuration, renewed.access_token);
    const dead = oidc.refreshTokenGrant(configuration, renewed.refresh_token!);
    await expect(dead).rejects.toMatchObject({ error: "invalid_grant" });
  });
});

describe.each([
  { kind: "confidential", app: await world.app({ deviceFlow: true }) },
  { kind: "public", app: await world.app({ type: "native", deviceFlow: true }) },
])("a $kind app on a device without a browser", ({ app }) => {
  test("waits and connects with oauth4webapi", async () => {
    const issuer = new URL(base);
    const server = await oauth
      .discoveryRequest(issuer, { algorithm: "oauth2", ...insecure })
      .then((response) => oauth.processDiscoveryResponse(issuer, response));
    const client: oauth.Client = { client_id: app.clientId };
    const authentication = app.secret ? oauth.ClientSecretBasic(app.secret) : oauth.None();
    const begun = await oauth
      .deviceAuthorizationRequest(server, client, authentication, { scope: "org:read keys:read" }, insecure)
      .then((response) => oauth.processDeviceAuthorizationResponse(server, client, response));
    const poll = () =>
      oauth
        .deviceCodeGrantRequest(server, client, authentication, begun.device_code, insecure)
        .then((response) => oauth.processDeviceCodeResponse(server, client, response));
    await expect(poll()).rejects.toMatchObject({ error: "authorization_pending" });
    await expect(poll()).rejects.toMatchObject({ error: "slow_down" });
    await allowDevice(owner.browser, begun.user_code);
    expect(await poll()).toMatchObject({ token_type: "bearer", scope: "org:read keys:read" });
    await expect(poll()).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("connects and hears of a no with openid-client", async () => {
    const configuration = await oidc.discovery(
      new URL(base),
      app.clientId,
      undefined,
      app.secret ? oidc.ClientSecretPost(app.secret) : oidc.None(),
      { algorithm: "oauth2", execute: [oidc.allowInsecureRequests] },
    );
    // Its first poll comes after the interval; whoever waits for it knows that somebody has decided.
    const begin = async () => ({
      ...(await oidc.initiateDeviceAuthorization(configuration, { scope: "org:read" })),
      interval: 0.01,
    });
    const allowed = await begin();
    await allowDevice(owner.browser, allowed.user_code);
    const issued = await oidc.pollDeviceAuthorizationGrant(configuration, allowed);
    expect(issued.access_token).toMatch(/^eyJ/);
    await oidc.refreshTokenGrant(configuration, issued.refresh_token!);
    const refused = await begin();
    await refuse(owner.browser, refused.user_code);
    const heard = oidc.pollDeviceAuthorizationGrant(configuration, refused);
    await expect(heard).rejects.toMatchObject({ error: "access_denied" });
  });
});

test("an app registers itself with openid-client and connects", async () => {
  const redirectUri = "http://127.0.0.1/callback";
  const metadata = { redirect_uris: [redirectUri], client_name: "Self", token_endpoint_auth_method: "none" };
  const configuration = await oidc.dynamicClientRegistration(new URL(base), metadata, oidc.None(), {
    algorithm: "oauth2",
    execute: [oidc.allowInsecureRequests],
  });
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const ask = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: "http://127.0.0.1:50123/callback",
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const issued = await oidc.authorizationCodeGrant(configuration, await allow(ask), { pkceCodeVerifier });
  expect(issued.access_token).toMatch(/^eyJ/);
});

test("the protected resources are found with oauth4webapi, and lead to the server", async () => {
  for (const resource of [world.config.MCP_URL, `${world.config.API_URL}/api/oauth-client`]) {
    const identifier = new URL(resource);
    const found = await oauth
      .resourceDiscoveryRequest(identifier, insecure)
      .then((response) => oauth.processResourceDiscoveryResponse(identifier, response));
    expect(found.authorization_servers).toEqual([base]);
  }
});

/** What the person at the browser does: opens the link, allows it, and goes back to the app. */
async function allow(ask: URL): Promise<URL> {
  const asked = await owner.browser.request(ask.href);
  const requestId = new URL(asked.headers.get("location")!, base).pathname.split("/").at(-1)!;
  return follow(owner.browser, await approve(owner.browser, requestId));
}
