import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Nodes, startNodes } from "../races/nodes.ts";
import { ENGINES } from "../support/databases.ts";
import { type App, exchange, refresh, refusal, tokens } from "../support/flow.ts";
import type { Ask, Said } from "./holder.ts";

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
/** Every refresh is a durable write, and Postgres takes twice as long for it. */
const DAYS = { sqlite: 30, postgres: 5 };

/** How often the one that dies does so: each time another process has to start. */
const DEATHS = 0.03;

/** One process with a copy of the credential in its memory. */
interface Holder {
  readonly name: string;
  process: ChildProcess;
  /** The longest it does without a new access token. */
  readonly restsUpTo: number;
  /** Killed now and then after the answer and before it is stored, and started again with what is stored. */
  readonly dies: boolean;
  /** What it has in memory. */
  memory: string;
  wakesAt: number;
}

/**
 * Five processes of one agent, a public app, on one stored credential: each refreshes what it has in memory, whenever it
 * needs to, for days.
 */
describe.each(ENGINES)(
  "five holders of one credential on $engine",
  { timeout: 300_000 },
  ({ engine, open }) => {
    const days = DAYS[engine];
    let nodes: Nodes;
    const folder = mkdtempSync(join(tmpdir(), "parlance-holders-"));
    const file = join(folder, "credential");
    const processes: ChildProcess[] = [];
    beforeAll(async () => {
      nodes = await startNodes(open);
    });
    afterAll(async () => {
      for (const each of processes) each.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
      await nodes.close();
    });

    function start(app: App): ChildProcess {
      const started = fork(join(import.meta.dirname, "holder.ts"), [file, JSON.stringify(app)]);
      processes.push(started);
      return started;
    }

    test(`work for ${days} days, and a copy of yesterday ends them all`, async () => {
      const random = seeded(7);
      const app = await nodes.app("spa");
      const first = (await tokens(exchange(nodes.base(0), app, await nodes.connect(app)))).refresh_token;
      writeFileSync(file, first);
      const holders = ["reader", "writer", "reviewer", "sleeper", "mortal"].map(
        (name): Holder => ({
          name,
          process: start(app),
          restsUpTo: (name === "sleeper" ? 50 : 30) * MINUTE,
          dies: name === "mortal",
          memory: first,
          wakesAt: Math.ceil(random() * 30 * MINUTE),
        }),
      );
      let seconds = 0;
      let yesterday = first;
      for (let turn = 0; seconds < days * DAY; turn++) {
        const holder = holders.reduce((one, other) => (other.wakesAt < one.wakesAt ? other : one));
        nodes.advance(holder.wakesAt - seconds);
        seconds = holder.wakesAt;
        if (seconds < (days - 1) * DAY) yesterday = holder.memory;
        const dies = holder.dies && random() < DEATHS;
        const { status, memory } = await ask(holder.process, { base: nodes.base(turn), dies });
        expect(status, `${holder.name} after ${seconds} s`).toBe(200);
        holder.memory = memory;
        holder.wakesAt = seconds + Math.ceil((0.2 + 0.8 * random()) * holder.restsUpTo);
        if (dies) {
          holder.process.kill("SIGKILL");
          await once(holder.process, "exit");
          holder.process = start(app);
          holder.memory = readFileSync(file, "utf8");
          holder.wakesAt = seconds + Math.ceil(random() * 2 * MINUTE);
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

async function ask(holder: ChildProcess, what: Ask): Promise<Said> {
  holder.send(what);
  const [said] = await once(holder, "message");
  return said as Said;
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
