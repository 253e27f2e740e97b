import { afterAll, describe, expect, test } from "vitest";
import { type Scene, startScene } from "../../test/refusals/scene.ts";
import { Strangers } from "../platform/strangers.ts";

const scene: Scene = await startScene();
const { base, organization, people } = scene;
const { apiKey, key } = await made();
afterAll(() => scene.server.close());

const ask = (headers: Record<string, string>) => fetch(`${base}/api/auth/get-session`, { headers });

async function made() {
  const path = `/api/dashboard/organizations/${organization.id}/api-keys`;
  const answer = await people.owner.browser.post(path, { name: "Laptop", kind: "secret" });
  return (await answer.json()) as { apiKey: { id: string; expiresAt: string }; key: string };
}

describe("whose key a command line holds", () => {
  const { userId: id, name, email } = people.owner;
  const expected = { user: { id, name, email }, session: { id: apiKey.id, expiresAt: apiKey.expiresAt } };

  test.each([
    ["x-api-key", { "x-api-key": key }],
    ["Authorization", { authorization: `Bearer ${key}` }],
  ])("is answered by %s, as its session", async (_, headers) => {
    const answer = await ask({ accept: "application/json", ...headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.json()).toEqual(expected);
  });

  test("has the picture of a person who has one", async () => {
    const image = "https://pictures.example/olga.png";
    await scene.server.ctx.db.write((tx) =>
      tx.updateTable("users").set({ image }).where("id", "=", id).execute(),
    );
    expect(await (await ask({ "x-api-key": key })).json()).toMatchObject({ user: { image } });
  });

  test("is the key's, also beside the cookie of somebody else", async () => {
    const answer = await people.stranger.browser.request("/api/auth/get-session", {
      headers: { "x-api-key": key },
    });
    expect(await answer.json()).toMatchObject({ session: { id: apiKey.id } });
  });

  test("counts in the window of the key", async () => {
    const remaining = async () => {
      const headers = { "x-api-key": key };
      const answer = await fetch(`${base}/api/oauth-client/organizations`, { headers });
      return Number(answer.headers.get("ratelimit-remaining"));
    };
    const before = await remaining();
    await ask({ "x-api-key": key });
    expect(await remaining()).toBe(before - 2);
  });
});

describe("without a live secret key", () => {
  test("a session and nobody are answered by the sign-in library", async () => {
    const mine = await people.owner.browser.request("/api/auth/get-session");
    expect(await mine.json()).toMatchObject({ user: { id: people.owner.userId, emailVerified: true } });
    const nobody = await ask({});
    expect([nobody.status, await nobody.json()]).toEqual([200, null]);
  });

  test.each([
    ["an unknown key", async () => `${key.slice(0, -6)}AAAAAA`],
    ["a word", async () => "x"],
    ["a public key", async () => (await scene.addApiKey(people.owner, organization, { kind: "public" })).key],
    [
      "an installation token",
      async () => scene.mint(await scene.letIn(people.owner, scene.app, { organizations: [organization] })),
    ],
    [
      "a revoked key",
      async () => {
        const gone = await scene.addApiKey(people.owner, organization);
        const path = `/api/dashboard/organizations/${organization.id}/api-keys/${gone.id}`;
        const init = { method: "DELETE", headers: { origin: base } };
        expect((await people.owner.browser.request(path, init)).status).toBe(204);
        return gone.key;
      },
    ],
  ])("%s is refused with 401, session or not", async (_, credential) => {
    const headers = { "x-api-key": await credential() };
    for (const answer of [
      await ask(headers),
      await people.owner.browser.request("/api/auth/get-session", { headers }),
    ]) {
      expect([answer.status, await answer.json()]).toMatchObject([401, { error: "invalid_token" }]);
    }
  });

  test("two credentials at once are refused with 400", async () => {
    expect((await ask({ "x-api-key": key, authorization: `Bearer ${key}` })).status).toBe(400);
  });

  test("guessing is stopped, and a key that was good before is let in all the same", async () => {
    Object.assign(scene.server.ctx, { strangers: new Strangers(3) });
    expect((await ask({ "x-api-key": key })).status).toBe(200);
    const statuses: number[] = [];
    for (let at = 0; at < 5; at++) statuses.push((await ask({ "x-api-key": `guess-${at}` })).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await ask({ "x-api-key": key })).status).toBe(200);
  });
});
