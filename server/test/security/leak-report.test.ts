import { afterAll, describe, expect, test, vi } from "vitest";
import { newCredential } from "../../src/platform/credential.ts";
import { newId } from "../../src/platform/crypto.ts";
import { Strangers } from "../../src/platform/strangers.ts";
import { startScene } from "../refusals/scene.ts";
import { ENGINES } from "../support/databases.ts";
import { call } from "../support/flow.ts";
import { startServer } from "../support/server.ts";

/** Of one network in a minute (decision 12). */
const MOST_FAILURES = 300;

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

  test("of a thousand unknown credentials is looked up in a few statements and writes nothing but itself", async () => {
    const kinds = ["refresh_token", "installation_token", "client_secret", "organization_key"] as const;
    const unknown = Array.from({ length: 1000 }, (_, at) =>
      newCredential(kinds[at % kinds.length] as "refresh_token"),
    );
    const write = vi.spyOn(server.ctx.db, "write");
    expect((await report(unknown)).status).toBe(202);
    expect(write).toHaveBeenCalledTimes(1);
    write.mockRestore();
  });

  test("checks no signature of a token that names no family which lives, and few of those that do", async () => {
    const scene = await startScene({ open, environment: { TRUSTED_PROXIES: "127.0.0.0/8, ::1" } });
    const { ctx } = scene.server;
    Object.assign(ctx, { strangers: new Strangers() });
    const [mine, theirs] = [
      await scene.letIn(scene.people.owner, scene.app),
      await scene.letIn(scene.people.owner, scene.app),
    ];
    const checks = vi.spyOn(crypto.subtle, "verify");
    const send = (credentials: string[], address: string) =>
      fetch(`${scene.base}/api/oauth-client/credentials/revoke`, {
        method: "POST",
        headers: { ...json, "x-forwarded-for": address },
        body: JSON.stringify({ credentials }),
      });
    const forged = (token: string, claims: object = {}) => {
      const [header, payload = ""] = token.split(".");
      const said = { ...JSON.parse(String(Buffer.from(payload, "base64url"))), ...claims };
      const encoded = Buffer.from(JSON.stringify(said)).toString("base64url");
      return `${header}.${encoded}.${newId("x").slice(2).repeat(4).slice(0, 86)}`;
    };
    const strangers = Array.from({ length: 1000 }, () => forged(mine.access_token, { family: newId("fam") }));
    expect((await send(strangers, "192.0.2.1")).status).toBe(202);
    expect(checks).not.toHaveBeenCalled();

    const known = Array.from({ length: 500 }, () => forged(mine.access_token));
    for (let left = 3; left > 0; left--) expect((await send(known, "192.0.2.1")).status).toBe(202);
    expect(checks.mock.calls.length).toBe(MOST_FAILURES);
    expect((await call(scene.base, "/me", mine.access_token)).status).toBe(200);
    // Whoever reports from elsewhere is heard, also when a forged one stands before.
    expect((await send([...known.slice(0, 3), mine.access_token], "198.51.100.1")).status).toBe(202);
    expect((await call(scene.base, "/me", mine.access_token)).status).toBe(401);
    expect((await call(scene.base, "/me", theirs.access_token)).status).toBe(200);
    checks.mockRestore();
    await scene.server.close();
  });

  test("acts on what is real among a thousand, each once", async () => {
    const scene = await startScene({ open });
    const { ctx } = scene.server;
    const [one, other] = [
      await scene.letIn(scene.people.owner, scene.app),
      await scene.letIn(scene.people.owner, scene.app),
    ];
    const [token, kept] = [await scene.mint(other), await scene.mint(other)];
    const leaked = await scene.addApiKey(scene.people.owner, scene.organization);
    const real = [one.refresh_token, one.access_token, token, leaked.key, scene.app.secret as string];
    const unknown = Array.from({ length: 1000 - real.length }, () => newCredential("installation_token"));
    const send = () =>
      fetch(`${scene.base}/api/oauth-client/credentials/revoke`, {
        method: "POST",
        headers: json,
        body: JSON.stringify({ credentials: [...unknown, ...real] }),
      });
    const write = vi.spyOn(ctx.db, "write");
    expect((await send()).status).toBe(202);
    // A family, a token, a key, a secret, and the report.
    expect(write).toHaveBeenCalledTimes(5);
    expect((await call(scene.base, "/me", one.access_token)).status).toBe(401);
    expect((await call(scene.base, "/organizations", token)).status).toBe(401);
    expect((await call(scene.base, "/organizations", leaked.key)).status).toBe(401);
    expect((await call(scene.base, "/organizations", kept)).status).toBe(200);
    write.mockClear();
    await send();
    // The secret is the app's only one, so it is still alive.
    expect(write).toHaveBeenCalledTimes(2);
    write.mockRestore();
    await scene.server.close();
  });

  test("of a secret key tells the owners of its organization, once; a public key is nothing to report", async () => {
    const {
      people,
      organization,
      base,
      server: reported,
      addApiKey,
      join,
      addPerson,
    } = await startScene({ open });
    const second = await addPerson();
    await join(second, organization, "owner");
    const secret = await addApiKey(people.admin, organization);
    const shown = await addApiKey(people.admin, organization, { kind: "public" });
    const send = () =>
      fetch(`${base}/api/oauth-client/credentials/revoke`, {
        method: "POST",
        headers: json,
        body: JSON.stringify({ credentials: [secret.key, shown.key] }),
      });
    const { ctx } = reported;
    const before = ctx.mails.length;
    expect([(await send()).status, (await send()).status]).toEqual([202, 202]);
    await expect.poll(() => ctx.mails.length).toBe(before + 2);
    const mails = ctx.mails.slice(before);
    expect(mails.map(({ to }) => to).toSorted()).toEqual([people.owner.email, second.email].toSorted());
    expect(mails[0]?.text).toContain(secret.key.slice(-4));
    expect(mails[0]?.text).not.toContain(secret.key.slice(0, -4));
    const rows = ctx.db.read.selectFrom("apiKeys").select(["id", "revokedAt"]);
    expect(await rows.orderBy("kind").execute()).toEqual([
      { id: shown.id, revokedAt: null },
      { id: secret.id, revokedAt: ctx.clock.now() },
    ]);
    const noted = ctx.db.read.selectFrom("auditEntries").selectAll().where("action", "=", "api_key.revoked");
    expect(await noted.execute()).toMatchObject([
      { actorType: "anyone", organizationId: organization.id, target: secret.id },
    ]);
    await reported.close();
  });

  test("leaves nothing behind under a key that strangers would share", async () => {
    const key = { "idempotency-key": "one-for-all" };
    expect((await report([newCredential("refresh_token")], key)).status).toBe(202);
    expect((await report([newCredential("refresh_token")], key)).status).toBe(202);
    expect(await server.ctx.db.read.selectFrom("idempotencyKeys").selectAll().execute()).toEqual([]);
  });
});
