import type { FieldError } from "@parlance/contract/errors";
import { inOrder, type Scope } from "@parlance/contract/scopes";
import type { Reader } from "../context.ts";
import type { AppTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import type { App } from "./apps.ts";
import { redirectUriErrors } from "./redirect-uri.ts";
import { clearVerified, replaceRedirectUris, updateApp } from "./store.ts";

interface AppChange {
  name?: string | undefined;
  homepage?: string | null | undefined;
  redirectUris?: string[] | undefined;
  scopes?: Scope[] | undefined;
  legacyWithoutPkce?: boolean | undefined;
  deviceFlow?: boolean | undefined;
}

/** Writes the changed fields. Throws `invalid_request` with a pointer for each field that is not allowed. */
export async function changeApp(store: Reader, app: App, change: AppChange, now: number): Promise<void> {
  refuse([
    ...redirectUriErrors(change.redirectUris ?? [], app),
    ...homepageErrors(change.homepage ?? null),
    ...legacyErrors(app, change),
    ...deviceErrors({ type: app.type, deviceFlow: change.deviceFlow }),
  ]);
  const fields: Partial<AppTable> = {};
  if (change.name !== undefined) fields.name = change.name;
  if (change.homepage !== undefined) fields.homepage = change.homepage;
  if (change.scopes !== undefined) fields.scopes = JSON.stringify(inOrder(change.scopes));
  if (change.legacyWithoutPkce !== undefined) {
    fields.legacyWithoutPkceAt = change.legacyWithoutPkce ? (app.legacyWithoutPkceAt ?? now) : null;
  }
  if (change.deviceFlow !== undefined) {
    fields.deviceFlowAt = change.deviceFlow ? (app.deviceFlowAt ?? now) : null;
  }
  if (changesIdentity(app, change)) fields.verifiedAt = null;
  if (Object.keys(fields).length > 0) await updateApp(store, app.id, fields);
  if (change.redirectUris) await replaceRedirectUris(store, app.id, change.redirectUris);
}

/** Sets or clears "verified", from the command line only: a person has checked who is behind the app. */
export async function verifyApp(store: Reader, appId: string, verifiedAt: number | null): Promise<void> {
  await updateApp(store, appId, { verifiedAt });
}

/** Clears "verified" of all apps of an organization: it stands beside the publisher's name, which has changed. */
export async function publisherRenamed(store: Reader, organizationId: string): Promise<void> {
  await clearVerified(store, organizationId);
}

/** Throws `invalid_request` with these errors when the list is not empty. */
export function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw new ApiError("invalid_request", undefined, { errors });
}

/** The homepage stands as plain text on the consent page, so it must read as what it is. */
export function homepageErrors(homepage: string | null): FieldError[] {
  if (homepage === null) return [];
  const url = URL.canParse(homepage) ? new URL(homepage) : null;
  const plain = /^https?:\/\/[!-[\]-~]+$/.test(homepage);
  if (url && plain && !url.username && !url.password) return [];
  return [
    {
      pointer: "/homepage",
      code: "invalid_homepage",
      expected: "an http or https address in ASCII, without a user or password",
    },
  ];
}

function legacyErrors(app: App, change: AppChange): FieldError[] {
  if (!change.legacyWithoutPkce || app.confidential) return [];
  return [{ pointer: "/legacyWithoutPkce", code: "not_allowed", expected: "an app with a secret" }];
}

/** Who could begin requests in the name of a page would be anybody (decision 27). */
export function deviceErrors(app: Pick<App, "type"> & { deviceFlow?: boolean | undefined }): FieldError[] {
  if (!app.deviceFlow || app.type !== "spa") return [];
  return [{ pointer: "/deviceFlow", code: "not_allowed", expected: "an app that runs outside of a browser" }];
}

/**
 * "Verified" was said of a name and the hosts behind it, so it is cleared when one of them changes (spec/oauth, "Apps").
 * With another path, or one redirect host less, the publisher is still the same.
 */
function changesIdentity(app: App, change: AppChange): boolean {
  if (change.name !== undefined && change.name !== app.name) return true;
  if (change.homepage !== undefined && hostOf(change.homepage) !== hostOf(app.homepage)) return true;
  const known = new Set(app.redirectUris.map(hostOf));
  return (change.redirectUris ?? []).some((uri) => !known.has(hostOf(uri)));
}

function hostOf(address: string | null): string | null {
  if (address === null) return null;
  const url = new URL(address);
  return url.host || url.protocol;
}
