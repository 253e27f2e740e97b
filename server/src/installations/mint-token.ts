import type { Input, Output } from "@parlance/contract/operations";
import { inOrder, intersect, type Scope } from "@parlance/contract/scopes";
import type { WriteCall } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { after, iso } from "../platform/clock.ts";
import { newCredential } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { findProjectsAmong } from "../projects/find-project.ts";
import type { AccessToken } from "./access-caller.ts";
import type { FamilyGrant } from "./family.ts";
import { noteGrantUse } from "./note-use.ts";
import { insertToken } from "./store.ts";

/**
 * Mints an installation token under one live grant (spec/oauth §4). The body may only narrow: any widening, an empty
 * list of scopes, or `project_ids: []` on a limited grant is `invalid_request`.
 */
export async function mintToken(
  call: WriteCall,
  presented: AccessToken,
  grant: FamilyGrant,
  input: Input<"installations.mint">,
): Promise<Output<"installations.mint">> {
  const allowed = intersect(grant.scopes, presented.scopes);
  const scopes = narrowScopes(allowed, input.scopes);
  const projects = await narrowProjects(call, grant, input.project_ids);
  const longest = call.config.INSTALLATION_TOKEN_SECONDS;
  const lifeSeconds = Math.min(input.expires_in ?? longest, longest);
  const token = newCredential("installation_token");
  call.strangers.remember(token);
  const expiresAt = after(call.now, lifeSeconds);
  await insertToken(call.store, {
    hash: hashOf(token),
    grantId: grant.row.grantId,
    familyId: presented.familyId,
    // Always stored: a token never does more than its answer said, even when the grant grows while it lives.
    scopes: JSON.stringify(scopes),
    projectIds: projects === null ? null : JSON.stringify(projects),
    issuedAt: call.now,
    expiresAt,
  });
  await noteGrantUse(call, grant.row.grantId);
  return {
    installation_token: token,
    token_type: "Bearer",
    expires_at: iso(expiresAt),
    expires_in: lifeSeconds,
    organization_id: grant.row.organizationId,
    project_ids: projects ?? (grant.projects === "all" ? [] : [...grant.projects]),
    scopes,
  };
}

function narrowScopes(allowed: readonly Scope[], requested: readonly Scope[] | undefined): Scope[] {
  if (!requested) return [...allowed];
  const wider = requested.find((scope) => !allowed.includes(scope));
  if (wider) {
    throw new ApiError(
      "invalid_request",
      `scopes may only narrow: ${wider} is not among what this token may do.`,
      {
        errors: [{ pointer: "/scopes", code: "wider_than_grant", expected: allowed.join(" "), found: wider }],
      },
    );
  }
  return inOrder(requested);
}

/** The requested projects; null when nothing narrows the grant. */
async function narrowProjects(
  call: WriteCall,
  grant: FamilyGrant,
  requested: readonly string[] | undefined,
): Promise<string[] | null> {
  if (!requested) return null;
  if (requested.length === 0) {
    if (grant.projects === "all") return null;
    throw new ApiError(
      "invalid_request",
      "project_ids must not be empty: this connection is limited to chosen projects.",
      {
        errors: [{ pointer: "/project_ids", code: "empty" }],
      },
    );
  }
  const unique = [...new Set(requested)];
  const inside =
    grant.projects === "all"
      ? await findProjectsAmong(call.store, grant.row.organizationId, unique)
      : unique.filter((id) => grant.projects.includes(id));
  const wider = unique.find((id) => !inside.includes(id));
  if (wider) {
    throw new ApiError(
      "invalid_request",
      `project_ids may only narrow: ${wider} is not in this connection.`,
      {
        errors: [{ pointer: "/project_ids", code: "wider_than_grant", found: wider }],
      },
    );
  }
  return unique;
}
