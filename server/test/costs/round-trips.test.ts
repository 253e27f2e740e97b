import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/database/open.ts";
import type { Scene } from "../refusals/scene.ts";
import { type Credential, send } from "../refusals/send.ts";
import { startUnlimited } from "../refusals/sound.ts";
import { type Target, targetOf } from "../refusals/targets.ts";
import { openTestPostgres, type TestDatabase } from "../support/databases.ts";
import { refresh, tokens } from "../support/flow.ts";
import { layTally, type Tally } from "./tally.ts";

const TABLE = join(import.meta.dirname, "../../../bench/round-trips.md");
const PATIENCE_MS = 120_000;
const CALLS = 5;

/** Statements and round trips. */
type Cost = readonly [number, number];
type Costs = Record<string, Cost>;

describe.runIf(process.env.TEST_POSTGRES_URL)("what a call costs on Postgres", () => {
  let database: TestDatabase;
  let tally: Tally;
  let scene: Scene;
  let issued: Awaited<ReturnType<Scene["letIn"]>>;
  let token: string;

  beforeAll(async () => {
    database = await openTestPostgres();
    tally = await layTally(database.url as string);
    scene = await startUnlimited(async () => {
      const db = await openDatabase(tally.url);
      return { db, url: tally.url, close: () => db.close() };
    });
    issued = await scene.letIn(scene.people.owner, scene.app, { organizations: [scene.organization] });
    token = await scene.mint(issued);
  }, PATIENCE_MS);
  afterAll(async () => {
    await scene.server.close();
    await tally.close();
    await database.close();
  });

  test("is no more than the table says", { timeout: PATIENCE_MS }, async () => {
    const table = readTable();
    const seen: Costs = {};
    for (const name of Object.keys(OPERATIONS).toSorted() as OperationName[]) {
      seen[name] = await leastOf(name, () => callOf(name));
    }
    const last = { token: issued.refresh_token };
    seen["refresh-token grant"] = await leastOf("refresh", async () => async () => {
      const answer = await refresh(scene.base, scene.app, last.token);
      last.token = (await tokens(Promise.resolve(answer.clone()))).refresh_token;
      return answer;
    });
    if (process.env.UPDATE_COSTS) writeFileSync(TABLE, toMarkdown(table, seen));
    else {
      const dearer = Object.entries(seen).filter(([name, cost]) => isDearer(cost, table[name]));
      expect(dearer).toEqual([]);
      expect(Object.keys(table)).toEqual(Object.keys(seen));
    }
  });

  /**
   * The least of some calls: at the first, connections are opened and statements are named, and what is noted once a minute
   * falls into one of them.
   */
  async function leastOf(name: string, prepare: () => Promise<() => Promise<Response>>): Promise<Cost> {
    const counts: ReturnType<Tally["count"]>[] = [];
    for (let at = 0; at < CALLS; at++) {
      const call = await prepare();
      tally.reset();
      const answer = await call();
      await answer.arrayBuffer();
      expect(answer.status, name).toBeLessThan(300);
      counts.push(tally.count());
    }
    return [
      Math.min(...counts.map(({ statements }) => statements)),
      Math.min(...counts.map(({ roundTrips }) => roundTrips)),
    ];
  }

  async function callOf(name: OperationName): Promise<() => Promise<Response>> {
    const target = await targetOf(name, scene);
    return () => send(scene.base, name, target, credentialFor(OPERATIONS[name], target));
  }

  function credentialFor({ access }: Operation, target: Target): Credential {
    if (access.by === "anyone") return null;
    if (access.by === "role" || target.as) return { browser: (target.as ?? scene.people.owner).browser };
    return { token: access.by === "scope" ? token : (target.accessToken ?? issued.access_token) };
  }
});

/** One round trip more may be a piece that came by itself on a busy machine; a statement more never is. */
function isDearer([statements, roundTrips]: Cost, known: Cost | undefined): boolean {
  return !known || statements > known[0] || roundTrips > known[1] + 1;
}

function readTable(): Costs {
  const rows = readFileSync(TABLE, "utf8").matchAll(/^\| (.+) \| (\d+) \| (\d+) \|$/gm);
  return Object.fromEntries(
    [...rows].map(([, name, statements, roundTrips]) => [name, [Number(statements), Number(roundTrips)]]),
  );
}

/** The dearer of both, because pieces arrive on a busy machine as they like: an update that shall be cheaper begins anew. */
function toMarkdown(before: Costs, seen: Costs): string {
  const lines = Object.entries(seen).map(([name, cost]) => {
    const [statements, roundTrips] = cost.map((count, at) => Math.max(count, before[name]?.[at] ?? 0));
    return `| ${name} | ${statements} | ${roundTrips} |`;
  });
  return `${["| call | statements | round trips |", "| --- | --- | --- |", ...lines].join("\n")}\n`;
}
