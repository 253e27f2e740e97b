import { AsyncLocalStorage } from "node:async_hooks";
import { networkOf } from "./client-address.ts";
import type { Config } from "./config.ts";

/** Which request is being answered, as far as it is written down. */
export interface RequestOrigin {
  readonly requestId: string;
  /** Only as much of it as `AUDIT_ADDRESSES` says. */
  readonly address: string | null;
}

const storage = new AsyncLocalStorage<RequestOrigin>();

/**
 * Answers a request: whatever is written until then, by whomever, is known to belong to it. Work that others run later, such
 * as a write that waits for its turn, keeps this when it was bound (`AsyncLocalStorage.bind`).
 */
export function answering<Result>(origin: RequestOrigin, work: () => Result): Result {
  return storage.run(origin, work);
}

/** Undefined for what no request asked for: background work, the command line. */
export function requestOrigin(): RequestOrigin | undefined {
  return storage.getStore();
}

/** An address as it may be kept. */
export function keptAddress(kept: Config["AUDIT_ADDRESSES"], address: string): string | null {
  return { none: () => null, network: networkOf, full: (whole: string) => whole }[kept](address);
}
