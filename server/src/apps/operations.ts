import type { appOperations } from "@parlance/contract/operations/apps";
import { signedIn } from "../accounts/session.ts";
import type { Call, Handlers, Reach, Reader, Transaction, WriteCall } from "../context.ts";
import { lockMembers, requireRole } from "../organizations/roles.ts";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { type App, findApp } from "./apps.ts";
import { changeApp } from "./change-app.ts";
import { createApp } from "./create-app.ts";
import { deleteApp, disableApp, enableApp } from "./end-app.ts";
import { setIcon } from "./icons.ts";
import { addSecret } from "./secrets.ts";
import { lockApp, selectApp, selectAppsOfOrganization } from "./store.ts";
import { updateSecretOfApp } from "./store-secrets.ts";
import { appViews, secretView } from "./view.ts";

type PlacedCall = Call & { readonly reach: Reach };
type PlacedWrite = WriteCall & { readonly reach: Reach };

export const appHandlers: Handlers<keyof typeof appOperations> = {
  async "apps.list"(call, input) {
    const after = decodeCursor(input.cursor, ["number", "string"]);
    const rows = await selectAppsOfOrganization(
      call.store,
      call.reach.organization.id,
      after,
      input.limit + 1,
    );
    const views = new Map((await appViews(call.store, rows)).map((view) => [view.id, view]));
    return toPage(
      rows,
      input.limit,
      (row) => views.get(row.id) as NonNullable<ReturnType<typeof views.get>>,
      (row) => [row.createdAt, row.id],
    );
  },

  async "apps.create"(call, input) {
    const { appId, clientSecret } = await createApp(
      call.store,
      {
        ...input,
        origin: "dashboard",
        organizationId: call.reach.organization.id,
        createdBy: call.actor.userId,
      },
      call.now,
    );
    call.note({ target: appId, appId });
    return { app: await viewOf(call.store, appId, call.now), clientSecret };
  },

  async "apps.get"(call, input) {
    const app = await ownApp(call, input.appId);
    return await viewOf(call.store, app.id, call.now);
  },

  async "apps.update"(call, input) {
    const app = await lockedApp(call, input.appId);
    await changeApp(call.store, app, input, call.now);
    if (input.enabled === false && app.enabled) {
      call.note({ revoked: await disableApp(call.store, app.id, call, call.now) });
    }
    if (input.enabled === true && !app.enabled) await enableApp(call.store, app.id, call, call.now);
    call.note({ fields: changedFields(input) });
    return await viewOf(call.store, app.id, call.now);
  },

  async "apps.setIcon"(call, input) {
    const app = await ownApp(call, input.appId);
    await setIcon(call, app.id, input.url, (tx) => stillLockedApp(call, tx, app.id));
    return await viewOf(call.store, app.id, call.now);
  },

  async "apps.delete"(call, input) {
    const app = await lockedApp(call, input.appId);
    call.note({ revoked: await deleteApp(call.store, app.id, call, call.now) });
  },

  async "secrets.create"(call, input) {
    const app = await lockedApp(call, input.appId);
    if (!app.confidential) throw new ApiError("conflict", "This app is public: it has no secrets.");
    const { row, clientSecret } = await addSecret(call.store, app.id, call.now);
    call.note({ target: row.id });
    return { secret: secretView(row), clientSecret };
  },

  async "secrets.delete"(call, input) {
    const app = await lockedApp(call, input.appId);
    const deleted = await updateSecretOfApp(call.store, app.id, input.secretId, { deletedAt: call.now });
    if (!deleted) throw new ApiError("not_found");
  },
};

/** The app, if it belongs to the organization of the path. Throws `not_found` for all others alike. */
async function ownApp(call: PlacedCall, appId: string): Promise<App> {
  const app = await findApp(call.store, appId, call.now);
  if (app?.organizationId !== call.reach.organization.id) throw new ApiError("not_found");
  return app;
}

/** The same, for a write: whoever changes this app too waits for us. */
async function lockedApp(call: PlacedWrite, appId: string): Promise<App> {
  const { id } = await ownApp(call, appId);
  await lockApp(call.store, id);
  call.note({ appId: id });
  return await ownApp(call, id);
}

/** The same, for a transaction of its own. Throws `forbidden` when the caller's role was taken away meanwhile. */
async function stillLockedApp(call: PlacedCall, tx: Transaction, appId: string): Promise<App> {
  const { id } = call.reach.organization;
  await lockMembers(call.db, tx, id);
  await requireRole(tx, id, signedIn(call.caller).userId, "admin");
  return lockedApp({ ...call, store: tx }, appId);
}

async function viewOf(store: Reader, appId: string, now: number) {
  const row = await selectApp(store, appId, now);
  const [view] = row ? await appViews(store, [row]) : [];
  if (!view) throw new ApiError("not_found");
  return view;
}

function changedFields(input: Record<string, unknown>): string[] {
  return Object.keys(input).filter((field) => field !== "appId" && input[field] !== undefined);
}
