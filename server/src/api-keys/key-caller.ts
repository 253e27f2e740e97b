import { CREDENTIALS, OPENS } from "@parlance/contract/credentials";
import type { Authority, Caller, Context, Reader } from "../context.ts";
import { keyActor } from "../database/actor.ts";
import { oneOrganization } from "../organizations/one-organization.ts";
import { ApiError } from "../platform/api-error.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { derived } from "../platform/derived.ts";
import { noteKeyUse } from "./note-use.ts";
import { type LiveKey, needLive, reachNow } from "./standing.ts";
import { selectKeyByHash, selectProjectIds } from "./store.ts";

/** The recognizer of secret keys, which are good for the resource API and the MCP endpoint alike. */
export function secretKeys(ctx: Pick<Context, "db" | "log">) {
  return {
    prefix: CREDENTIALS.organization_key.prefix,
    opens: OPENS.organization_key,
    recognize: (key: string, _audience: string, now: number) => findKey(ctx, key, now),
  };
}

const FOR_BROWSERS =
  "A public key reads published content and opens nothing else. Use a secret key or an installation token here.";

/** The recognizer of public keys, which says what they are for: no operation takes them. */
export const publicKeys = {
  prefix: CREDENTIALS.public_key.prefix,
  opens: OPENS.public_key,
  instead: FOR_BROWSERS,
  async recognize(): Promise<never> {
    throw new ApiError("invalid_token", FOR_BROWSERS);
  },
};

/** Who holds this secret key, by the rows as they are now. Throws `invalid_token` (unknown, expired, revoked). */
async function findKey(ctx: Pick<Context, "db" | "log">, key: string, now: number): Promise<Caller> {
  const row = await findLiveKey(ctx.db.read, key, now);
  noteKeyUse(ctx, row.id, now);
  if (row.projectAccess === "all") return holderOf(row, ALL_PROJECTS);
  return holderOf(row, await selectProjectIds(ctx.db.read, row.id));
}

/** The same as its row. */
export async function findLiveKey(store: Reader, key: string, now: number): Promise<LiveKey> {
  if (!looksLike("organization_key", key)) throw new ApiError("invalid_token");
  const row = await selectKeyByHash(store, hashOf(key));
  needLive(row, now);
  return row;
}

const ALL_PROJECTS = Object.freeze([]) as readonly string[];
const AUTHORITY: Authority = { kind: "organization_key", opens: OPENS.organization_key };

const holderOf = derived((row: LiveKey, chosen: readonly string[]): Caller => {
  const { id, createdBy } = row;
  return {
    actor: keyActor({ apiKeyId: id, userId: createdBy }),
    authority: AUTHORITY,
    limitKey: limitKeyOf(id),
    idempotencyOwner: id,
    ...oneOrganization(reachNow(row, chosen)),
  };
});

/** Names the window of a key among rate limits. */
export function limitKeyOf(keyId: string): string {
  return `key:${keyId}`;
}
