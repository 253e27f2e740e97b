import type { Input } from "@parlance/contract/operations";
import { inOrder } from "@parlance/contract/scopes";
import type { Reach, WriteCall } from "../context.ts";
import type { ApiKeyTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { after } from "../platform/clock.ts";
import { newCredential } from "../platform/credential.ts";
import { hashOf, newId } from "../platform/crypto.ts";
import { findProjectsAmong } from "../projects/find-project.ts";
import { insertKey } from "./store.ts";

/**
 * Makes a key, whose clear text exists only in the answer. Throws `invalid_request` for scopes of a public key, and for a
 * project that the organization does not have, whether or not another has it.
 */
export async function createKey(
  call: WriteCall & { readonly reach: Reach },
  createdBy: string,
  { name, kind, scopes, projects }: Input<"apiKeys.create">,
): Promise<{ row: ApiKeyTable; key: string }> {
  if (kind === "public" && scopes !== null) refusePublicScopes();
  const { id: organizationId } = call.reach.organization;
  const chosen = projects === "all" ? [] : [...new Set(projects)];
  await needProjects(call, organizationId, chosen);
  const key = newCredential(kind === "secret" ? "organization_key" : "public_key");
  const row: ApiKeyTable = {
    id: newId("key"),
    organizationId,
    kind,
    name,
    hash: hashOf(key),
    lastFour: key.slice(-4),
    scopes: scopesOf(kind, scopes),
    projectAccess: projects === "all" ? "all" : "chosen",
    createdBy,
    createdAt: call.now,
    expiresAt: kind === "secret" ? after(call.now, call.config.API_KEY_SECONDS) : null,
    lastUsedAt: null,
    revokedAt: null,
    revokedBy: null,
  };
  await insertKey(call.store, row, chosen);
  call.strangers.remember(key);
  return { row, key };
}

/** A public key holds none: null would mean all. */
function scopesOf(kind: ApiKeyTable["kind"], scopes: Input<"apiKeys.create">["scopes"]): string | null {
  if (kind === "public") return "[]";
  return scopes === null ? null : JSON.stringify(inOrder(scopes));
}

async function needProjects(
  { store }: WriteCall,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  const known = new Set(await findProjectsAmong(store, organizationId, ids));
  const unknown = ids.findIndex((id) => !known.has(id));
  if (unknown === -1) return;
  throw new ApiError("invalid_request", "The organization does not have one of these projects.", {
    errors: [{ pointer: `/projects/${unknown}`, code: "unknown_project", found: ids[unknown] as string }],
  });
}

function refusePublicScopes(): never {
  throw new ApiError("invalid_request", "A public key reads published content only: it takes no scopes.", {
    errors: [{ pointer: "/scopes", code: "not_allowed", expected: "null for a public key" }],
  });
}
