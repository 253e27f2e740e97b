import { describe, expect, test } from "vitest";
import { ENGINES } from "../../server/test/support/databases.ts";
import { type Crowd, type Member, startCrowd } from "./crowd/crowd.ts";
import type { Death, Report } from "./crowd/process.ts";
import { FATES, type Fate, startProxy } from "./crowd/proxy.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NAMES = ["Olga Owner", "Adam Admin", "Nora Admin"];
/** How long one attempt waits here; answers that are late come after it. */
const TIMEOUT_MS = 750;
/** Of the requests of each round, how many. Tokens end in every other one, so that some cannot be renewed at all. */
const FAILING = [0.3, 0.9, 0.9, 0.3, 0.3];
/** What a partner may be told on a bad day: try again. Nothing that says something about a connection. */
const TRANSIENT = ["UnreachableError", "ServerError", "RateLimitedError"];

describe.each(ENGINES)(
  "processes of a partner, with a server on $engine,",
  { concurrent: true, timeout: 120_000 },
  ({ open }) => {
    async function inCrowd(work: (crowd: Crowd) => Promise<void>): Promise<void> {
      const crowd = await startCrowd(open);
      try {
        await work(crowd);
      } finally {
        await crowd.close();
      }
    }

    test("lose nothing and do nothing twice, with clocks five minutes wrong, over a network that fails often or always", () =>
      inCrowd(async (crowd) => {
        const { scene } = crowd.partner;
        await using proxy = await startProxy(scene.base, 2 * TIMEOUT_MS);
        const random = seeded(11);
        const fates = Object.keys(FATES) as Fate[];
        let rate = 0;
        proxy.fate = () => (random() < rate ? fates[Math.floor(random() * fates.length)] : undefined);
        const members = await crowd.start(6, (index) => ({
          proxy: proxy.url,
          timeoutMs: TIMEOUT_MS,
          skewMs: ([-5, 0, 5][index % 3] ?? 0) * MINUTE_MS,
          sharesInstallationTokens: index >= 3,
        }));
        const before = await changesets(crowd);
        const tried: [name: string, outcome: string | undefined][] = [];
        for (const [round, failing] of FAILING.entries()) {
          rate = failing;
          await Promise.all(
            members.map(async (member, index) => {
              const name = `bad-day.${round}.${index}`;
              const writes = { projectId: scene.project.id, name };
              const report = await member.call(crowd.connections, { writes });
              for (const [at, outcome] of report?.outcomes.entries() ?? []) {
                expect([NAMES[at], ...TRANSIENT]).toContain(outcome);
              }
              expect(["written", ...TRANSIENT]).toContain(report?.written);
              tried.push([name, report?.written]);
            }),
          );
          crowd.advance(21 * MINUTE_MS);
        }
        expect([...proxy.met.keys()].sort()).toEqual(fates.sort());

        proxy.fate = () => undefined;
        for (const member of members) {
          expect(await answered(member, crowd.connections)).toMatchObject({ outcomes: NAMES });
        }
        const written = tried.filter(([, outcome]) => outcome === "written");
        expect(written.length).toBeGreaterThan(tried.length / 3);
        // What ended in an error may have been done; once.
        const done = (await changesets(crowd)) - before;
        expect(done).toBeGreaterThanOrEqual(written.length);
        expect(done).toBeLessThanOrEqual(tried.length);
        const keys = new Set(await keyNames(crowd));
        expect(written.filter(([name]) => !keys.has(name))).toEqual([]);
        expect([...keys].filter((name) => name.startsWith("bad-day.")).length).toBe(done);
        for (const connection of crowd.connections) {
          expect(await crowd.deeds(connection, "family.ended", "grant.revoked")).toEqual([]);
          expect(await crowd.store.find(connection.id)).toMatchObject({ revokedAt: null });
        }
      }));

    test("are killed anywhere in a refresh or mint, and the next ones work with what is stored", () =>
      inCrowd(async (crowd) => {
        const deaths: Death[][] = [
          [
            { path: "token", when: "before" },
            { path: "token", when: "answered" },
            { path: "token", when: "stored" },
          ],
          [
            { path: "tokens", when: "before" },
            { path: "tokens", when: "answered" },
          ],
        ];
        for (const each of deaths) {
          crowd.advance(HOUR_MS);
          const dying = await crowd.start(each.length, (index) => ({
            dies: each[index] as Death,
            sharesInstallationTokens: true,
          }));
          const ends = await Promise.all(
            dying.map((member, index) => member.call(crowd.connections.slice(index, index + 1))),
          );
          expect(ends).toEqual(each.map(() => undefined));
          const deployed = await crowd.start(2, () => ({ sharesInstallationTokens: true }));
          const reports = await Promise.all(deployed.map((member) => member.call(crowd.connections)));
          expect(reports.map((report) => report?.outcomes)).toEqual([NAMES, NAMES]);
          for (const { id } of crowd.connections) {
            expect(await crowd.store.find(id)).toMatchObject({ revokedAt: null, lease: null });
          }
        }
      }));

    test("agree that a row of yesterday's back-up ends in Reconnect, and all work once the user has connected again", () =>
      inCrowd(async (crowd) => {
        const members = await crowd.start(4);
        const [connection, ...others] = crowd.connections;
        if (!connection) throw new Error("no connection");
        const backUp = await crowd.store.find(connection.id);
        for (let hour = 0; hour < 26; hour++) {
          crowd.advance(HOUR_MS);
          await members[hour % members.length]?.call(crowd.connections, { calls: false });
        }
        await crowd.store.upsert(backUp ?? connection);
        for (const outcomes of [await all(connection), await all(connection)]) {
          expect(outcomes).toEqual(members.map(() => "ConnectionRevokedError"));
        }
        expect(await all(...others)).toEqual(members.flatMap(() => NAMES.slice(1)));
        expect(await crowd.connect(0)).toMatchObject({ id: connection.id, revokedAt: null });
        expect(await all(...crowd.connections)).toEqual(members.flatMap(() => NAMES));

        await crowd.store.remove(connection.id);
        expect(await all(connection)).toEqual(members.map(() => "ConnectionRevokedError"));

        async function all(...connections: Crowd["connections"]): Promise<(string | undefined)[]> {
          const reports = await Promise.all(members.map((member) => member.call(connections)));
          return reports.flatMap((report) => report?.outcomes);
        }
      }));
  },
);

/** On a busy machine the server itself may be slower than anybody waits; what is lost is not found by asking again. */
async function answered(member: Member, connections: Crowd["connections"]): Promise<Report | undefined> {
  for (let left = 5; ; left--) {
    const report = await member.call(connections);
    if (left === 0 || !report?.outcomes.some((outcome) => TRANSIENT.includes(outcome))) return report;
  }
}

async function changesets({ partner }: Crowd): Promise<number> {
  const { db } = partner.scene.server.ctx;
  const rows = await db.read
    .selectFrom("changesets")
    .select("id")
    .where("projectId", "=", partner.scene.project.id)
    .execute();
  return rows.length;
}

async function keyNames({ partner }: Crowd): Promise<string[]> {
  const { db } = partner.scene.server.ctx;
  const rows = await db.read
    .selectFrom("keys")
    .select("name")
    .where("projectId", "=", partner.scene.project.id)
    .execute();
  return rows.map(({ name }) => name);
}

/** Numbers from 0 to 1, the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
