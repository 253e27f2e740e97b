import { afterAll, describe, expect, test } from "vitest";
import { type Scene, startScene } from "../refusals/scene.ts";
import { newProof } from "../support/flow.ts";

const LIFE_SECONDS = 900;
const scene: Scene = await startScene({
  environment: { AUTHORIZATION_REQUEST_SECONDS: String(LIFE_SECONDS) },
});
afterAll(() => scene.server.close());

interface View {
  status: string;
  return_url: string | null;
  redirect_trusted: boolean;
  life_seconds: number;
}

/** A request that the owner opened, and then left alone for longer than it lives. */
async function leaveAlone(clientId: string, redirectUri: string): Promise<View> {
  const { browser } = scene.people.owner;
  const query = new URLSearchParams({
    ...{ response_type: "code", client_id: clientId, redirect_uri: redirectUri, state: "s/1" },
    ...{ code_challenge: newProof().challenge, code_challenge_method: "S256" },
  });
  const asked = await browser.request(`/api/auth/mcp/authorize?${query}`);
  const id = asked.headers.get("location")?.split("/").at(-1);
  scene.server.ctx.clock.advance(LIFE_SECONDS * 1000);
  return (await (await browser.request(`/api/auth/mcp/requests/${id}`)).json()) as View;
}

describe("a request that nobody decided in time", () => {
  test("tells a waiting program of this computer so, without a click", async () => {
    const redirectUri = "http://127.0.0.1:8989/callback";
    const registered = await fetch(`${scene.base}/api/auth/mcp/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_name: "Terminal", redirect_uris: [redirectUri] }),
    });
    const { client_id } = (await registered.json()) as { client_id: string };
    const view = await leaveAlone(client_id, redirectUri);
    expect(view).toMatchObject({ status: "expired", redirect_trusted: true, life_seconds: LIFE_SECONDS });
    const answer = new URL(view.return_url ?? "");
    expect(answer.origin + answer.pathname).toBe(redirectUri);
    expect(Object.fromEntries(answer.searchParams)).toEqual({
      error: "access_denied",
      error_description: expect.any(String),
      state: "s/1",
      iss: scene.base,
    });
  });

  test("offers a stranger's app a button only", async () => {
    const redirectUri = "https://partner.example/callback";
    const registered = await fetch(`${scene.base}/api/auth/mcp/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_name: "Stranger", redirect_uris: [redirectUri] }),
    });
    const { client_id } = (await registered.json()) as { client_id: string };
    const view = await leaveAlone(client_id, redirectUri);
    expect(view).toMatchObject({ status: "expired", redirect_trusted: false });
    expect(view.return_url).toContain(`${redirectUri}?error=access_denied`);
  });
});

test("an approval whose page is opened long after tells its app nothing any more", async () => {
  const { owner } = scene.people;
  const app = await scene.addApp(owner, scene.organization);
  const query = new URLSearchParams({
    ...{ response_type: "code", client_id: app.clientId, redirect_uri: app.redirectUri },
    ...{ code_challenge: newProof().challenge, code_challenge_method: "S256" },
  });
  const asked = await owner.browser.request(`/api/auth/mcp/authorize?${query}`);
  const id = asked.headers.get("location")?.split("/").at(-1);
  const decided = await owner.browser.post(`/api/auth/mcp/requests/${id}/decision`, {
    approve: true,
    organizations: [{ organization_id: scene.organization.id, projects: "all" }],
    scopes: ["org:read"],
  });
  expect(decided.status).toBe(200);
  scene.server.ctx.clock.advance(LIFE_SECONDS * 1000);
  const view = await (await owner.browser.request(`/api/auth/mcp/requests/${id}`)).json();
  expect(view).toMatchObject({ status: "expired", return_url: null });
});
