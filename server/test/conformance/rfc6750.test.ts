import { CREDENTIALS } from "@parlance/contract/credentials";
import { afterAll, expect, test } from "vitest";
import { call, connect, exchange, installationToken, mint, tokens } from "../support/flow.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { base, owner, web } = world;
const issued = await tokens(exchange(base, web, await connect(owner.browser, web)));
const token = await installationToken(base, issued);
const address = `${base}/api/oauth-client/organizations`;
afterAll(() => world.close());

test("[resource/bearer-header] a token is taken from the Authorization header, whatever the scheme's case", async () => {
  for (const scheme of ["Bearer", "bearer", "BEARER"]) {
    const answer = await fetch(address, { headers: { authorization: `${scheme} ${token}` } });
    expect(answer.status, scheme).toBe(200);
  }
});

test("[resource/query-is-not-read] a token in the query is ignored", async () => {
  for (const name of ["access_token", "token", "api_key"]) {
    expect((await fetch(`${address}?${name}=${token}`)).status, name).toBe(401);
  }
});

test("[resource/body-is-not-read] a token in a form body is ignored", async () => {
  const answer = await fetch(`${base}/api/oauth-client/v1/projects`, {
    method: "POST",
    body: new URLSearchParams({ access_token: token }),
  });
  expect(answer.status).toBe(401);
});

test("[resource/two-credentials-refused] two credentials in one call are a malformed call", async () => {
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}`, "x-api-key": token } });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: "invalid_request" });
});

test("[resource/challenge-without-token] a call without credentials is challenged and told no error", async () => {
  const answer = await fetch(address);
  expect(answer.status).toBe(401);
  const challenge = parseChallenge(answer);
  expect(challenge.scheme).toBe("Bearer");
  expect(challenge.parameters.map(([name]) => name)).toContain("resource_metadata");
  expect(challenge.parameters.map(([name]) => name)).not.toContain("error");
});

test("[resource/challenge-invalid-token] a token that failed is named in the challenge", async () => {
  for (const wrong of ["x", token.slice(0, -1), issued.access_token, issued.refresh_token]) {
    const answer = await call(base, "/organizations", wrong);
    expect(answer.status).toBe(401);
    expect(Object.fromEntries(parseChallenge(answer).parameters)).toMatchObject({ error: "invalid_token" });
    expect(await answer.json()).toMatchObject({ error: "invalid_token" });
  }
});

test("[resource/unknown-refused] what the server did not issue opens nothing", async () => {
  const forged = `${token.slice(0, -8)}00000000`;
  const other = `bi_oat_${"0".repeat(33)}`;
  for (const wrong of [forged, other, token.toLowerCase(), `${token} `.repeat(2).trim()]) {
    expect((await call(base, "/organizations", wrong)).status).toBe(401);
  }
});

test("[resource/scope-required] a missing scope is a 403 that names what is needed", async () => {
  const narrow = await mint(base, issued.access_token, issued.grant_id, { scopes: ["org:read"] });
  const { installation_token } = (await narrow.json()) as { installation_token: string };
  const path = `/v1/projects/${world.projectId}`;
  expect((await call(base, path, token)).status).toBe(200);
  const answer = await call(base, path, installation_token);
  expect(answer.status).toBe(403);
  const parameters = Object.fromEntries(parseChallenge(answer).parameters);
  expect(parameters.error).toBe("insufficient_scope");
  expect(parameters.scope?.split(" ").sort()).toEqual(["org:read", "projects:read"]);
  expect(parameters.error_description).toBe(
    "This needs the scope projects:read, which the token does not hold.",
  );
  expect(await answer.json()).toMatchObject({ error: "missing_scope", required: "projects:read" });
});

test("[resource/outside-the-grant] a token reaches only the projects of its grant", async () => {
  const other = await world.project();
  const narrow = await mint(base, issued.access_token, issued.grant_id, { project_ids: [other] });
  const { installation_token } = (await narrow.json()) as { installation_token: string };
  expect((await call(base, `/v1/projects/${other}`, installation_token)).status).toBe(200);
  expect((await call(base, `/v1/projects/${world.projectId}`, installation_token)).status).toBe(404);
});

test("[resource/challenge-is-well-formed] no challenge repeats a parameter or leaves its character set", async () => {
  const answers = [
    await fetch(address),
    await call(base, "/organizations", 'wrong"\\token'),
    await call(base, "/organizations", issued.access_token),
    await call(base, "/v1/projects", token, { method: "POST" }),
    await mint(base, "x", issued.grant_id),
  ];
  for (const answer of answers) {
    const { parameters } = parseChallenge(answer);
    const names = parameters.map(([name]) => name);
    expect(names).toEqual([...new Set(names)]);
    for (const [name, value] of parameters) {
      expect(value, name).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    }
  }
});

test("[resource/short-lived] an installation token lives an hour at most", async () => {
  const life = CREDENTIALS.installation_token.lifeSeconds;
  expect(life).toBeLessThanOrEqual(3600);
  expect((await mint(base, issued.access_token, issued.grant_id, { expires_in: life + 1 })).status).toBe(400);
});

// Last: it moves the clock past what the other tests hold.
test("[resource/expired-refused] an expired token is refused", async () => {
  world.advance(CREDENTIALS.installation_token.lifeSeconds + 1);
  const answer = await call(base, "/organizations", token);
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ error: "invalid_token" });
});

function parseChallenge(answer: Response): { scheme: string; parameters: [string, string][] } {
  const header = answer.headers.get("www-authenticate") ?? "";
  const [, scheme = "", rest = ""] = /^(\w+) (.+)$/.exec(header) ?? [];
  const parameters = [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]): [string, string] => [
    name!,
    value!,
  ]);
  // Nothing but parameters and the commas between them.
  expect(rest.replaceAll(/\w+="[^"]*"/g, "").replaceAll(/[,\s]/g, ""), header).toBe("");
  expect(parameters.length, header).toBeGreaterThan(0);
  return { scheme, parameters };
}
