import { MOUNTS, type Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import type { Browser } from "../support/flow.ts";
import type { TestServer } from "../support/server.ts";
import type { Target } from "./targets.ts";

/** What a call brings along: a token, or a browser's cookies and the `Origin` of the page (this server's unless told). */
export type Credential = { token: string } | { browser: Browser; origin?: string | null } | null;

/** Calls an operation: fields that the path does not hold go into the query or the JSON body. */
export function send(
  base: string,
  name: OperationName,
  { params = {}, input = {}, body }: Target,
  credential: Credential,
  headers: Record<string, string> = {},
): Promise<Response> {
  const { rest }: Operation = OPERATIONS[name];
  const path = rest.path.replaceAll(/:(\w+)/g, (_, param) => encodeURIComponent(params[param] ?? "-"));
  const url = new URL(base + MOUNTS[rest.mount] + path);
  const { bytes, headers: names = {} } = rest;
  const inQuery = rest.method === "GET" || rest.method === "DELETE" || bytes !== undefined;
  const ownHeaders: Record<string, string> = {};
  if (inQuery) {
    for (const [field, value] of Object.entries(input ?? {})) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const header = Object.hasOwn(names, field) ? names[field] : undefined;
      if (header === undefined) url.searchParams.set(field, text);
      else ownHeaders[header] = encodeURI(text.toWellFormed());
    }
  }
  return fetch(url, {
    method: rest.method,
    redirect: "manual",
    headers: {
      ...(!inQuery && { "content-type": "application/json" }),
      ...(bytes?.[0] && { "content-type": bytes[0] }),
      ...ownHeaders,
      ...headersOf(base, credential),
      ...headers,
    },
    ...(!inQuery && { body: JSON.stringify(input) }),
    ...(bytes && { body: body ?? "" }),
  });
}

function headersOf(base: string, credential: Credential): Record<string, string> {
  if (credential === null) return {};
  if ("token" in credential) return { authorization: `Bearer ${credential.token}` };
  const { browser, origin = base } = credential;
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  return { cookie, ...(origin !== null && { origin }) };
}

/** Counters, the notes that a refusal leaves in the audit, and when a key was used may move; nothing else may. */
const MOVING = new Set(["rateLimits", "searchPending", "searchIndex"]);

/** The tables that differ. */
export function changed(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(after).filter((table) => before[table] !== after[table]);
}

/**
 * Every row of every table, as text to compare. The tables inside SQLite's search index have row ids that no number
 * holds; what is indexed stands in a table beside it.
 */
export async function everything({ ctx }: TestServer): Promise<Record<string, string>> {
  const store = ctx.db.read;
  const tables = (await store.introspection.getTables()).map((table) => table.name as "auditEntries");
  const contents = tables
    .filter((table) => !MOVING.has(table) && !table.startsWith("searchIndex_"))
    .map(async (table) => {
      const rows = store.selectFrom(table).selectAll();
      const found = await (table === "auditEntries" ? rows.where("outcome", "=", "done") : rows).execute();
      const kept = (column: string, value: unknown) => (column === "lastUsedAt" ? undefined : value);
      return [table, JSON.stringify(found, kept)];
    });
  return Object.fromEntries(await Promise.all(contents));
}
