import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorld, type World } from "../conformance/world.ts";
import { type App, approve, follow, refusal } from "../support/flow.ts";
import { type Connection, ConnectionRevokedError, DocumentedPartner } from "./documented-partner.ts";

const SCOPE = "org:read projects:read keys:write translations:write";
const HALF_AN_HOUR_SECONDS = 30 * 60;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

describe("a partner that sends what the public pages show", () => {
  let app: App;
  let partner: DocumentedPartner;
  let connection: Connection;
  beforeAll(async () => {
    const redirectUris = ["https://partner.example/connect/callback"];
    app = await world.app({
      confidential: false,
      redirectUris,
      scopes: [...SCOPE.split(" "), "projects:write"],
    });
    partner = new DocumentedPartner(world.base, app, world.now);
    connection = await visitConsent(partner, partner.start("me", SCOPE));
  });

  test("is connected with client_id and code_verifier, and no secret", () => {
    expect(app.secret).toBeNull();
    expect(connection.accessToken).toMatch(/^eyJ/);
    expect(connection.refreshToken).toMatch(/^rt_/);
    expect(connection.grantId).toMatch(/^grt_/);
    expect(connection.accessTokenExpiresAt - world.now()).toBe(HALF_AN_HOUR_SECONDS * 1000);
  });

  test("may write the scopes of the address with plus signs and bare colons", async () => {
    const url = partner.start("somebody", "").href.replace("&scope=", `&scope=${SCOPE.replaceAll(" ", "+")}`);
    expect(url).toContain("&scope=org:read+projects:read+keys:write+translations:write&");
    const answer = await world.owner.browser.request(url);
    expect(answer.headers.get("location")).toMatch(/\/connect\/req_/);
  });

  test("learns who connected by access token, the only call that takes it", async () => {
    const token = await partner.ensureAccessToken(connection);
    const me = await partner.call("/me", token);
    expect(await me.json()).toMatchObject({ user: { email: world.owner.email } });
    const refused = await partner.call("/organizations", token);
    expect(await refusal(refused)).toEqual([401, "invalid_token"]);
  });

  test("lists organizations and projects by installation token", async () => {
    const token = await partner.installationToken(connection);
    expect(token).toMatch(/^bi_oat_/);
    const organizations = await partner.call("/organizations", token);
    expect(await organizations.json()).toMatchObject({ items: [{ id: world.owner.organization.id }] });
    const projects = await partner.call(`/organizations/${world.owner.organization.id}/projects`, token);
    expect(await projects.json()).toMatchObject({ items: [{ id: world.projectId }] });
  });

  test("is told which scope is missing, and has it once the user allows it, in the same grant", async () => {
    const project = { name: "Marketing site", slug: "marketing-site", sourceLanguage: "en" };
    const before = await partner.installationToken(connection);
    const refused = await partner.call("/v1/projects", before, { method: "POST", json: project });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: "missing_scope", required: "projects:write" });

    const again = await visitConsent(partner, partner.start("me", `${SCOPE} projects:write`));
    expect(again.grantId).toBe(connection.grantId);
    connection = again;

    const token = await partner.installationToken(connection);
    const created = await partner.call("/v1/projects", token, { method: "POST", json: project });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    const read = await partner.call(`/v1/projects/${id}`, token);
    expect(await read.json()).toMatchObject({ ...project, id });
    const language = { method: "POST", json: { code: "de" } };
    const added = await partner.call(`/v1/projects/${id}/languages`, token, language);
    expect(added.status).toBe(201);
    expect(await added.json()).toMatchObject({ code: "de" });
  });

  test("renews its access token before it ends, and keeps the newest refresh token", async () => {
    const { accessToken, refreshToken } = connection;
    world.advance(HALF_AN_HOUR_SECONDS - 61);
    expect(await partner.ensureAccessToken(connection)).toBe(accessToken);
    world.advance(1);
    expect(await partner.ensureAccessToken(connection)).not.toBe(accessToken);
    expect(connection.refreshToken).not.toBe(refreshToken);
    expect((await partner.call("/me", connection.accessToken)).status).toBe(200);
  });

  test("ends in Reconnect after a revoke: 410 with a token, invalid_grant at the next refresh", async () => {
    const token = await partner.installationToken(connection);
    await revokeByUser(connection);
    const gone = await partner.call("/organizations", token);
    expect(await refusal(gone)).toEqual([410, "grant_revoked"]);

    world.advance(HALF_AN_HOUR_SECONDS);
    await expect(partner.ensureAccessToken(connection)).rejects.toThrow(
      new ConnectionRevokedError("invalid_grant"),
    );
    expect(partner.button(connection)).toBe("Reconnect");

    const { grantId } = connection;
    connection = await visitConsent(partner, partner.start("me", SCOPE));
    expect(connection.grantId).not.toBe(grantId);
    expect(partner.button(connection)).toBe("Disconnect");
    const organizations = await partner.call("/organizations", await partner.installationToken(connection));
    expect(organizations.status).toBe(200);
  });
});

describe("a partner with a secret that knows no PKCE", () => {
  test("is connected when the app's owner switched that on, and renews", async () => {
    const app = await world.app({ legacyWithoutPkce: true });
    const partner = new DocumentedPartner(world.base, app, world.now);
    const connection = await visitConsent(partner, partner.start("me", "org:read"));
    const { accessToken } = connection;
    world.advance(HALF_AN_HOUR_SECONDS);
    expect(await partner.ensureAccessToken(connection)).not.toBe(accessToken);
    const token = await partner.installationToken(connection);
    expect((await partner.call("/organizations", token)).status).toBe(200);
  });

  test("is refused otherwise, before the user is asked", async () => {
    const app = await world.app();
    const partner = new DocumentedPartner(world.base, app, world.now);
    const answer = await world.owner.browser.request(partner.start("me", "org:read").href);
    const arrived = new URL(answer.headers.get("location") ?? "");
    expect(arrived.origin + arrived.pathname).toBe(app.redirectUri);
    expect(arrived.searchParams.get("error")).toBe("invalid_request");
  });
});

/** The user allows what is asked and continues to the app. */
async function visitConsent(partner: DocumentedPartner, start: URL): Promise<Connection> {
  const { browser } = world.owner;
  const asked = await browser.request(start.href);
  const id = /\/connect\/([^/?]+)$/.exec(asked.headers.get("location") ?? "")?.[1];
  if (!id) throw new Error(`asking: ${asked.status} ${await asked.text()}`);
  return partner.callback(await follow(browser, await approve(browser, id)));
}

/** My connected apps. */
async function revokeByUser({ grantId }: Connection): Promise<void> {
  const answer = await world.owner.browser.post(`/api/dashboard/connections/${grantId}`, {}, {}, "DELETE");
  expect(answer.status).toBe(204);
}
