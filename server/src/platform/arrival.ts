import type { IncomingMessage } from "node:http";
import { clientAddress } from "./client-address.ts";
import type { Config } from "./config.ts";
import { newId } from "./crypto.ts";
import type { Log } from "./log.ts";

/** No address of ours is longer; a stranger's may be, and every line of the log is searched for credentials. */
const LONGEST_LOGGED_PATH = 1000;

const UNTRUSTED_PROXY =
  "X-Forwarded-For came from an address that TRUSTED_PROXIES does not name, and is not believed. If that is your proxy, name it there: until then everybody behind it counts as one network in limits.";

/** A request as it came in, whoever answers it. */
export interface Arrival {
  readonly requestId: string;
  /** Of the client. */
  readonly address: string;
  /** Writes the line of the log. */
  answered(status: number): void;
}

export type Arrive = (request: IncomingMessage) => Arrival;

interface Parts {
  config: Pick<Config, "TRUSTED_PROXIES">;
  log: Log;
  /** What has to know that a request has come. */
  db: { catchUp(): void };
}

export function openArrivals({ config, log, db }: Parts): Arrive {
  let warned = false;
  const addressOf = clientAddress(config.TRUSTED_PROXIES, (peer) => {
    // Once, because anybody can send the header.
    if (!warned) log.warn({ peer }, UNTRUSTED_PROXY);
    warned = true;
  });
  return (request) => {
    db.catchUp();
    const requestId = newId("rid");
    const begun = performance.now();
    const { method = "", socket, headers } = request;
    return {
      requestId,
      address: addressOf(socket.remoteAddress, headers["x-forwarded-for"] as string | undefined),
      answered(status) {
        const ms = Math.round(performance.now() - begun);
        log.request({ requestId, method, path: loggedPath(request), status, ms });
      },
    };
  };
}

/** The path without its query: a code or state never reaches the log. */
function loggedPath({ url = "" }: IncomingMessage): string {
  const mark = url.indexOf("?");
  const path = mark === -1 ? url : url.slice(0, mark);
  return path.length > LONGEST_LOGGED_PATH ? "(too long)" : path;
}
