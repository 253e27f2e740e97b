import { afterAll, expect, test } from "vitest";
import {
  approve,
  authorize,
  challengeOf,
  connect,
  exchange,
  type Fields,
  follow,
  newProof,
  refusal,
  tokens,
} from "../support/flow.ts";
import { startWorld } from "./world.ts";

const INVALID_GRANT = [400, "invalid_grant"];

const world = await startWorld();
const { base, owner, web, native } = world;
afterAll(() => world.close());

test("[pkce/s256] a verifier that hashes to the challenge completes the exchange", async () => {
  // The pair of RFC 7636, appendix B.
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const code_challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  for (const app of [web, native]) {
    const connected = await connect(owner.browser, app, { code_challenge });
    await tokens(exchange(base, app, connected, { code_verifier: verifier }));
  }
});

test("[pkce/wrong-verifier] another verifier is refused and does not burn the code", async () => {
  const connected = await connect(owner.browser, native);
  for (const code_verifier of [
    newProof().verifier,
    challengeOf(connected.verifier),
    `${connected.verifier}x`,
  ]) {
    expect(await refusal(exchange(base, native, connected, { code_verifier }))).toEqual(INVALID_GRANT);
  }
  await tokens(exchange(base, native, connected));
});

test("[pkce/verifier-required] a code with challenge is not exchanged without verifier", async () => {
  for (const app of [web, native]) {
    const connected = await connect(owner.browser, app);
    const [status, error] = await refusal(exchange(base, app, connected, { code_verifier: undefined }));
    expect(status).toBe(400);
    expect(["invalid_grant", "invalid_request"]).toContain(error);
    await tokens(exchange(base, app, connected));
  }
});

test("[pkce/verifier-form] a verifier has 43 to 128 unreserved characters", async () => {
  const longest = "~".repeat(128);
  const fine = await connect(owner.browser, web, { code_challenge: challengeOf(longest) });
  await tokens(exchange(base, web, fine, { code_verifier: longest }));
  for (const verifier of ["x".repeat(42), "x".repeat(129), `${"x".repeat(42)}+`, `${"x".repeat(43)} `]) {
    const connected = await connect(owner.browser, web, { code_challenge: challengeOf(verifier) });
    const [status, error] = await refusal(exchange(base, web, connected, { code_verifier: verifier }));
    expect(status).toBe(400);
    expect(["invalid_grant", "invalid_request"]).toContain(error);
  }
});

test("[pkce/required] every app sends a challenge", async () => {
  for (const app of [
    web,
    native,
    await world.app({ type: "spa" }),
    await world.app({ confidential: false }),
  ]) {
    const fields = { code_challenge: undefined, code_challenge_method: undefined };
    expect(await fault(app, fields)).toEqual(["invalid_request", expect.stringContaining("code_challenge")]);
    expect(await fault(app, { code_challenge: undefined })).toEqual([
      "invalid_request",
      expect.stringContaining("code_challenge"),
    ]);
  }
});

test("[pkce/challenge-form] a challenge has the form of one", async () => {
  for (const code_challenge of ["x", "x".repeat(42), "x".repeat(44), `${"x".repeat(42)}=`, "x".repeat(129)]) {
    expect((await fault(web, { code_challenge }))[0], code_challenge).toBe("invalid_request");
  }
});

test("[pkce/plain-refused] plain, asked for or by default, is refused with the reason", async () => {
  for (const method of ["plain", undefined, "S512", "s256"]) {
    expect(await fault(web, { code_challenge_method: method }), String(method)).toEqual([
      "invalid_request",
      expect.stringContaining("code_challenge_method"),
    ]);
  }
});

test("[pkce/challenge-stays-secret] no answer of the front channel repeats the challenge", async () => {
  const { verifier, challenge } = newProof();
  const asked = await authorize(owner.browser, web, { code_challenge: challenge });
  const redirect = await follow(owner.browser, await approve(owner.browser, asked.requestId!));
  for (const text of [asked.response.headers.get("location")!, redirect.href]) {
    expect(text).not.toContain(challenge);
    expect(text).not.toContain(verifier);
  }
});

test("[pkce/downgrade-refused] taking the challenge out of a request does not go unnoticed", async () => {
  const legacy = await world.app({ legacyWithoutPkce: true });
  const without = { code_challenge: undefined, code_challenge_method: undefined };
  const connected = await connect(owner.browser, legacy, without);
  // A client that uses PKCE sends its verifier; that nobody sent its challenge gives the attacker away.
  const answer = exchange(base, legacy, connected, { code_verifier: newProof().verifier });
  expect((await refusal(answer))[0]).toBe(400);
  await tokens(exchange(base, legacy, connected, { code_verifier: undefined }));
});

async function fault(app: Parameters<typeof authorize>[1], fields: Fields): Promise<unknown[]> {
  const { response } = await authorize(owner.browser, app, fields);
  const answer = new URL(response.headers.get("location") ?? "about:blank").searchParams;
  return [answer.get("error"), answer.get("error_description")];
}
