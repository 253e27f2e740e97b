import { afterAll, describe, expect, test } from "vitest";
import { newCredential } from "../../src/platform/credential.ts";
import { ENGINES } from "../support/databases.ts";
import { startServer } from "../support/server.ts";

const json = { "content-type": "application/json" };

/** A token of our form that nobody signed, so that the server has to look at its keys. */
function forgedToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "EdDSA", kid: "nobody", typ: "at+jwt" })}.${part({ sub: "nobody" })}.${"A".repeat(86)}`;
}

describe.each(ENGINES)("reporting a leak on $engine", async ({ open }) => {
  const server = await startServer({ open });
  afterAll(() => server.close());
  const report = (credentials: string[], headers: Record<string, string> = {}) =>
    fetch(`${server.base}/api/oauth-client/credentials/revoke`, {
      method: "POST",
      headers: { ...json, ...headers },
      body: JSON.stringify({ credentials }),
      signal: AbortSignal.timeout(10_000),
    });

  test("is answered by a server that has not made its signing keys yet", async () => {
    // Making them is a write of its own: inside the report's transaction both waited for each other for ever.
    expect((await report([forgedToken()])).status).toBe(202);
    expect((await fetch(`${server.base}/api/auth/mcp/jwks`)).status).toBe(200);
  });

  test("leaves nothing behind under a key that strangers would share", async () => {
    const key = { "idempotency-key": "one-for-all" };
    expect((await report([newCredential("refresh_token")], key)).status).toBe(202);
    expect((await report([newCredential("refresh_token")], key)).status).toBe(202);
    expect(await server.ctx.db.read.selectFrom("idempotencyKeys").selectAll().execute()).toEqual([]);
  });
});
