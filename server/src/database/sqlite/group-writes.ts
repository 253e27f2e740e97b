import { AsyncLocalStorage } from "node:async_hooks";
import type { Kysely } from "kysely";
import type { Transaction } from "../open.ts";
import type { Schema } from "../schema.ts";
import type { SqliteFile } from "./file.ts";

/** The first writers must not wait long for the last: a group holds no more writes, and takes no longer. */
const MOST_TOGETHER = 64;
const LONGEST_MILLISECONDS = 25;

type Work = (tx: Transaction) => Promise<unknown>;

interface Write {
  work: Work;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Runs writes one after the other. Those that wait at the same moment share one transaction, each behind a savepoint, and
 * so one wait for the disk. No write is answered before it; one that fails leaves nothing and does not harm the others.
 */
export function groupWrites(
  file: SqliteFile,
  writer: Kysely<Schema>,
): <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result> {
  const waiting: Write[] = [];
  let busy = false;

  const workOff = async () => {
    while (waiting.length > 0) await runTogether(file, writer, waiting);
    busy = false;
  };

  return <Result>(work: (tx: Transaction) => Promise<Result>) =>
    new Promise<Result>((resolve, reject) => {
      // Whoever works it off does so for somebody else's request.
      waiting.push({ work: AsyncLocalStorage.bind(work), resolve: resolve as Write["resolve"], reject });
      if (busy) return;
      busy = true;
      // After everything that has just arrived was read.
      setImmediate(() => void workOff());
    });
}

/** Runs the waiting writes in one transaction, from the first on. */
async function runTogether(file: SqliteFile, writer: Kysely<Schema>, waiting: Write[]): Promise<void> {
  const first = waiting.shift() as Write;
  if (waiting.length === 0) return runAlone(writer, first, waiting);
  const begun = performance.now();
  const taken = [first];
  const next = () => {
    const isFull = taken.length === MOST_TOGETHER || performance.now() - begun > LONGEST_MILLISECONDS;
    const write = isFull ? undefined : waiting.shift();
    if (write) taken.push(write);
    return write;
  };
  const outcomes: (() => void)[] = [];
  let cause: unknown;
  let isOpen = false;
  try {
    await writer.transaction().execute(async (tx) => {
      isOpen = true;
      try {
        for (let write: Write | undefined = first; write; write = next()) {
          outcomes.push(await runGuarded(file, tx, write));
        }
      } catch (error) {
        cause = error;
        throw error;
      }
    });
    for (const settle of outcomes) settle();
  } catch (error) {
    if (!isOpen) giveUp(waiting, error);
    // Rolling back what is gone fails too, but is not what went wrong.
    for (const { reject } of taken) reject(cause ?? error);
  }
}

async function runAlone(writer: Kysely<Schema>, only: Write, waiting: Write[]): Promise<void> {
  let isOpen = false;
  const work: Work = (tx) => {
    isOpen = true;
    return only.work(tx);
  };
  try {
    only.resolve(await writer.transaction().execute(work));
  } catch (error) {
    only.reject(error);
    if (!isOpen) giveUp(waiting, error);
  }
}

/** Another process holds the database: who came meanwhile would only wait for it as long again. */
function giveUp(waiting: Write[], error: unknown): void {
  for (const { reject } of waiting.splice(0)) reject(error);
}

/** Answers how to settle the write once the transaction is committed. Throws when SQLite has rolled all of it back. */
async function runGuarded(
  file: SqliteFile,
  tx: Transaction,
  { work, resolve, reject }: Write,
): Promise<() => void> {
  const run = (statement: string) => file.prepare(statement).run([]);
  run("savepoint write");
  try {
    const result = await work(tx);
    run("release write");
    return () => resolve(result);
  } catch (error) {
    try {
      run("rollback to write");
      run("release write");
    } catch {
      // A full disk, say: the transaction is gone, and what ended it is what everybody should hear of.
      throw error;
    }
    return () => reject(error);
  }
}
