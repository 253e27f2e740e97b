import type { Output } from "@parlance/contract/operations";
import type { Scope } from "@parlance/contract/scopes";
import { signedIn } from "../accounts/session.ts";
import { type App, findApp } from "../apps/apps.ts";
import type { Handlers, Reader } from "../context.ts";
import { type Connection, findConnections } from "../installations/find-connections.ts";
import { revokeGrants } from "../installations/revoke.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";

type Names = "connections.listMine" | "connections.revokeMine" | "connections.list" | "connections.revoke";
type ConnectionView = Output<"connections.list">["items"][number];

export const connectionHandlers: Handlers<Names> = {
  async "connections.listMine"(call, input) {
    return list(call.store, { userId: signedIn(call.caller).userId }, input, call.now);
  },

  async "connections.revokeMine"(call, input) {
    const { userId } = signedIn(call.caller);
    const filter = { id: input.grantId, userId };
    const ended = await revokeGrants(call.store, filter, call, "revoked_by_user", call.now);
    if (ended === 0) throw new ApiError("not_found", "There is no such connection.");
    call.note({ grantId: input.grantId });
  },

  async "connections.list"(call, input) {
    return list(call.store, { organizationId: call.reach.organization.id }, input, call.now);
  },

  async "connections.revoke"(call, input) {
    const filter = { id: input.grantId, organizationId: call.reach.organization.id };
    const ended = await revokeGrants(call.store, filter, call, "revoked_by_administrator", call.now);
    if (ended === 0) throw new ApiError("not_found", "There is no such connection.");
    call.note({ grantId: input.grantId });
  },
};

async function list(
  store: Reader,
  filter: { userId: string } | { organizationId: string },
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  now: number,
) {
  const after = decodeCursor(cursor, ["number", "string"]);
  const rows = await findConnections(store, filter, after, limit + 1);
  const apps = new Map<string, App>();
  for (const appId of new Set(rows.map((row) => row.appId))) {
    const app = await findApp(store, appId, now);
    if (app) apps.set(appId, app);
  }
  const page = toPage(
    rows,
    limit,
    (row) => row,
    (row) => [row.createdAt, row.id],
  );
  return {
    // A grant without its app is dead whatever its row says.
    items: page.items.flatMap((row) => toView(row, apps.get(row.appId)) ?? []),
    nextCursor: page.nextCursor,
  };
}

function toView(row: Connection, app: App | undefined): ConnectionView | null {
  if (!app) return null;
  return {
    id: row.id,
    app: {
      id: app.id,
      name: app.name,
      iconUrl: app.iconUrl,
      homepage: app.homepage,
      publisher: app.publisher,
      verified: app.verified,
    },
    organization: { id: row.organizationId, slug: row.organizationSlug, name: row.organizationName },
    user: { id: row.userId, name: row.userName, email: row.userEmail },
    scopes: JSON.parse(row.scopes) as Scope[],
    allProjects: row.projectAccess === "all",
    projects: row.projects,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    lastUsedAt: row.lastUsedAt === null ? null : iso(row.lastUsedAt),
  };
}
