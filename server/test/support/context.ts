import type { Caller, Context, OwnCall, WriteCall } from "../../src/context.ts";
import type { Database, Reader, Transaction } from "../../src/database/open.ts";
import { type Config, readConfig } from "../../src/platform/config.ts";
import { Keyring, newId } from "../../src/platform/crypto.ts";
import { openLog } from "../../src/platform/log.ts";
import type { Mail } from "../../src/platform/mail.ts";
import { memoryLimiter } from "../../src/platform/rate-limit.ts";
import { Strangers } from "../../src/platform/strangers.ts";

export interface TestContext extends Context {
  /** Stands still until it is advanced. */
  clock: { now(): number; advance(milliseconds: number): void };
  /** Everything that was sent, oldest first. */
  mails: Mail[];
}

type Overrides = Partial<Omit<Context, "config" | "db" | "clock">> & {
  config?: Partial<Config>;
  now?: number;
};

/** A context over an open database: a silent log, mails in memory, and a clock that only a test moves. */
export function testContext(
  db: Database,
  { config, now = Date.now(), ...overrides }: Overrides = {},
): TestContext {
  const mails: Mail[] = [];
  let time = now;
  return {
    config: { ...readConfig({ NODE_ENV: "test", PUBLIC_URL: "http://localhost:3000" }), ...config },
    db,
    clock: {
      now: () => time,
      advance: (milliseconds) => {
        time += milliseconds;
      },
    },
    log: openLog("silent"),
    keyring: new Keyring("a secret key that only tests use, of length"),
    mail: { send: async (mail) => void mails.push(mail) },
    limiter: memoryLimiter(),
    node: { id: newId("node"), gone: [] },
    strangers: new Strangers(),
    crash: () => {},
    ...overrides,
    mails,
  };
}

/** The call that a handler receives. */
export interface TestCall extends WriteCall, Pick<OwnCall, "settle"> {
  notes: Record<string, unknown>;
}

/**
 * Runs `work` as one call of an operation would: in a transaction when `effect` is not `read`, with `afterCommit` work
 * after it. `placed` is what access would have resolved from the path.
 */
export async function inCall<Placed extends object, Result>(
  context: Context,
  { caller, effect = "change", placed }: { caller: Caller; effect?: "read" | "change"; placed: Placed },
  work: (call: TestCall & Placed) => Promise<Result>,
): Promise<Result> {
  const later: (() => Promise<void> | void)[] = [];
  const attempt = (store: Reader) => {
    later.length = 0;
    const notes: Record<string, unknown> = {};
    return work({
      ...context,
      ...placed,
      caller,
      actor: caller.actor,
      via: caller.actor.type === "user" ? "dashboard" : "rest",
      // A handler that reads receives the same call, and does not care what it reads from.
      store: store as Transaction,
      now: context.clock.now(),
      requestId: "req_test",
      address: "192.0.2.1",
      findAgain: async () => caller,
      notes,
      afterCommit: (next) => void later.push(next),
      note: (details) => void Object.assign(notes, details),
      standIn: () => {},
      settle: async () => {},
    });
  };
  const result = await (effect === "read" ? attempt(context.db.read) : context.db.write(attempt));
  for (const next of later) await next();
  return result;
}
