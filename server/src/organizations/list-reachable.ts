import type { Handlers } from "../context.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";

/** The organizations that a caller reaches: the one of a token, or all that a person belongs to. */
export const reachableHandlers: Handlers<"organizations.list"> = {
  async "organizations.list"(call, { limit, cursor }) {
    const [after] = (decodeCursor(cursor, ["string"]) ?? []) as [string?];
    const rows = await call.caller.organizations(call.store, { after, limit: limit + 1 });
    return toPage(
      rows,
      limit,
      ({ id, slug, name }) => ({ id, slug, name }),
      ({ slug }) => [slug],
    );
  },
};
