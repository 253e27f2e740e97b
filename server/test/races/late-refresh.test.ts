import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/context.ts";
import { hashOf } from "../../src/platform/crypto.ts";
import { ENGINES } from "../support/databases.ts";
import { type App, exchange, refresh, refusal, tokens } from "../support/flow.ts";
import { atOnce, type Nodes, PATIENCE_MS, startNodes } from "./nodes.ts";

const INVALID_GRANT = [400, "invalid_grant"];
const MOST_STEPS = 32;
const MINUTE = 60;

/** Holders of one refresh token who come late, one by one and all at once. */
describe.each(ENGINES)(
  "a replaced token that comes late, on $engine",
  { timeout: PATIENCE_MS },
  ({ open }) => {
    let nodes: Nodes;
    beforeAll(async () => {
      nodes = await startNodes(open);
    });
    afterAll(() => nodes.close());

    test("is answered the newest token of its chain, which stays unused", async () => {
      const app = await nodes.app("spa");
      const chain = await rotate(app, await issue(app), 3);
      nodes.advance(8 * MINUTE);
      for (const [at, token] of chain.slice(0, -1).entries()) {
        const answer = await tokens(refresh(nodes.base(at), app, token));
        expect(answer.refresh_token).toBe(chain.at(-1));
      }
      const [next] = (await rotate(app, chain.at(-1) as string, 1)).slice(-1);
      expect(chain).not.toContain(next);
    });

    test("is written down with how late it came, a retry within a minute is not", async () => {
      const app = await nodes.app("spa");
      const [first = ""] = await rotate(app, await issue(app), 1);
      nodes.advance(MINUTE - 1);
      await tokens(refresh(nodes.base(0), app, first));
      expect(await details(app, "token.late")).toEqual([]);
      nodes.advance(7 * MINUTE + 1);
      await tokens(refresh(nodes.base(1), app, first));
      expect(await details(app, "token.late")).toEqual([{ lateSeconds: 8 * MINUTE, steps: 1 }]);
    });

    test("again and again is written down once a minute", async () => {
      const app = await nodes.app("spa");
      const [first = ""] = await rotate(app, await issue(app), 1);
      nodes.advance(8 * MINUTE);
      for (let left = 5; left > 0; left--) await tokens(refresh(nodes.base(0), app, first));
      expect(await details(app, "token.late")).toEqual([{ lateSeconds: 8 * MINUTE, steps: 1 }]);
      nodes.advance(MINUTE);
      await tokens(refresh(nodes.base(0), app, first));
      expect(await details(app, "token.late")).toHaveLength(2);
    });

    test.each(["web", "spa"] as const)(
      "twenty holders of a %s app at every step meet at one token",
      async (type) => {
        const app = await nodes.app(type);
        const chain = await rotate(app, await issue(app), 4);
        for (let round = 0; round < 3; round++) {
          nodes.advance(5 * MINUTE);
          const answers = await atOnce(20, (index) =>
            tokens(refresh(nodes.base(index), app, chain[index % chain.length] as string)),
          );
          const newest = [...new Set(answers.map((answer) => answer.refresh_token))];
          // Who came while the last one was being used was answered that one, or what replaced it.
          expect(newest.length).toBeLessThanOrEqual(2);
          const again = await atOnce(20, (index) =>
            tokens(refresh(nodes.base(index), app, newest[index % newest.length] as string)),
          );
          const last = new Set(again.map((answer) => answer.refresh_token));
          expect(last.size).toBeLessThanOrEqual(2);
          chain.push(...newest.filter((token) => !chain.includes(token)), ...last);
        }
        expect(await details(app, "family.ended")).toEqual([]);
      },
    );

    test(`is a replay when it is more than ${MOST_STEPS} steps behind`, async () => {
      const app = await nodes.app("spa");
      const chain = await rotate(app, await issue(app), MOST_STEPS + 1);
      const inReach = await tokens(refresh(nodes.base(0), app, chain[1] as string));
      expect(inReach.refresh_token).toBe(chain.at(-1));
      expect(await refusal(refresh(nodes.base(0), app, chain[0] as string))).toEqual(INVALID_GRANT);
      expect(await refusal(refresh(nodes.base(1), app, chain.at(-1) as string))).toEqual(INVALID_GRANT);
      expect(await details(app, "family.ended")).toEqual([{ reason: "replayed_refresh_token" }]);
    });

    test("counts from its own first use, not from that of the token it came from", async () => {
      const app = await nodes.app("spa");
      const first = await issue(app);
      const [, second = ""] = await rotate(app, first, 1);
      nodes.advance(50 * MINUTE);
      const [, third] = await rotate(app, second, 1);
      nodes.advance(50 * MINUTE);
      const answer = await tokens(refresh(nodes.base(0), app, second));
      expect(answer.refresh_token).toBe(third);
      expect(await refusal(refresh(nodes.base(0), app, first))).toEqual(INVALID_GRANT);
      expect(await refusal(refresh(nodes.base(0), app, third as string))).toEqual(INVALID_GRANT);
    });

    test("ends nothing when what is derived is not what is stored", async () => {
      const app = await nodes.app("spa");
      const chain = await rotate(app, await issue(app), 2);
      await write((tx) =>
        tx
          .updateTable("refreshTokens")
          .set({ salt: "another" })
          .where("familyId", "in", families(app))
          .where("usedAt", "is not", null)
          .execute(),
      );
      for (const token of chain.slice(0, 2)) {
        expect(await refusal(refresh(nodes.base(0), app, token))).toEqual(INVALID_GRANT);
      }
      await tokens(refresh(nodes.base(0), app, chain.at(-1) as string));
      expect(await details(app, "family.ended")).toEqual([]);
    });

    test("ends nothing when the newest token is gone", async () => {
      const app = await nodes.app("spa");
      const chain = await rotate(app, await issue(app), 2);
      const newest = hashOf(chain.at(-1) as string);
      await write((tx) => tx.deleteFrom("refreshTokens").where("hash", "=", newest).execute());
      for (const token of chain) {
        expect(await refusal(refresh(nodes.base(0), app, token))).toEqual(INVALID_GRANT);
      }
      expect(await details(app, "family.ended")).toEqual([]);
    });

    function write(work: Parameters<Database["write"]>[0]): Promise<unknown> {
      return nodes.first.ctx.db.write(work);
    }

    async function issue(app: App): Promise<string> {
      return (await tokens(exchange(nodes.base(0), app, await nodes.connect(app)))).refresh_token;
    }

    /** The token and those that replaced it, one after the other. */
    async function rotate(app: App, first: string, times: number): Promise<string[]> {
      const chain = [first];
      for (let time = 0; time < times; time++) {
        const answer = await tokens(refresh(nodes.base(time), app, chain.at(-1) as string));
        chain.push(answer.refresh_token);
      }
      return chain;
    }

    function families(app: App) {
      return nodes.first.ctx.db.read.selectFrom("families").select("id").where("appId", "=", app.clientId);
    }

    async function details(app: App, action: string): Promise<unknown[]> {
      const rows = await nodes.first.ctx.db.read
        .selectFrom("auditEntries")
        .select("details")
        .where("appId", "=", app.clientId)
        .where("action", "=", action)
        .execute();
      return rows.map((row) => JSON.parse(row.details));
    }
  },
);
