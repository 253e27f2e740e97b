import { CREDENTIALS } from "@parlance/contract/credentials";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  type App,
  basic,
  connect,
  exchange,
  type Fields,
  form,
  post,
  refresh,
  refusal,
  tokens,
} from "../support/flow.ts";
import { startWorld } from "./world.ts";

const ERROR_CHARACTERS = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

const world = await startWorld();
const { base, owner, web, native } = world;
const endpoint = `${base}/api/auth/mcp/token`;
afterAll(() => world.close());
// Failures are counted by the minute: each test has its own.
beforeEach(() => world.advance(60));

describe("client authentication (RFC 6749 §2.3, §3.2.1)", () => {
  test("[token/basic-authentication] HTTP Basic works, with both halves form-encoded", async () => {
    await tokens(exchange(base, web, await connect(owner.browser, web)));
    const encoded = (text: string) => text.replaceAll("_", "%5F");
    const pair = Buffer.from(`${encoded(web.clientId)}:${encoded(web.secret!)}`).toString("base64");
    const connected = await connect(owner.browser, web);
    await tokens(postCode(web, connected, {}, { authorization: `Basic ${pair}` }));
    const again = await connect(owner.browser, web);
    const lower = basic(web).authorization!.replace("Basic", "bAsIc");
    await tokens(postCode(web, again, {}, { authorization: lower }));
  });

  test("[token/body-authentication] client_id and client_secret in the body work together, not alone", async () => {
    const connected = await connect(owner.browser, web);
    const body = { client_id: web.clientId, client_secret: web.secret! };
    expect(await refusal(postCode(web, connected, { ...body, client_id: undefined }, {}))).toEqual([
      401,
      "invalid_client",
    ]);
    await tokens(postCode(web, connected, body, {}));
  });

  test("[token/confidential-must-authenticate] client_id alone does not stand for an app with a secret", async () => {
    const connected = await connect(owner.browser, web);
    expect(await refusal(postCode(web, connected, { client_id: web.clientId }, {}))).toEqual([
      401,
      "invalid_client",
    ]);
    await tokens(exchange(base, web, connected));
  });

  test("[token/wrong-secret-refused] a wrong secret is refused and the code stays usable", async () => {
    const connected = await connect(owner.browser, web);
    for (const secret of ["x", `${web.secret}0`, web.secret!.slice(0, -1), (await world.app()).secret!]) {
      expect(await refusal(postCode(web, connected, {}, basic(web, secret)))).toEqual([
        401,
        "invalid_client",
      ]);
    }
    await tokens(exchange(base, web, connected));
  });

  test("[token/public-secret-refused] a public app that sends a secret is refused", async () => {
    const connected = await connect(owner.browser, native);
    const secret = { client_id: native.clientId, client_secret: web.secret! };
    expect(await refusal(postCode(native, connected, secret, {}))).toEqual([401, "invalid_client"]);
    await tokens(exchange(base, native, connected));
  });

  test("[token/two-methods-refused] header and body at once are refused", async () => {
    const connected = await connect(owner.browser, web);
    const both = { client_id: web.clientId, client_secret: web.secret! };
    expect(await refusal(postCode(web, connected, both, basic(web)))).toEqual([400, "invalid_request"]);
  });

  test("[token/query-is-not-read] parameters and credentials in the address are not read", async () => {
    const connected = await connect(owner.browser, web);
    const query = form({
      ...codeFields(web, connected),
      client_id: web.clientId,
      client_secret: web.secret!,
    });
    const answer = await fetch(`${endpoint}?${query}`, { method: "POST", body: new URLSearchParams() });
    expect([400, 401]).toContain(answer.status);
    await tokens(exchange(base, web, connected));
  });

  test("[token/client-id-required] a public app names itself", async () => {
    const connected = await connect(owner.browser, native);
    const [status, error] = await refusal(postCode(native, connected, {}, {}));
    expect([400, 401]).toContain(status);
    expect(["invalid_request", "invalid_client"]).toContain(error);
    await tokens(exchange(base, native, connected));
  });

  test("[token/basic-challenge] failed Basic authentication is a 401 with a Basic challenge", async () => {
    const answer = await post(base, "token", null, { grant_type: "refresh_token" }, basic(web, "wrong"));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Basic realm="[^"]+"/);
  });

  test.each(["token", "revoke", "introspect"] as const)(
    "[token/guessing-limited] guessing a secret at the %s endpoint is slowed down, and the real app is not locked out",
    async (endpoint) => {
      const target = await world.app();
      const issued = await tokens(exchange(base, target, await connect(owner.browser, target)));
      let limited: Response | undefined;
      for (let guess = 0; guess < 300 && !limited; guess++) {
        const fields = { grant_type: "refresh_token", refresh_token: "rt_x", token: "rt_x" };
        const answer = await post(base, endpoint, null, fields, basic(target, `guess-${guess}`));
        if (answer.status === 429) limited = answer;
      }
      expect(Number(limited?.headers.get("retry-after"))).toBeGreaterThan(0);
      await tokens(refresh(base, target, issued.refresh_token));
      // Nor is another app at the same address.
      expect(await refusal(post(base, endpoint, web, {}))).toEqual([400, "invalid_request"]);
    },
  );
});

