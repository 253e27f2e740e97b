import type { Grant } from "./grants.ts";

/** What a request is answered; `lost` closes the connection in place of it. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly lost?: boolean;
}

const ORGANIZATION = { id: "org_doctor", slug: "doctors-practice", name: "Doctor's practice" };
const PROJECT_ID = "0b8f7c6e-2a55-4c1e-9d1a-6f1f0c3d2e10";
export const SCOPES = ["org:read", "projects:read", "keys:read", "keys:write", "translations:read"];

/** The shapes of the API reference, with one organization and one project in them. */
export function resourceAnswer(method: string, path: string, grant: Grant, base: string): Answer {
  const row = RESOURCES.find(([m, pattern]) => m === method && pattern.test(path));
  return row ? { status: row[3] ?? 200, body: row[2](grant, base) } : refusal(404, "not_found");
}

type Resource = readonly [
  method: string,
  path: RegExp,
  body: (grant: Grant, base: string) => unknown,
  status?: number,
];

const RESOURCES: readonly Resource[] = [
  ["GET", /^\/me$/, me],
  ["GET", /^\/organizations$/, () => page([ORGANIZATION])],
  ["GET", /^\/organizations\/[^/]+$/, () => ORGANIZATION],
  ["GET", /^\/organizations\/[^/]+\/projects$/, (_, base) => page([project(base)])],
  ["GET", /^\/v1\/projects\/[^/]+(\/[^/]+)?$/, projectOrList],
  ["POST", /^\/v1\/projects\/[^/]+\/keys$/, () => ({ items: [key()], warnings: [] }), 201],
  ["POST", /^\/v1\/projects\/[^/]+\/values$/, () => ({ created: 1, updated: 0, unchanged: 0, warnings: [] })],
];

function projectOrList(_: Grant, base: string) {
  return { ...project(base), ...page([key()]) };
}

/** What `/me` says, to the access token as well. */
export function me(grant: Grant) {
  return {
    user: { id: "usr_doctor", name: "Doctor's user", email: "user@example.com" },
    app: { id: "app_doctor", name: "Your app" },
    grants: [{ ...grantView(grant), organization_name: ORGANIZATION.name }],
  };
}

/** A grant as the token endpoint tells it. */
export function grantView({ id }: Grant) {
  return {
    grant_id: id,
    organization_id: ORGANIZATION.id,
    organization_slug: ORGANIZATION.slug,
    scopes: SCOPES,
    project_ids: [],
  };
}

export function refusal(status: number, error: string, more: object = {}): Answer {
  return { status, body: { error, error_description: `The doctor answers ${error}.`, ...more } };
}

function project(base: string) {
  const language = { code: "en", name: "English", isSource: true, coverage: 100, keyCount: 1 };
  return {
    ...{ id: PROJECT_ID, slug: "website", name: "Website", sourceLanguage: "en" },
    ...{ organizationId: ORGANIZATION.id, keyCount: 1, languages: [language] },
    cdn: { base: `${base}/cdn`, manifest: `${base}/cdn/manifest.json`, pattern: `${base}/cdn/{locale}.json` },
  };
}

function key() {
  const id = "5f0a9c1e-7d4b-4e0c-8a56-2b9d1f3e4c77";
  return { id, namespace: "default", name: "greeting", description: null, revision: 1 };
}

function page(items: readonly unknown[]) {
  return { items, nextCursor: null };
}
