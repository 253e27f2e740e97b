import { type ByteAccount, ByteBudget } from "./byte-budget.ts";
import { networkOf } from "./client-address.ts";
import type { Incoming } from "./incoming.ts";
import { perOwner } from "./per-owner.ts";
import { declaredLength } from "./read-body.ts";

const MEGABYTE = 1024 * 1024;
/** A body that declares no more is let in whatever others hold: headers may be as long. */
const SHORT_BODY_BYTES = 32 * 1024;

/**
 * A body that is read as a whole, and what was made of it, is in memory until its call has ended. Anybody can come from many
 * networks, so that strangers have a budget of their own. A caller may hold the longest body that there is, and no more.
 */
const bodiesOf = perOwner(() => ({
  callers: new ByteBudget({ ofAll: 64 * MEGABYTE, ofOne: 16 * MEGABYTE }),
  strangers: new ByteBudget({ ofAll: 16 * MEGABYTE, ofOne: 4 * MEGABYTE }),
}));

/**
 * Opens an account for the body of one request, to be closed when its call has ended.
 *
 * @param owner what has budgets of its own: the database of a server
 * @param limitKey of the caller; null for a stranger
 */
export function openBody(owner: object, limitKey: string | null, address: string): ByteAccount {
  const { callers, strangers } = bodiesOf(owner);
  return limitKey === null ? strangers.open(networkOf(address)) : callers.open(limitKey);
}

/** Takes what the sender has declared before any of it is read, and what was not declared as it comes. */
export function accounted({ headers, body }: Incoming, account: ByteAccount): Incoming {
  return {
    headers,
    get body() {
      const declared = declaredLength(headers);
      if (body === null || (declared > 0 && declared <= SHORT_BODY_BYTES)) return body;
      if (declared > 0) account.take(declared);
      const watched = account.watch(body);
      return declared > 0 ? watched : counted(watched, account);
    },
  };
}

async function* counted(pieces: AsyncIterable<Uint8Array>, account: ByteAccount) {
  for await (const piece of pieces) {
    account.take(piece.byteLength);
    yield piece;
  }
}
