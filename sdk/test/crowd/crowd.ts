import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareEnvironment } from "../../../server/test/support/bare-environment.ts";
import type { TestDatabase } from "../../../server/test/support/databases.ts";
import { createParlance, type Parlance } from "../../src/index.ts";
import type { Connection, ConnectionStore } from "../../src/store.ts";
import { sqlStore } from "../../src/stores/sql.ts";
import { authorized, type Partner, startPartner } from "../real-server.ts";
import { bundledProcess } from "../runtimes/bundle.ts";
import { openFile } from "./file.ts";
import type { ProcessOptions, Question, Report } from "./process.ts";

/** Processes of one partner, and the connections that they share. */
export interface Crowd {
  partner: Partner;
  store: ConnectionStore;
  connections: readonly Connection[];
  start(count: number, of?: (index: number) => Partial<ProcessOptions>): Promise<Member[]>;
  /** This process, as one of them that connects users. */
  here: Parlance;
  /** Sends the browser of the n-th connection's user through the authorization again. */
  connect(index: number): Promise<Connection>;
  /** Moves the time of the server and of all processes. */
  advance(milliseconds: number): void;
  /** When the server did what is asked for to a connection, in epoch milliseconds, in order. */
  deeds(connection: Connection, ...actions: string[]): Promise<number[]>;
  close(): Promise<void>;
}

export interface Member {
  /** Makes sure of each connection's tokens, and calls as it unless told otherwise. Answers undefined when the process ends before. */
  call(connections: readonly Connection[], options?: Partial<Question>): Promise<Report | undefined>;
  kill(): void;
}

/** Three users in one organization, each connected. */
export async function startCrowd(open: () => Promise<TestDatabase>): Promise<Crowd> {
  const folder = mkdtempSync(join(tmpdir(), "parlance-crowd-"));
  const file = join(folder, "connections.db");
  const clock = join(folder, "clock");
  const program = join(folder, "process.mjs");
  writeFileSync(program, await bundledProcess());
  const partner = await startPartner(open);
  const { scene } = partner;
  const advance = (milliseconds: number) => {
    scene.server.ctx.clock.advance(milliseconds);
    writeFileSync(clock, String(scene.server.ctx.clock.now()));
  };
  advance(0);
  const own = {
    ...partner.settings,
    scopes: ["org:read", "keys:read", "keys:write", "translations:write"] as const,
  };
  const store = sqlStore(openFile(file), { now: () => scene.server.ctx.clock.now() });
  const here = createParlance({ ...own, store, now: () => scene.server.ctx.clock.now() });
  const { owner, admin } = scene.people;
  const third = await scene.addPerson("Nora Admin");
  await scene.join(third, scene.organization, "admin");
  const people = [owner, admin, third];
  async function connect(index: number): Promise<Connection> {
    const person = people[index];
    if (!person) throw new Error("nobody");
    const userId = `user-${index}`;
    const url = await authorized(person.browser, await here.authorizeUrl({ userId }));
    const [made] = await here.callback({ userId, url });
    return made as Connection;
  }
  const connections = [await connect(0), await connect(1), await connect(2)];
  const running: ChildProcess[] = [];
  return {
    ...{ partner, store, connections, here, connect, advance },
    start: (count, of = () => ({})) =>
      Promise.all(
        Array.from({ length: count }, async (_, index) => {
          const options = { settings: own, file, clock, ...of(index) };
          const child = fork(program, [JSON.stringify(options)], {
            env: { ...bareEnvironment(), NODE_ENV: "test" },
          });
          running.push(child);
          await once(child, "message");
          return memberOf(child);
        }),
      ),
    async deeds({ grantId }, ...actions) {
      const rows = await scene.server.ctx.db.read
        .selectFrom("auditEntries")
        .select("at")
        .where("grantId", "=", grantId)
        .where("action", "in", actions)
        .orderBy("at")
        .execute();
      return rows.map(({ at }) => at);
    },
    async close() {
      for (const child of running) child.kill("SIGKILL");
      await partner.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function memberOf(child: ChildProcess): Member {
  const ended = once(child, "exit").then(() => undefined);
  return {
    async call(connections, { calls = true, ...more } = {}) {
      child.send({ ids: connections.map(({ id }) => id), calls, ...more } satisfies Question);
      const answered = once(child, "message").then(([report]) => report as Report);
      return Promise.race([answered, ended]);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

/** The shortest time between two neighbours; infinite for fewer than two. */
export function shortestGap(instants: readonly number[]): number {
  return Math.min(...instants.slice(1).map((at, index) => at - (instants[index] as number)));
}
