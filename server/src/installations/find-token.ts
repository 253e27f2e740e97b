import type { Role } from "@parlance/contract/roles";
import type { Caller, Reach, Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { hashOf, looksLike } from "../platform/crypto.ts";
import { commonScopes, reachOf, scopesNow, standingOf } from "./standing.ts";
import { selectProjectIds, selectToken } from "./store.ts";

type InstallationCaller = Extract<Caller, { kind: "installation" }>;

/**
 * Who holds this installation token, and what it may do now: its own narrowing ∩ family cap ∩ grant ∩ role, read from
 * the rows at every call (spec/oauth §4).
 *
 * Throws `invalid_token` (unknown, expired, ended), `grant_revoked`, or `wrong_organization` when the granting user is
 * no longer owner or admin.
 */
export async function findInstallation(
  store: Reader,
  token: string,
  now: number,
): Promise<InstallationCaller> {
  if (!looksLike("installation_token", token)) throw new ApiError("invalid_token");
  const hash = hashOf(token);
  const row = await selectToken(store, hash);
  if (!row || row.expiresAt <= now || row.tokenRevokedAt !== null) throw new ApiError("invalid_token");
  const standing = standingOf(row);
  if (standing === "revoked") throw new ApiError("grant_revoked");
  if (row.familyEndedAt !== null) throw new ApiError("invalid_token");
  if (standing === "demoted") {
    throw new ApiError(
      "wrong_organization",
      "The user who connected this app no longer administers the organization.",
    );
  }
  const held = scopesNow(row);
  const columns = [row.grantScopes, row.capScopes, ...(row.tokenScopes === null ? [] : [row.tokenScopes])];
  const scopes = commonScopes(columns, row.role as Role);
  const projects = await projectsNow(store, row.grantId, row.projectAccess, row.tokenProjectIds);
  return {
    kind: "installation",
    tokenHash: hash,
    familyId: row.familyId,
    grantId: row.grantId,
    appId: row.appId,
    userId: row.userId,
    reach: reachOf(row, scopes, projects),
    grantScopes: held,
  };
}

async function projectsNow(
  store: Reader,
  grantId: string,
  access: "all" | "chosen",
  narrowing: string | null,
): Promise<Reach["projects"]> {
  const narrowed = narrowing === null ? null : (JSON.parse(narrowing) as string[]);
  if (access === "all") return narrowed ?? "all";
  const chosen = await selectProjectIds(store, grantId);
  return narrowed === null ? chosen : chosen.filter((id) => narrowed.includes(id));
}