describe("token request (RFC 6749 §3.2, §4.1.3)", () => {
  test("[token/post-only] only POST is taken", async () => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const answer = await fetch(`${endpoint}?grant_type=authorization_code`, { method });
      expect([answer.status, answer.headers.get("allow")], method).toEqual([405, "OPTIONS, POST"]);
    }
  });

  test.each([
    ["token", "POST", "OPTIONS, POST"],
    ["revoke", "POST", "OPTIONS, POST"],
    ["introspect", "POST", "POST"],
    ["register", "POST", "OPTIONS, POST"],
    ["userinfo", "GET", "OPTIONS, GET, HEAD"],
    ["authorize", "GET", "GET, HEAD"],
    ["jwks", "GET", "OPTIONS, GET, HEAD"],
    ["requests/req_1", "GET", "GET, HEAD"],
    ["requests/req_1/decision", "POST", "POST"],
    ["requests/req_1/continue", "GET", "GET, HEAD"],
    ["../../../.well-known/oauth-authorization-server", "GET", "OPTIONS, GET, HEAD"],
    ["../../../.well-known/oauth-protected-resource", "GET", "OPTIONS, GET, HEAD"],
  ])("[token/other-methods] %s takes %s and tells so to every other method", async (path, right, allow) => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((each) => each !== right)) {
      for (const accept of ["application/json", "text/html"]) {
        const answer = await fetch(`${base}/api/auth/mcp/${path}`, { method, headers: { accept } });
        expect([answer.status, answer.headers.get("allow")], method).toEqual([405, allow]);
      }
    }
  });

  test("[token/empty-is-absent] a parameter without a value counts as absent", async () => {
    const connected = await connect(owner.browser, web);
    await tokens(exchange(base, web, connected, { redirect_uri: "", resource: "", scope: "" }));
    expect(await refusal(post(base, "token", web, { grant_type: "" }))).toEqual([400, "invalid_request"]);
  });

  test("[token/unknown-is-ignored] unknown parameters are ignored", async () => {
    await tokens(exchange(base, web, await connect(owner.browser, web), { audience: "x", foo: "bar" }));
  });

  test("[token/repeated-is-refused] a repeated parameter is refused", async () => {
    const connected = await connect(owner.browser, web);
    for (const [name, value] of Object.entries(codeFields(web, connected))) {
      const answer = exchange(base, web, connected, { [name]: [value, value] });
      expect(await refusal(answer), name).toEqual([400, "invalid_request"]);
    }
    await tokens(exchange(base, web, connected));
  });

  test("[token/required-parameters] what is missing is named", async () => {
    const connected = await connect(owner.browser, web);
    for (const name of ["grant_type", "code"] as const) {
      const answer = await exchange(base, web, connected, { [name]: undefined });
      expect(answer.status, name).toBe(400);
      const body = (await answer.json()) as { error: string; error_description: string };
      expect(body.error).toBe("invalid_request");
      expect(body.error_description).toContain(name);
    }
    const answer = post(base, "token", web, { grant_type: "refresh_token" });
    expect(await refusal(answer)).toEqual([400, "invalid_request"]);
  });

  test("[token/body-limit] a body above 64 kB is refused before it is read", async () => {
    const answer = await post(base, "token", web, { grant_type: "x".repeat(70_000) });
    expect(answer.status).toBe(413);
  });
});

