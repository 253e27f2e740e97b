import { decodeProtectedHeader, importJWK, jwtVerify } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { openTestSqlite, type TestDatabase } from "../../test/support/databases.ts";
import { AccessTokens } from "./access-token.ts";
import { SigningKeys } from "./signing-keys.ts";

const CLAIMS = {
  familyId: "fam_1",
  appId: "app_1",
  userId: "usr_1",
  audience: "https://api.example",
  scopes: [],
};
const MINUTE = 60_000;

describe("an access token", () => {
  const opened: TestDatabase[] = [];
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });
  const open = async (SIGNING_ALGORITHM: "EdDSA" | "ES256" = "EdDSA") => {
    const database = await openTestSqlite();
    opened.push(database);
    const ctx = testContext(database.db, { config: { SIGNING_ALGORITHM } });
    const keys = new SigningKeys(ctx);
    return { ctx, keys, tokens: new AccessTokens(ctx, keys), now: ctx.clock.now() };
  };

  it.each(["EdDSA", "ES256"] as const)("that %s signed is right by its published key", async (algorithm) => {
    const { keys, tokens, now } = await open(algorithm);
    const token = await tokens.sign(CLAIMS, now);
    const { alg, kid } = decodeProtectedHeader(token);
    const jwk = (await keys.jwks(now)).keys.find((key) => key.kid === kid);
    const { payload } = await jwtVerify(token, await importJWK(jwk ?? {}, alg));
    expect([alg, payload.sub, payload.family]).toEqual([algorithm, "usr_1", "fam_1"]);
  });

  it("that was read before expires all the same", async () => {
    const { ctx, tokens, now } = await open();
    const token = await tokens.sign(CLAIMS, now);
    const life = ctx.config.ACCESS_TOKEN_SECONDS * 1000;
    for (const at of [now, now + life - MINUTE]) {
      expect(await tokens.read(token, at)).toMatchObject({ familyId: "fam_1" });
    }
    expect(await tokens.read(token, now + life)).toBeNull();
    expect(await tokens.read(token, now + life, { evenExpired: true })).toMatchObject({ familyId: "fam_1" });
  });

  it("that was altered is invalid, before and after the valid one was read", async () => {
    const { tokens, now } = await open();
    const token = await tokens.sign(CLAIMS, now);
    const [head, , signature] = token.split(".");
    const claims = Buffer.from(JSON.stringify({ ...CLAIMS, sub: "usr_2" })).toString("base64url");
    const altered = `${head}.${claims}.${signature}`;
    expect(await tokens.read(altered, now)).toBeNull();
    expect(await tokens.read(token, now)).not.toBeNull();
    expect(await tokens.read(altered, now)).toBeNull();
  });

  it("is invalid once its key is no longer published, though it was read before", async () => {
    const { ctx, keys, tokens, now } = await open();
    const token = await tokens.sign(CLAIMS, now);
    expect(await tokens.read(token, now)).not.toBeNull();
    await keys.rotate(now);
    const longAfter = now + 24 * 60 * MINUTE + ctx.config.ACCESS_TOKEN_SECONDS * 1000 + 5 * MINUTE;
    expect(await tokens.read(token, longAfter, { evenExpired: true })).toBeNull();
  });

  it("that is in use is verified once, however many others are read meanwhile", async () => {
    const { ctx, keys, now } = await open();
    const tokens = new AccessTokens(ctx, keys, 10);
    const verified = countVerifications(keys);
    const inUse = await tokens.sign(CLAIMS, now);
    const others: string[] = [];
    for (let at = 0; at < 30; at++) {
      const other = await tokens.sign({ ...CLAIMS, familyId: `fam_${at}` }, now);
      others.push(other);
      for (const token of [other, inUse]) expect(await tokens.read(token, now)).not.toBeNull();
    }
    expect(verified()).toBe(others.length + 1);
    // Those that were read last are cached still, and only the one that nobody has used for longest is verified anew.
    for (const token of [inUse, ...others.slice(-9)]) expect(await tokens.read(token, now)).not.toBeNull();
    expect(verified()).toBe(others.length + 1);
    expect(await tokens.read(others[0] ?? "", now)).not.toBeNull();
    expect(verified()).toBe(others.length + 2);
  });
});

/** How often the public half of a key was taken, which is done only to verify a signature. */
function countVerifications(keys: SigningKeys): () => number {
  let count = 0;
  const find = keys.find.bind(keys);
  keys.find = async (...about) => {
    const key = await find(...about);
    if (!key) return null;
    const { publicKey, ...rest } = key;
    return {
      ...rest,
      get publicKey() {
        count++;
        return publicKey;
      },
    };
  };
  return () => count;
}
