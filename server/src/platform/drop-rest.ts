import type { IncomingMessage } from "node:http";

/** Of a body that was refused, this much is still taken off the line before the connection is closed. */
const MOST_BYTES = 16 * 1024 * 1024;
const LONGEST_MS = 2_000;

/** Reads what a refused sender is still sending, and forgets it; ends when it has ended, or has had its chance. */
export function dropRest(request: IncomingMessage): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LONGEST_MS);
  let bytes = 0;
  request.on("data", (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > MOST_BYTES) resolve();
  });
  request
    .once("close", resolve)
    .once("end", resolve)
    .once("error", () => resolve());
  request.resume();
  return promise.finally(() => clearTimeout(timer));
}
