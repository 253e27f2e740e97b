import type { Duplex } from "node:stream";
import type pg from "pg";

/** What is sent on a connection within one turn of the event loop goes out in one piece: a system call costs as much as a statement. */
export function sendTogether(client: pg.ClientBase): void {
  const { stream } = (client as pg.ClientBase & { connection: { stream: Duplex } }).connection;
  if (stream.writableCorked > 0) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}
