import type { Duplex } from "node:stream";
import type pg from "pg";
import { ANSWER_MS } from "./connect.ts";

/** What was sent on a connection and is not answered yet. */
interface Watch {
  underWay: number;
  readonly timer: NodeJS.Timeout;
}

const watches = new WeakMap<pg.ClientBase, Watch>();

/**
 * Sends a statement on a connection that others may share. What is sent within one turn of the event loop goes out in one
 * piece: a system call costs as much as a statement. When nothing is answered for too long the connection is destroyed: what
 * follows on it would not be answered either.
 */
export function sent(client: pg.ClientBase, query: () => Promise<pg.QueryResult>): Promise<pg.QueryResult> {
  const stream = streamOf(client);
  if (stream.writableCorked === 0) {
    stream.cork();
    setImmediate(() => stream.uncork());
  }
  const answer = query();
  const watch = watchOf(client);
  if (watch.underWay++ === 0) watch.timer.refresh();
  const answered = () => {
    watch.underWay--;
    watch.timer.refresh();
  };
  answer.then(answered, answered);
  return answer;
}

function watchOf(client: pg.ClientBase): Watch {
  const known = watches.get(client);
  if (known) return known;
  const giveUp = () => {
    if (watch.underWay > 0) streamOf(client).destroy();
  };
  const watch: Watch = { underWay: 0, timer: setTimeout(giveUp, ANSWER_MS).unref() };
  watches.set(client, watch);
  return watch;
}

function streamOf(client: pg.ClientBase): Duplex {
  return (client as pg.ClientBase & { connection: { stream: Duplex } }).connection.stream;
}
