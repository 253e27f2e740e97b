import { describe, expect, test } from "vitest";
import { ENGINES } from "../../server/test/support/databases.ts";
import { type Crowd, shortestGap, startCrowd } from "./crowd/crowd.ts";

const MINUTE_MS = 60_000;
const HOURS = 3;
/** No divisor of the lives of tokens, so that no round falls on their ends by design. */
const STEP_MS = 3.5 * MINUTE_MS;
/** Calls cost the server most; tokens are made sure of in every round. */
const CALLED_EACH = 5;
const NAMES = ["Olga Owner", "Adam Admin", "Nora Admin"];

/** Twenty processes of the operating system call as three connections, all at once, for three hours. */
describe.each(ENGINES)("twenty processes on one file, with a server on $engine,", ({ open }) => {
  const cases = [
    ["mint once each in an hour", false],
    ["mint once for all in an hour, where they share installation tokens too", true],
  ] as const;

  test.each(cases)("refresh once in half an hour, and %s", { timeout: 120_000 }, async (_, isShared) => {
    const crowd = await startCrowd(open);
    try {
      const members = await crowd.start(20, () => ({ sharesInstallationTokens: isShared }));
      const mintsOf = members.map((): number[][] => []);
      let refreshes = 0;
      for (let passed = 0, round = 0; passed < HOURS * 60 * MINUTE_MS; passed += STEP_MS, round++) {
        const calls = round % CALLED_EACH === 0;
        const reports = await Promise.all(members.map((member) => member.call(crowd.connections, { calls })));
        for (const [at, report] of reports.entries()) {
          expect(report?.outcomes).toEqual(calls ? NAMES : ["fresh", "fresh", "fresh"]);
          refreshes += report?.refreshes ?? 0;
          if (report?.mints) mintsOf[at]?.push([passed, report.mints]);
        }
        crowd.advance(STEP_MS);
      }
      await held(crowd, { mintsOf, refreshes, isShared });
    } finally {
      await crowd.close();
    }
  });
});

/** A token is renewed a minute before it ends, and not earlier. */
async function held(
  crowd: Crowd,
  { mintsOf, refreshes: asked, isShared }: { mintsOf: number[][][]; refreshes: number; isShared: boolean },
): Promise<void> {
  let minted = 0;
  let refreshed = 0;
  for (const connection of crowd.connections) {
    const refreshes = await crowd.deeds(connection, "token.refreshed", "token.late");
    refreshed += refreshes.length;
    expect(refreshes.length).toBeGreaterThanOrEqual(5);
    expect(shortestGap(refreshes)).toBeGreaterThanOrEqual(29 * MINUTE_MS);
    expect(await crowd.deeds(connection, "token.late")).toEqual([]);
    const mints = await crowd.deeds(connection, "installations.mint");
    minted += mints.length;
    if (isShared) expect(shortestGap(mints)).toBeGreaterThanOrEqual(59 * MINUTE_MS);
    expect(await crowd.store.find(connection.id)).toMatchObject({ revokedAt: null, lease: null });
  }
  // The server counts no refresh that finds its token used a moment ago, so nobody may have asked for another.
  expect(asked).toBe(refreshed);
  expect(minted).toBe(mintsOf.flat().reduce((sum, [, count]) => sum + (count as number), 0));
  if (isShared) return;
  for (const mints of mintsOf) {
    // One for each connection, then none for as long as they live.
    expect(mints.map(([, count]) => count)).toEqual(mints.map(() => crowd.connections.length));
    expect(shortestGap(mints.map(([at]) => at as number))).toBeGreaterThanOrEqual(59 * MINUTE_MS);
  }
}
