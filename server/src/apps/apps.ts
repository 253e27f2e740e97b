import { inOrder, type Scope } from "@parlance/contract/scopes";
import type { Reader } from "../context.ts";
import type { AppTable } from "../database/schema.ts";
import { newId } from "../platform/crypto.ts";
import { isDocumentAddress } from "./document-address.ts";
import {
  type AppRow,
  insertApp,
  replaceRedirectUris,
  selectApp,
  selectPublicOrigin,
  selectRedirectUris,
  updateApp,
} from "./store.ts";

/** An app together with where its users may be sent back to. */
export interface App extends Client {
  redirectUris: string[];
}

/** An OAuth client as the rest of the server sees it. */
export interface Client extends Omit<AppTable, "scopes" | "names" | "fingerprint"> {
  /** Its name in other languages, by language tag. */
  names: Readonly<Record<string, string>>;
  /** The ceiling: no grant of this app holds more. */
  scopes: Scope[];
  enabled: boolean;
  /** The owner organization's name; null for self-registered apps and those of the command line. */
  publisher: string | null;
  verified: boolean;
  /** A path below PUBLIC_URL, which changes with the picture. */
  iconUrl: string | null;
  legacyWithoutPkce: boolean;
  /** Whether it may ask for people on devices without a browser (decision 27). */
  deviceFlow: boolean;
  /** Whether it has a secret and has to prove it. */
  confidential: boolean;
  /** Whether a person here answers for it: it was registered in the dashboard or on the command line. */
  trusted: boolean;
}

export interface NewApp {
  name: string;
  names?: Readonly<Record<string, string>>;
  type: AppTable["type"];
  authentication: AppTable["authentication"];
  origin: AppTable["origin"];
  organizationId: string | null;
  homepage: string | null;
  redirectUris: string[];
  scopes: Scope[];
  createdBy: string | null;
  expiresAt: number | null;
  fingerprint?: string | null;
  deviceFlow?: boolean;
}

const APP_ID = /^app_[0-9A-Za-z]{1,40}$/;

/** The app of a client_id, disabled or not; undefined when unknown, deleted or expired. */
export async function findApp(store: Reader, id: string, now: number): Promise<App | undefined> {
  if (!isAppId(id)) return undefined;
  const [row, uris] = await Promise.all([selectApp(store, id, now), selectRedirectUris(store, [id])]);
  return (
    row &&
    toApp(
      row,
      uris.map((entry) => entry.uri),
    )
  );
}

/** The same for whom nobody is sent back. */
export async function findClientApp(store: Reader, id: string, now: number): Promise<Client | undefined> {
  if (!isAppId(id)) return undefined;
  const row = await selectApp(store, id, now);
  return row && toClient(row);
}

/** A client_id is checked before it reaches the database, which may refuse its bytes. */
function isAppId(id: string): boolean {
  return APP_ID.test(id) || isDocumentAddress(id);
}

/** Registers an app, whose redirect URIs the caller has checked (`redirectUriProblem`), and answers its id. */
export async function registerApp(store: Reader, fields: NewApp, now: number): Promise<string> {
  const { redirectUris, scopes, names = {}, fingerprint = null, deviceFlow = false, ...rest } = fields;
  const id = newId("app");
  await insertApp(store, {
    ...rest,
    id,
    names: namesColumn(names),
    fingerprint,
    scopes: JSON.stringify(inOrder(scopes)),
    legacyWithoutPkceAt: null,
    deviceFlowAt: deviceFlow ? now : null,
    verifiedAt: null,
    disabledAt: null,
    deletedAt: null,
    createdAt: now,
  });
  await replaceRedirectUris(store, id, redirectUris);
  return id;
}

/** Lets an app stay that nobody here registered: once a person has approved it, it no longer expires. */
export async function keepApp(store: Reader, appId: string): Promise<void> {
  await updateApp(store, appId, { expiresAt: null, fingerprint: null });
}

export function namesColumn(names: Readonly<Record<string, string>>): string | null {
  return Object.keys(names).length === 0 ? null : JSON.stringify(names);
}

/** Whether a page at this origin belongs to an enabled public app, which may then call the token endpoint (CORS). */
export async function isPublicAppOrigin(store: Reader, origin: string, now: number): Promise<boolean> {
  return /^https?:\/\/[!-~]{1,300}$/.test(origin) && (await selectPublicOrigin(store, origin, now));
}

export function toApp(row: AppRow, redirectUris: string[]): App {
  return { ...toClient(row), redirectUris };
}

function toClient({ fingerprint: _, ...row }: AppRow): Client {
  return {
    ...row,
    names: row.names === null ? {} : JSON.parse(row.names),
    scopes: JSON.parse(row.scopes),
    enabled: row.disabledAt === null && row.deletedAt === null,
    verified: row.verifiedAt !== null,
    iconUrl: row.iconHash === null ? null : `/icons/${row.id}?v=${row.iconHash.slice(0, 8)}`,
    legacyWithoutPkce: row.legacyWithoutPkceAt !== null,
    deviceFlow: row.deviceFlowAt !== null,
    confidential: row.authentication === "secret",
    trusted: row.origin === "dashboard" || row.origin === "command_line",
  };
}
