import { OPENS } from "@parlance/contract/credentials";
import type { Caller } from "../context.ts";
import { ANYONE as NOBODY_KNOWN } from "../database/actor.ts";
import { ApiError } from "../platform/api-error.ts";

/** Whoever calls what anyone may. */
export const ANYONE: Caller = {
  actor: NOBODY_KNOWN,
  authority: { kind: "nothing", opens: OPENS.nothing },
  limitKey: null,
  idempotencyOwner: null,
  home: null,
  held: [],
  reachIn: async () => {
    throw new ApiError("not_found");
  },
  organizations: async () => [],
};