describe("token response (RFC 6749 §5)", () => {
  test("[token/answer] the answer is JSON with token, type, life and scope", async () => {
    const answer = await exchange(
      base,
      web,
      await connect(owner.browser, web, { scope: "org:read keys:read" }),
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("application/json");
    const body = (await answer.json()) as Record<string, unknown>;
    expect(body).toMatchObject({
      token_type: "Bearer",
      expires_in: CREDENTIALS.access_token.lifeSeconds,
      scope: "org:read keys:read",
    });
    expect(body.access_token).toMatch(/^eyJ/);
    expect(body.refresh_token).toMatch(/^rt_/);
    expect(body).not.toHaveProperty("id_token");
    for (const name of Object.keys(body)) expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
  });

  test("[token/scope-is-told] a scope other than the requested one is told", async () => {
    const connected = await connect(
      owner.browser,
      web,
      { scope: "org:read projects:read keys:read" },
      { scopes: ["org:read", "keys:read"] },
    );
    expect((await tokens(exchange(base, web, connected))).scope).toBe("org:read keys:read");
    const identity = await connect(owner.browser, web, { scope: "openid email org:read" });
    expect((await tokens(exchange(base, web, identity))).scope).toBe("org:read");
  });

  test("[token/no-store] no answer of the token endpoint may be cached", async () => {
    const good = await exchange(base, web, await connect(owner.browser, web));
    const bad = await post(base, "token", web, { grant_type: "authorization_code", code: "x" });
    for (const answer of [good, bad]) {
      expect(answer.headers.get("cache-control")).toContain("no-store");
      expect(answer.headers.get("pragma")).toBe("no-cache");
    }
  });

  test("[token/errors] refusals are JSON with a defined code in printable ASCII", async () => {
    const cases: [Fields, string][] = [
      [{ grant_type: "password", username: "a", password: "b" }, "unsupported_grant_type"],
      [{ grant_type: "client_credentials" }, "unsupported_grant_type"],
      [{ grant_type: "implicit" }, "unsupported_grant_type"],
      [{ grant_type: 'urn:"ö\\' }, "unsupported_grant_type"],
      [{ grant_type: "authorization_code", code: "ünknown", code_verifier: "x".repeat(43) }, "invalid_grant"],
      [{ grant_type: "refresh_token", refresh_token: "rt_unknown" }, "invalid_grant"],
      [{ grant_type: "authorization_code" }, "invalid_request"],
    ];
    for (const [fields, expected] of cases) {
      const answer = await post(base, "token", web, fields);
      expect(answer.status).toBe(400);
      expect(answer.headers.get("content-type")).toContain("application/json");
      const body = (await answer.json()) as { error: string; error_description: string };
      expect(body.error, JSON.stringify(fields)).toBe(expected);
      expect(body.error_description).toMatch(ERROR_CHARACTERS);
    }
  });
});

describe("error_description (RFC 6749 §5.2)", () => {
  const STRANGE = ['a"b', "a\\b", "a\nb", "ü", "\u{1f331}", "x".repeat(500)];

  test.each(["token", "revoke", "introspect"] as const)(
    "[token/description-characters] keeps to the character set at %s, whatever a parameter is called",
    async (path) => {
      for (const name of STRANGE) {
        for (const value of [["1", "2"], "a\u0000b"]) {
          const answer = await post(base, path, web, { token: "x", [name]: value });
          const { error_description } = (await answer.json()) as { error_description: string };
          expect([answer.status, error_description], name).toEqual([
            400,
            expect.stringMatching(ERROR_CHARACTERS),
          ]);
          expect(error_description.length).toBeLessThan(200);
        }
      }
    },
  );

  test("[token/description-of-scope] and so it does for scopes and metadata", async () => {
    const issued = await tokens(exchange(base, web, await connect(owner.browser, web)));
    const answers = [
      refresh(base, web, issued.refresh_token, { scope: 'a"ü' }),
      world.register({ redirect_uris: "ü" }),
      world.register({ redirect_uris: ["https://app.example/ü"] }),
    ];
    for (const answer of await Promise.all(answers)) {
      expect(((await answer.json()) as { error_description: string }).error_description).toMatch(
        ERROR_CHARACTERS,
      );
    }
  });
});

function codeFields(app: App, connected: { code: string; verifier: string }): Record<string, string> {
  return {
    grant_type: "authorization_code",
    code: connected.code,
    redirect_uri: app.redirectUri,
    code_verifier: connected.verifier,
  };
}

/** An exchange with exactly the given authentication. */
function postCode(
  app: App,
  connected: { code: string; verifier: string },
  fields: Fields,
  headers: Record<string, string>,
): Promise<Response> {
  return post(base, "token", null, { ...codeFields(app, connected), ...fields }, headers);
}
