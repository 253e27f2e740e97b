import type { Output } from "@parlance/contract/operations";
import type { apiKeyOperations } from "@parlance/contract/operations/api-keys";
import type { Scope } from "@parlance/contract/scopes";
import { signedIn } from "../accounts/session.ts";
import type { Handlers, Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { createKey } from "./create-key.ts";
import { revokeKeys } from "./revoke-keys.ts";
import { type ListedKey, selectKey, selectKeys, selectNamedProjects } from "./store.ts";

type KeyView = Output<"apiKeys.list">["items"][number];

export const apiKeyHandlers: Handlers<keyof typeof apiKeyOperations> = {
  async "apiKeys.list"(call, { limit, cursor }) {
    const after = decodeCursor(cursor, ["number", "string"]);
    const rows = await selectKeys(call.store, call.reach.organization.id, { after, limit: limit + 1 });
    const projects = await projectsOf(call.store, rows);
    return toPage(
      rows,
      limit,
      (row) => toView(row, projects),
      (row) => [row.createdAt, row.id],
    );
  },

  async "apiKeys.create"(call, input) {
    const { userId, name: creatorName } = signedIn(call.caller);
    const { row, key } = await createKey(call, userId, input);
    const { name, kind, scopes, projects } = input;
    call.note({ target: row.id, name, kind, scopes, projects });
    const created = { ...row, creatorName };
    return { apiKey: toView(created, await projectsOf(call.store, [created])), key };
  },

  async "apiKeys.revoke"(call, { apiKeyId }) {
    const { id: organizationId } = call.reach.organization;
    const filter = { id: apiKeyId, organizationId };
    const revoked = await revokeKeys(call.store, filter, call, "revoked_by_administrator", call.now);
    if (revoked.length > 0) return;
    const known = await selectKey(call.store, apiKeyId);
    if (known?.organizationId !== organizationId)
      throw new ApiError("not_found", "There is no such API key.");
    throw new ApiError("gone", "The key was revoked before.");
  },
};

type NamedProjects = Awaited<ReturnType<typeof selectNamedProjects>>;

function projectsOf(store: Reader, rows: readonly ListedKey[]): Promise<NamedProjects> {
  const limited = rows.filter((row) => row.projectAccess === "chosen");
  return selectNamedProjects(
    store,
    limited.map((row) => row.id),
  );
}

function toView(row: ListedKey, projects: NamedProjects): KeyView {
  const { id, kind, name, lastFour, createdBy, creatorName } = row;
  return {
    id,
    kind,
    name,
    lastFour,
    scopes: row.scopes === null ? null : (JSON.parse(row.scopes) as Scope[]),
    allProjects: row.projectAccess === "all",
    projects: projects
      .filter((project) => project.apiKeyId === id)
      .map((project) => ({ id: project.id, name: project.name })),
    createdBy: { id: createdBy, name: creatorName },
    createdAt: iso(row.createdAt),
    expiresAt: row.expiresAt === null ? null : iso(row.expiresAt),
    lastUsedAt: row.lastUsedAt === null ? null : iso(row.lastUsedAt),
  };
}
