import type { IncomingMessage, ServerResponse } from "node:http";
import type { Arrival, Arrive } from "./arrival.ts";
import type { Config } from "./config.ts";
import { type Incoming, incomingOf, originForm } from "./incoming.ts";
import type { Log } from "./log.ts";
import { answering, keptAddress } from "./request-origin.ts";
import { Sender } from "./sender.ts";

/** Answers some requests in front of the web framework, whose translation would cost more than the rest of a short call. */
export interface Door {
  /** Answers a request that is for it; returns false, without doing anything, for any other. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Resolves when every call under way has ended, also those whose connection is gone. */
  atRest(): Promise<void>;
}

/** A request that a door answers. */
export interface AtDoor<Found> {
  readonly found: Found;
  /** From its question mark on; empty without one. */
  readonly search: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly incoming: Incoming;
  readonly arrival: Arrival;
  readonly sender: Sender;
}

interface Parts<Found> {
  readonly ctx: { readonly config: Config; readonly log: Log };
  readonly arrive: Arrive;
  /** What is at a path, without its query; undefined where another answers. */
  readonly find: (path: string) => Found | undefined;
  /** Sends the answer. What it throws is logged, and the connection cut. */
  readonly answer: (at: AtDoor<Found>) => Promise<void>;
}

export function openDoor<Found>({ ctx, arrive, find, answer }: Parts<Found>): Door {
  const { config, log } = ctx;
  const underWay = new Set<Promise<void>>();
  return {
    handle(request, response) {
      const url = originForm(request.url ?? "");
      const mark = url.indexOf("?");
      const found = find(mark === -1 ? url : url.slice(0, mark));
      if (found === undefined) return false;
      const arrival = arrive(request);
      const { requestId } = arrival;
      const address = keptAddress(config.AUDIT_ADDRESSES, arrival.address);
      const sender = new Sender({ ctx, request, response, arrival });
      const search = mark === -1 ? "" : url.slice(mark);
      const at = { found, search, request, response, incoming: incomingOf(request), arrival, sender };
      const ended = answering({ requestId, address }, () => answer(at)).catch((error: unknown) => {
        log.error({ err: error, requestId }, "an answer could not be sent");
        response.destroy();
      });
      underWay.add(ended);
      void ended.finally(() => underWay.delete(ended));
      return true;
    },
    async atRest() {
      await Promise.all(underWay);
    },
  };
}
