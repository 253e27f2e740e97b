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

const TABLE = "../../../bench/round-trips.md";
const PATIENCE_MS = 120_000;
const CALLS = 5;

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

  test(
    "is as the table says; an operation that gains a statement or a round trip shows here",
    async () => {
      const lines = ["| call | statements | round trips |", "| --- | --- | --- |"];
      for (const name of Object.keys(OPERATIONS).toSorted() as OperationName[]) {
        lines.push(await lineOf(name, () => callOf(name)));
      }
      const last = { token: issued.refresh_token };
      lines.push(
        await lineOf("refresh-token grant", async () => async () => {
          const answer = await refresh(scene.base, scene.app, last.token);
          last.token = (await tokens(Promise.resolve(answer.clone()))).refresh_token;
          return answer;
        }),
      );
      await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(TABLE);
    },
    PATIENCE_MS,
  );

  /**
   * The least of some calls: at the first, connections are opened and statements are named, and what is noted once a minute
   * falls into one of them.
   */
  async function lineOf(name: string, prepare: () => Promise<() => Promise<Response>>): Promise<string> {
    const counts: ReturnType<Tally["count"]>[] = [];
    for (let at = 0; at < CALLS; at++) {
      const call = await prepare();
      tally.reset();
      const answer = await call();
      await answer.arrayBuffer();
      expect(answer.status, name).toBeLessThan(300);
      counts.push(tally.count());
    }
    const statements = Math.min(...counts.map((count) => count.statements));
    const roundTrips = Math.min(...counts.map((count) => count.roundTrips));
    return `| ${name} | ${statements} | ${roundTrips} |`;
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
