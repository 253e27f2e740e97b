import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Nodes, startNodes } from "../races/nodes.ts";
import { ENGINES } from "../support/databases.ts";
import { type App, exchange, refresh, refusal, tokens } from "../support/flow.ts";

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
/** Every refresh is a durable write, and Postgres takes twice as long for it. */
const DAYS = { sqlite: 30, postgres: 5 };

/** One program with a copy of the credential in its memory. */
interface Holder {
  readonly name: string;
  /** The longest it does without a new access token. */
  readonly restsUpTo: number;
  /** Dies now and then after the answer and before it is stored, and starts again with what is stored. */
  readonly dies: boolean;
  memory: string;
  wakesAt: number;
}

/**
 * Five windows of one agent, a public app, on one stored credential: each refreshes what it has in memory, whenever it
 * needs to, for days.
 */
describe.each(ENGINES)(
  "five holders of one credential on $engine",
  { timeout: 300_000 },
  ({ engine, open }) => {
    const days = DAYS[engine];
    let nodes: Nodes;
    beforeAll(async () => {
      nodes = await startNodes(open);
    });
    afterAll(() => nodes.close());

    test(`work for ${days} days, and a copy of yesterday ends them all`, async () => {
      const random = seeded(7);
      const app = await nodes.app("spa");
      let stored = (await tokens(exchange(nodes.base(0), app, await nodes.connect(app)))).refresh_token;
      const holders = ["reader", "writer", "reviewer", "sleeper", "mortal"].map(
        (name): Holder => ({
          name,
          restsUpTo: (name === "sleeper" ? 50 : 30) * MINUTE,
          dies: name === "mortal",
          memory: stored,
          wakesAt: Math.ceil(random() * 30 * MINUTE),
        }),
      );
      let seconds = 0;
      let yesterday = stored;
      for (let turn = 0; seconds < days * DAY; turn++) {
        const holder = holders.reduce((one, other) => (other.wakesAt < one.wakesAt ? other : one));
        nodes.advance(holder.wakesAt - seconds);
        seconds = holder.wakesAt;
        if (seconds < (days - 1) * DAY) yesterday = holder.memory;
        const answer = await refresh(nodes.base(turn), app, holder.memory);
        expect(answer.status, `${holder.name} after ${seconds} s`).toBe(200);
        const { refresh_token } = await tokens(answer);
        if (holder.dies && random() < 0.2) {
          holder.memory = stored;
          holder.wakesAt = seconds + Math.ceil(random() * 2 * MINUTE);
        } else {
          holder.memory = stored = refresh_token;
          holder.wakesAt = seconds + Math.ceil((0.2 + 0.8 * random()) * holder.restsUpTo);
        }
      }
      expect(await count(app, "family.ended")).toBe(0);
      expect(await count(app, "token.late")).toBeGreaterThan(days);

      const INVALID_GRANT = [400, "invalid_grant"];
      expect(await refusal(refresh(nodes.base(0), app, yesterday))).toEqual(INVALID_GRANT);
      for (const { memory } of holders) {
        expect(await refusal(refresh(nodes.base(1), app, memory))).toEqual(INVALID_GRANT);
      }
      expect(await count(app, "family.ended")).toBe(1);
    });

    async function count(app: App, action: string): Promise<number> {
      const rows = await nodes.first.ctx.db.read
        .selectFrom("auditEntries")
        .select("id")
        .where("appId", "=", app.clientId)
        .where("action", "=", action)
        .execute();
      return rows.length;
    }
  },
);

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
