// The connect requests of the mock server, by state.
import { ALL_SCOPES, DEFAULT_SCOPES, SCOPES } from "@parlance/contract/scopes";
import type { Approval, Client, ConnectRequest, Organization } from "../src/connect/request.ts";

/** A request, or the refusal to show it. */
export type MockAnswer =
  | ConnectRequest
  | { status: number; error: string; error_description: string; request_id?: string };

const CLIENT: Client = {
  client_id: "app_1",
  document_host: null,
  changed: false,
  name: "Acme CI",
  icon_url: null,
  homepage: "https://ci.acme.example/",
  publisher: "Acme Tools",
  verified: true,
  redirect_host: "ci.acme.example",
  loopback: false,
  device: null,
};
const PROJECTS = ["Website", "Mobile app", "Help centre"].map((name, index) => ({
  id: `p${index + 1}`,
  slug: `p${index}`,
  name,
}));
const HELD = ["keys:read", "keys:write", "translations:publish"];
const HOSTILE = `<img src=x onerror="alert(1)"> \u202Eenog ‮reversed ${"endless".repeat(60)}`;
const GERMAN =
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft Österreich mbH & Co. KG";
const ARABIC = "المنظمة العربية للترجمة والتعريب والنشر الرقمي";

/** Every state of `/connect/:id`, by what follows `req_`. */
const CASES = {
  one: () => request({ organizations: [place("Acme")] }),
  several: () => request({ organizations: [place("Acme"), place("Globex"), member("Initech")] }),
  many: () =>
    request({ organizations: Array.from({ length: 40 }, (_, index) => place(`Organization ${index + 1}`)) }),
  hinted: () => request({ organizations: [place("Acme"), place("Globex")], organization_hint: "globex" }),
  again: () =>
    request({
      organizations: [
        place("Acme", { grant: { grant_id: "grt_1", projects: ["p1", "p3"], scopes: HELD } }),
        place("Globex"),
      ],
      scopes: scopes(HELD),
    }),
  member: () => request({ organizations: [member("Initech"), member("Globex")] }),
  no_organization: () => request({ organizations: [] }),
  loopback: () =>
    request({
      organizations: [place("Acme")],
      client: {
        ...CLIENT,
        name: "Terminal helper",
        publisher: null,
        homepage: null,
        verified: false,
        loopback: true,
      },
    }),
  document: () =>
    request({
      organizations: [place("Acme", { grant: { grant_id: "grt_1", projects: "all", scopes: [] } })],
      client: {
        ...CLIENT,
        client_id: "https://agent.example/client.json",
        document_host: "agent.example",
        changed: true,
        name: "Agent",
        publisher: null,
        verified: false,
      },
    }),
  device: () => request({ organizations: [place("Acme")], ...ofDevice({ proven: false }) }),
  device_proven: () => request({ organizations: [place("Acme")], ...ofDevice({ proven: true }) }),
  device_sign_in: () =>
    request({ status: "sign_in", user: null, organizations: [], ...ofDevice({ proven: false }) }),
  device_approved: () => ({
    ...approve(CASES.device(), {
      approve: true,
      organizations: [{ organization_id: "acme", projects: "all" }],
      scopes: DEFAULT_SCOPES,
    }),
    continue_url: null,
  }),
  device_denied: () => request({ status: "denied", ...ofDevice({ proven: false }) }),
  device_expired: () => request({ status: "expired", ...ofDevice({ proven: false }) }),
  hostile: () =>
    request({
      organizations: [
        place(HOSTILE),
        place(GERMAN),
        place(ARABIC, { projects: [{ id: "p", slug: "p", name: HOSTILE }] }),
      ],
      client: {
        ...CLIENT,
        name: HOSTILE,
        publisher: HOSTILE,
        verified: false,
        homepage: `https://${"a".repeat(300)}.example`,
      },
    }),
  german: () => request({ organizations: [place(GERMAN)], client: { ...CLIENT, name: GERMAN } }),
  arabic: () =>
    request({
      organizations: [place(ARABIC), place("Acme")],
      client: { ...CLIENT, name: ARABIC, publisher: ARABIC },
    }),
  sign_in: () => request({ status: "sign_in", user: null, organizations: [] }),
  verify_email: () => request({ status: "verify_email", organizations: [] }),
  approved: () =>
    approve(CASES.several(), {
      approve: true,
      organizations: [{ organization_id: "acme", projects: "all" }],
      scopes: DEFAULT_SCOPES,
    }),
  denied: () => request({ status: "denied", redirect_trusted: false }),
  expired: () => request({ status: "expired", life_seconds: 900 }),
  gone: () => ({ status: 410, error: "expired", error_description: "Expired." }),
  app_disabled: () => ({ status: 410, error: "app_disabled", error_description: "Switched off." }),
  unknown: () => ({ status: 404, error: "not_found", error_description: "Not found." }),
  wrong_account: () => ({ status: 403, error: "wrong_account", error_description: "Bound to another user." }),
  other_browser: () => ({ status: 403, error: "wrong_browser", error_description: "Another browser." }),
  failure: () => ({ status: 500, error: "server_error", error_description: "", request_id: "rq_4f9a2c17" }),
};

export const STATES = Object.keys(CASES);

export function requestFor(state: string): MockAnswer {
  return (CASES[state as keyof typeof CASES] ?? CASES.unknown)();
}

export function approve(request: ConnectRequest, decision: Approval): ConnectRequest {
  const grants = decision.organizations.map(({ organization_id, projects }) => {
    const place = request.organizations.find(({ id }) => id === organization_id);
    return {
      grant_id: `grt_${organization_id}`,
      organization_id,
      organization_slug: place?.slug ?? "",
      organization_name: place?.name ?? "",
      projects:
        projects === "all"
          ? ("all" as const)
          : (place?.projects ?? []).filter(({ id }) => projects.includes(id)),
      scopes: decision.scopes,
    };
  });
  return { ...request, status: "approved", grants, continue_url: "/api/auth/mcp/requests/req_1/continue" };
}

function request(other: Partial<ConnectRequest>): ConnectRequest {
  return {
    status: "consent",
    client: CLIENT,
    user: { id: "usr_1", name: "Mira Okafor", email: "mira@acme.example" },
    organizations: [],
    scopes: scopes([]),
    organization_hint: null,
    expires_at: new Date(Date.now() + 600_000).toISOString(),
    grants: [],
    continue_url: null,
    return_url: "https://ci.acme.example/callback?error=access_denied",
    switch_url: "/connect/req_sign_in",
    redirect_trusted: false,
    life_seconds: 600,
    ...other,
  };
}

function ofDevice(device: { proven: boolean }): Partial<ConnectRequest> {
  const client = { ...CLIENT, name: "Sprout box", verified: false, redirect_host: null, device };
  return { client, return_url: null, switch_url: "/device" };
}

function scopes(granted: string[]): ConnectRequest["scopes"] {
  return ALL_SCOPES.map((name) => {
    const { sentence, group, defaultOn, warning } = SCOPES[name];
    return {
      name,
      sentence,
      group,
      default_on: defaultOn,
      warning,
      requested: true,
      granted: granted.includes(name),
    };
  });
}

function place(name: string, other: Partial<Organization> = {}): Organization {
  const slug = name.toLowerCase();
  return {
    id: slug,
    slug,
    name,
    role: "owner",
    selectable: true,
    reason: null,
    projects: PROJECTS,
    grant: null,
    ...other,
  };
}

function member(name: string): Organization {
  return place(name, { role: "member", selectable: false, reason: "not_admin" });
}
