import type { TokenKind } from "@parlance/contract/credentials";
import type { Recognizer } from "./access/identify.ts";
import type { Accounts } from "./accounts/accounts.ts";
import { sessionHandlers } from "./accounts/operations.ts";
import { publicKeys, secretKeys } from "./api-keys/key-caller.ts";
import { apiKeyHandlers } from "./api-keys/operations.ts";
import { revokeKeys } from "./api-keys/revoke-keys.ts";
import { publisherRenamed } from "./apps/change-app.ts";
import { deleteAppsOfOrganization } from "./apps/end-app.ts";
import { appHandlers } from "./apps/operations.ts";
import { auditHandlers } from "./audit/operations.ts";
import { changesetHandlers } from "./changesets/operations.ts";
import { changesetTools } from "./changesets/tools.ts";
import { connectionHandlers } from "./connections/operations.ts";
import { contentHandlers } from "./content/operations.ts";
import type { Context, Handlers, ToolHandlers } from "./context.ts";
import { personActor } from "./database/actor.ts";
import { exportHandlers } from "./exports/operations.ts";
import { importHandlers } from "./imports/operations.ts";
import { importTools } from "./imports/tools.ts";
import { installationTokens } from "./installations/installation-caller.ts";
import { installationHandlers } from "./installations/operations.ts";
import { revokeGrants } from "./installations/revoke.ts";
import { keyHandlers } from "./keys/operations.ts";
import { keyTools } from "./keys/tools.ts";
import { languageHandlers } from "./languages/operations.ts";
import { languageTools } from "./languages/tools.ts";
import { namespaceHandlers } from "./namespaces/operations.ts";
import type { AccessTokens } from "./oauth/access-token.ts";
import { tokenHandlers } from "./oauth/operations.ts";
import { reachableHandlers } from "./organizations/list-reachable.ts";
import { OrganizationListeners } from "./organizations/listeners.ts";
import { leaveEverywhere } from "./organizations/members.ts";
import { organizationHandlers } from "./organizations/operations.ts";
import { pendingHandlers } from "./pending/operations.ts";
import { pendingTools } from "./pending/tools.ts";
import { projectHandlers } from "./projects/operations.ts";
import { projectTools } from "./projects/tools.ts";
import { publishingHandlers } from "./publishing/operations.ts";
import { publishingTools } from "./publishing/tools.ts";
import { syncTools } from "./syncs/tools.ts";
import { valueHandlers } from "./values/operations.ts";
import { valueTools } from "./values/tools.ts";

/** Who recognizes which credential. A missing one is a compile error. */
export function assembleRecognizers(ctx: Context, accessTokens: AccessTokens): Recognizer[] {
  const recognizers: Record<TokenKind, Recognizer> = {
    access_token: accessTokens.recognizer(),
    installation_token: installationTokens(ctx),
    organization_key: secretKeys(ctx),
    public_key: publicKeys,
  };
  return Object.values(recognizers);
}

/** Which function implements which operation, and who hears of what happens elsewhere. */
export function assembleHandlers(ctx: Context, accounts: Accounts, accessTokens: AccessTokens): Handlers {
  const listeners = new OrganizationListeners();

  listeners.onMemberRemoved(async (tx, { organizationId, userId, by }, now) => {
    const actor = personActor(by);
    await revokeGrants(tx, { organizationId, userId }, { actor }, "member_removed", now);
    // Public keys lend nobody's role, and stand in pages that go on.
    const keys = { organizationId, createdBy: userId, kind: "secret" } as const;
    await revokeKeys(tx, keys, { actor }, "member_removed", now);
  });
  listeners.onOrganizationDeleted(async (tx, { organizationId, by }, now) => {
    const actor = personActor(by);
    await revokeGrants(tx, { organizationId }, { actor }, "organization_deleted", now);
    await revokeKeys(tx, { organizationId }, { actor }, "organization_deleted", now);
    await deleteAppsOfOrganization(tx, organizationId, { actor }, now);
  });
  listeners.onOrganizationRenamed((tx, { organizationId }) => publisherRenamed(tx, organizationId));
  accounts.onUserDeleted(async (tx, { userId }, now) => {
    await leaveEverywhere(ctx.db, tx, listeners, userId, now);
    await revokeGrants(tx, { userId }, { actor: personActor(userId) }, "user_deleted", now);
  });

  return {
    ...sessionHandlers,
    ...organizationHandlers(listeners),
    ...reachableHandlers,
    ...projectHandlers,
    ...contentHandlers,
    ...keyHandlers,
    ...valueHandlers,
    ...languageHandlers,
    ...namespaceHandlers,
    ...changesetHandlers,
    ...pendingHandlers,
    ...publishingHandlers,
    ...importHandlers,
    ...exportHandlers,
    ...appHandlers,
    ...apiKeyHandlers,
    ...installationHandlers,
    ...connectionHandlers,
    ...tokenHandlers(accessTokens),
    ...auditHandlers,
  };
}

/** Which function implements which tool. */
export const TOOL_HANDLERS: ToolHandlers = {
  ...projectTools,
  ...languageTools,
  ...keyTools,
  ...valueTools,
  ...pendingTools,
  ...publishingTools,
  ...syncTools,
  ...changesetTools,
  ...importTools,
};
