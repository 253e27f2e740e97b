import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../../server/test/support/databases.ts";
import { ConnectionRevokedError } from "../src/errors.ts";
import type { Connection } from "../src/store.ts";
import { type Fault, type Partner, startPartner } from "./real-server.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A request is done by the server, and nobody hears of it: `times` times, then all is well. */
function losingAnswers(pattern: RegExp, times = 1): Fault {
  let left = times;
  return (request, send) => {
    if (!pattern.test(request) || left === 0) return undefined;
    left--;
    return send()
      .then((response) => response.body?.cancel())
      .then(() => Promise.reject(new TypeError("socket hang up")));
  };
}

/** A proxy that fails before the server hears of anything. */
function failingBefore(status: number, times = 1): Fault {
  let left = times;
  return () => {
    if (left === 0) return undefined;
    left--;
    return Promise.resolve(new Response("<h1>Bad gateway</h1>", { status }));
  };
}

const kinds = [
  { kind: "confidential", fields: {} },
  { kind: "public", fields: { type: "spa" } },
];
const setUps = ENGINES.flatMap(({ engine, open }) => kinds.map((app) => ({ engine, open, ...app })));

describe.each(setUps)("between a $kind app and a server on $engine", ({ open, fields }) => {
  let partner: Partner;
  let connection: Connection;
  const advance = (milliseconds: number) => partner.scene.server.ctx.clock.advance(milliseconds);
  const row = () => partner.store.find(connection.id) as Promise<Connection>;

  async function connectAgain(): Promise<Connection> {
    const process = partner.newProcess({
      scopes: ["keys:read", "keys:write", "translations:read", "translations:write", "translations:publish"],
    });
    const [made] = await partner.connect(process, await process.authorizeUrl({ userId: "ada" }));
    return made as Connection;
  }

  beforeAll(async () => {
    partner = await startPartner(open, fields);
    connection = await connectAgain();
  });
  afterAll(() => partner.close());

  test.each([
    ["the answer of a refresh is lost", () => losingAnswers(/\/token$/)],
    ["the answer of a mint is lost", () => losingAnswers(/\/tokens$/)],
    ["both are", () => losingAnswers(/\/tokens?$/, 2)],
    ["a proxy answers 502 twice", () => failingBefore(502, 2)],
  ])("nothing is lost when %s", async (_, fault) => {
    advance(HOUR_MS);
    partner.fault.current = fault();
    expect(await partner.newProcess().client(connection.id).me()).toMatchObject({
      user: { name: "Olga Owner" },
    });
    partner.fault.current = undefined;
    expect(await row()).toMatchObject({ revokedAt: null, lease: null });
  });

  test("keys are created once, and a release is published once, although every first answer is lost", async () => {
    const client = partner.newProcess().client(connection.id);
    const projectId = partner.scene.project.id;
    const before = (await client.releases.list({ projectId })).items.length;
    partner.fault.current = losingAnswers(/keys$/);
    const { items, changesetId } = await client.keys.create({
      projectId,
      keys: [{ name: "once", values: { en: "Once" } }],
    });
    partner.fault.current = losingAnswers(/releases$/);
    const release = await client.releases.create({ projectId });
    partner.fault.current = undefined;
    const found = await client.keys.list({ projectId, q: "once" });
    expect(found.items.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    const { items: changesets } = await client.changesets.list({ projectId });
    expect(changesets[0]).toMatchObject({ id: changesetId, keyCount: 1 });
    const releases = await client.releases.list({ projectId });
    expect(releases.items).toHaveLength(before + 1);
    expect(releases.items[0]).toMatchObject({ id: release.id, changedFiles: 1 });
  });

  test("a refresh that every answer of is lost leaves a connection that works a minute later", async () => {
    advance(HOUR_MS);
    partner.fault.current = losingAnswers(/\/token$/, 3);
    await expect(partner.newProcess().client(connection.id).me()).rejects.toMatchObject({
      name: "UnreachableError",
    });
    advance(MINUTE_MS);
    partner.fault.current = undefined;
    expect(await partner.newProcess().client(connection.id).me()).toMatchObject({ app: { name: "Sprout" } });
  });

  test("a deploy in the middle of a refresh strands nobody", async () => {
    advance(HOUR_MS);
    // The old process has its answer, and ends before it stores anything.
    const ending = partner.newProcess({
      store: { ...partner.store, replace: endsAtTheSecond(partner.store.replace) },
    });
    await expect(ending.client(connection.id).me()).rejects.toThrow("ended");
    expect((await row()).lease).not.toBeNull();
    advance(20 * MINUTE_MS);
    expect(await partner.newProcess().client(connection.id).me()).toMatchObject({ app: { name: "Sprout" } });
  });

  test("two hosts whose clocks are five minutes apart share a connection for three hours", async () => {
    const now = () => partner.scene.server.ctx.clock.now();
    const hosts = [partner.newProcess(), partner.newProcess({ now: () => now() - 5 * MINUTE_MS })];
    for (let at = 0; at < 45; at++) {
      advance(4 * MINUTE_MS);
      for (const host of hosts) expect(await host.client(connection.id).me()).toMatchObject({ user: {} });
    }
    expect(await row()).toMatchObject({ revokedAt: null });
  });

  test("a row that was lost is a connection that has to be made again", async () => {
    await partner.store.remove(connection.id);
    await expect(partner.newProcess().client(connection.id).me()).rejects.toThrow(ConnectionRevokedError);
    connection = await connectAgain();
    expect(await partner.newProcess().client(connection.id).me()).toMatchObject({ app: { name: "Sprout" } });
  });

  test("a row restored from a back-up of half an hour ago works on", async () => {
    const backUp = await row();
    advance(31 * MINUTE_MS);
    await partner.newProcess().client(connection.id).me();
    expect((await row()).refreshToken).not.toBe(backUp.refreshToken);
    await partner.store.replace(backUp, (await row()).version);
    expect(await partner.newProcess().client(connection.id).me()).toMatchObject({ app: { name: "Sprout" } });
  });

  test("a row restored from yesterday's back-up ends in Reconnect, and is never in between", async () => {
    const backUp = await row();
    for (let hour = 0; hour < 30; hour++) {
      advance(HOUR_MS);
      await partner.newProcess().client(connection.id).me();
    }
    await partner.store.replace(backUp, (await row()).version);
    const restored = partner.newProcess();
    await expect(restored.client(connection.id).me()).rejects.toThrow(ConnectionRevokedError);
    expect((await row()).revokedAt).not.toBeNull();
    const { length } = partner.sent;
    await expect(restored.client(connection.id).me()).rejects.toThrow(ConnectionRevokedError);
    expect(partner.sent).toHaveLength(length);
    const again = await connectAgain();
    expect(again.id).toBe(connection.id);
    expect(await partner.newProcess().client(connection.id).me()).toMatchObject({ app: { name: "Sprout" } });
  });

  test("a callback whose exchange is lost is begun again, and hurts no earlier connection", async () => {
    const process = partner.newProcess();
    const url = await process.authorizeUrl({ userId: "ada" });
    partner.fault.current = losingAnswers(/\/token$/, 1);
    await expect(partner.connect(process, url)).rejects.toMatchObject({ code: "invalid_grant" });
    partner.fault.current = undefined;
    expect(await process.client(connection.id).me()).toMatchObject({ app: { name: "Sprout" } });
    connection = await connectAgain();
    expect(await process.client(connection.id).me()).toMatchObject({ app: { name: "Sprout" } });
  });
});

function endsAtTheSecond(replace: Partner["store"]["replace"]): Partner["store"]["replace"] {
  let count = 0;
  return async (...of) => {
    if (++count > 1) throw new Error("The process ended.");
    return replace(...of);
  };
}
