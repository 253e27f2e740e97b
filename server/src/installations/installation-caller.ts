import { CREDENTIALS, OPENS } from "@parlance/contract/credentials";
import type { Authority, Caller, Context, Reach, Reader } from "../context.ts";
import { appActor } from "../database/actor.ts";
import { oneOrganization } from "../organizations/one-organization.ts";
import { ApiError } from "../platform/api-error.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { derived } from "../platform/derived.ts";
import { demoted, reachOf, scopesNow, standingOf } from "./standing.ts";
import { selectProjectIds, selectToken, type TokenRow } from "./store.ts";

/** The recognizer of installation tokens, which are good for the resource API and the MCP endpoint alike. */
export function installationTokens({ db }: Pick<Context, "db">) {
  return {
    prefix: CREDENTIALS.installation_token.prefix,
    opens: OPENS.installation_token,
    recognize: (token: string, _audience: string, now: number) => findInstallation(db.read, token, now),
  };
}

/**
 * Who holds this installation token, and what it may do now: its own narrowing ∩ family cap ∩ grant ∩ role ∩ the
 * app's ceiling, read from the rows at every call (spec/oauth §4).
 *
 * Throws `invalid_token` (unknown, expired, ended), `grant_revoked`, or `wrong_organization` when the granting user is
 * no longer owner or admin.
 */
export async function findInstallation(store: Reader, token: string, now: number): Promise<Caller> {
  if (!looksLike("installation_token", token)) throw new ApiError("invalid_token");
  const row = await selectToken(store, hashOf(token));
  if (!row || row.expiresAt <= now || row.tokenRevokedAt !== null) throw new ApiError("invalid_token");
  const standing = standingOf(row);
  if (standing === "revoked") throw new ApiError("grant_revoked");
  if (row.familyEndedAt !== null) throw new ApiError("invalid_token");
  if (standing === "demoted") throw demoted();
  if (row.projectAccess === "all") return holderOf(row, ALL_PROJECTS);
  return holderOf(row, await selectProjectIds(store, row.grantId));
}

const ALL_PROJECTS = Object.freeze([]) as readonly string[];

/** @param chosen the projects of a grant that is limited to some */
const holderOf = derived((row: TokenRow, chosen: readonly string[]): Caller => {
  const { hash: tokenHash, appId, userId, grantId } = row;
  return installationCaller({ tokenHash, appId, userId, grantId, reach: reachNow(row, chosen) });
});

/** What was presented: no more is known of a token than its hash. */
interface InstallationToken extends Authority {
  readonly kind: "installation_token";
}

const AUTHORITY: InstallationToken = { kind: "installation_token", opens: OPENS.installation_token };

/** The holder of an installation token, which reaches one organization. */
export function installationCaller({
  tokenHash,
  reach,
  ...ids
}: {
  tokenHash: string;
  appId: string;
  userId: string;
  grantId: string;
  reach: Reach;
}): Caller {
  return {
    actor: appActor(ids),
    authority: AUTHORITY,
    limitKey: `token:${tokenHash}`,
    // A retry may come with a newly minted token, so the key belongs to the grant.
    idempotencyOwner: ids.grantId,
    ...oneOrganization(reach),
  };
}

function reachNow(row: TokenRow, chosen: readonly string[]): Reach {
  const scopes = scopesNow(row, [row.capScopes, ...(row.tokenScopes === null ? [] : [row.tokenScopes])]);
  return { ...reachOf(row, scopes, projectsNow(row, chosen)), grantScopes: scopesNow(row) };
}

function projectsNow(
  { projectAccess, tokenProjectIds }: TokenRow,
  chosen: readonly string[],
): Reach["projects"] {
  const narrowed = tokenProjectIds === null ? null : (JSON.parse(tokenProjectIds) as string[]);
  if (projectAccess === "all") return narrowed ?? "all";
  return narrowed === null ? chosen : chosen.filter((id) => narrowed.includes(id));
}
