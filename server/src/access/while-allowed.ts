import { type BytesAnswer, bytesAnswer, type Declaration } from "@parlance/contract/operation";
import type { Caller, Context, Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { refuseWrongKind } from "./identify.ts";
import { type Names, type Placed, place } from "./place.ts";
import { checkReach } from "./scope.ts";

/** So long may a stream go on after its caller lost the right to it. */
const ASKED_EVERY_MS = 1000;

interface Asked {
  readonly declaration: Declaration;
  readonly names: Names;
  readonly findAgain: () => Promise<Caller>;
}

/**
 * Lets bytes go on, either way, only while their caller may do what let them begin; a download takes as long as the client
 * likes. Fails with what the call would be refused with if it came now.
 */
export async function* whileAllowed(
  ctx: Context,
  asked: Asked,
  placed: Placed,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let askedAt = performance.now();
  for await (const piece of bytes) {
    if (performance.now() - askedAt >= ASKED_EVERY_MS) {
      await askAgain(ctx, asked, placed);
      askedAt = performance.now();
    }
    yield piece;
  }
}

/** An answer whose bytes go on while they may; any other as it is. */
export function guarded(ctx: Context, asked: Asked, placed: Placed, output: unknown): unknown {
  if (asked.declaration.output !== bytesAnswer) return output;
  const { bytes, ...file } = output as BytesAnswer;
  return { ...file, bytes: whileAllowed(ctx, asked, placed, bytes) };
}

/** The first phases of the call once more, by the rows as they are now. */
async function askAgain(
  { db }: Context,
  { declaration, names, findAgain }: Asked,
  before: Placed,
): Promise<void> {
  const caller = await findAgain();
  refuseWrongKind(declaration.access, caller);
  // Not what was found at first.
  const now = await place(db.read, declaration, caller, { ...names, found: undefined });
  checkReach(declaration, now.reach);
  refuseLess(before.reach, now.reach);
}

/** A handler may have asked for further scopes, so that none of those it saw may be gone. */
function refuseLess(before: Reach | null, now: Reach | null): void {
  const lost = before?.scopes.find((scope) => !now?.scopes.includes(scope));
  if (lost) throw new ApiError("missing_scope", undefined, { required: lost });
}
