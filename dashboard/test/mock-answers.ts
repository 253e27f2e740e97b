// The made-up answers of mock-dashboard.ts: a function per operation, over lists that writes change.
import type { Input, NamesOf, OperationName, Output } from "@parlance/contract/operations";
import type { Role } from "@parlance/contract/roles";
import { ALL_SCOPES, DEFAULT_SCOPES, type Scope } from "@parlance/contract/scopes";
import { importAnswers } from "./mock-imports.ts";
import { ago, change, DAY, drop, find, HOUR, type Item, page, push, uuid } from "./mock-lists.ts";
import { type Namespace, namespace, type Project, project, projectAnswers } from "./mock-projects.ts";

export type Scenario = "full" | "empty" | "loading" | "failing" | "member" | "hostile";
/** Null stands for 404, undefined for 204. `bytes` is how many were sent where the body is a file. */
export type Answers = {
  [Name in OperationName]?: (
    input: Input<Name> & NamesOf<Name>,
    bytes: number,
  ) => Output<Name> | null | undefined;
};
type App = Output<"apps.get">;
type Names = ReturnType<typeof namesFor>;

/** Of the right length and nothing else. */
const SECRET = `bi_cs_${"x".repeat(33)}`;
export const PERSON = { id: "usr_1", name: "Mira Okafor", email: "mira@acme.example", emailVerified: true };
const GERMAN = "Donaudampfschifffahrtsgesellschaft für Übersetzungsdienstleistungen mbH & Co. KG";
const ARABIC = "شركة الترجمة الدولية المحدودة";
const HOSTILE = `<img src=x onerror=alert(1)> \u202Egnp.exe \u0007${"A".repeat(300)}`;

/** Answers for one scenario; each start has its own memory. */
export function answersFor(scenario: Scenario): Answers {
  const names = namesFor(scenario);
  const memory = scenario === "empty" ? nothing(names) : everything(names, scenario);
  const app = (id: string) => find(memory.apps, "id", id);
  return {
    "memberships.list": () => page(memory.memberships),
    "organizations.create": ({ name, slug }) =>
      push(memory.memberships, membership(9, name, slug ?? "made", "owner")),
    "organizations.update": ({ organizationId, name }) =>
      change(find(memory.memberships, "id", organizationId), { name }),
    "organizations.delete": ({ organizationId }) => drop(memory.memberships, "id", organizationId),
    ...projectAnswers(memory.projects, memory.namespaces),
    ...importAnswers(scenario),
    "connections.listMine": () => page(memory.connections),
    "connections.list": () => page(memory.connections),
    "connections.revokeMine": ({ grantId }) => drop(memory.connections, "id", grantId),
    "connections.revoke": ({ grantId }) => drop(memory.connections, "id", grantId),
    "sessions.list": () => ({ items: memory.sessions }),
    "sessions.end": ({ sessionId }) => drop(memory.sessions, "id", sessionId),
    "members.list": () => page(memory.members),
    "members.update": ({ userId, role }) => change(find(memory.members, "userId", userId), { role }),
    "members.remove": ({ userId }) => drop(memory.members, "userId", userId),
    "invitations.list": () => page(memory.invitations),
    "invitations.create": ({ email, role }) => push(memory.invitations, invitation(Date.now(), email, role)),
    "invitations.cancel": ({ invitationId }) => drop(memory.invitations, "id", invitationId),
    "apps.list": () => page(memory.apps),
    "apps.get": ({ appId }) => app(appId),
    "apps.create": ({ organizationId: _, confidential, ...input }) => {
      const made = {
        ...oneApp(9, input.name),
        ...input,
        confidential: confidential ?? false,
        connectionCount: 0,
      };
      made.secrets = made.confidential ? [secret(9)] : [];
      memory.apps.push(made);
      return {
        app: made,
        clientSecret: made.confidential ? SECRET : null,
      };
    },
    "apps.update": ({ organizationId: _, appId, ...fields }) => change(app(appId), fields),
    "apps.setIcon": ({ appId, url }) => change(app(appId), { iconUrl: url && "/assets/none.png" }),
    "apps.delete": ({ appId }) => drop(memory.apps, "id", appId),
    "secrets.create": ({ appId }) => {
      const made = secret(7);
      (app(appId)?.secrets ?? []).push(made);
      return { secret: made, clientSecret: SECRET };
    },
    "secrets.delete": ({ appId, secretId }) => drop(app(appId)?.secrets ?? [], "id", secretId),
    "apiKeys.list": () => page(memory.apiKeys),
    "apiKeys.create": ({ name, kind, scopes, projects }) => {
      const made = { ...oneApiKey(9, name, kind), scopes: kind === "public" ? [] : scopes };
      if (projects !== "all") {
        Object.assign(made, {
          allProjects: false,
          projects: projects.map((id) => ({ id, name: "Web app" })),
        });
      }
      memory.apiKeys.unshift(made);
      return { apiKey: made, key: (kind === "public" ? "bi_pub_" : "bi-") + "x".repeat(64) };
    },
    "apiKeys.revoke": ({ apiKeyId }) => drop(memory.apiKeys, "id", apiKeyId),
    "audit.list": ({ action, appId, cursor, limit }) => {
      const all = memory.audit.filter(
        (one) => (!action || one.action === action) && (!appId || one.appId === appId),
      );
      const start = Number(cursor ?? 0);
      const end = start + limit;
      return { items: all.slice(start, end), nextCursor: end < all.length ? String(end) : null };
    },
  };
}

function namesFor(scenario: Scenario) {
  if (scenario === "hostile")
    return { org: HOSTILE, other: ARABIC, app: HOSTILE, project: ARABIC, person: GERMAN };
  return { org: "Acme", other: GERMAN, app: "Acme CI", project: "Web app", person: "Jonas Weber" };
}

function nothing(names: Names): Memory {
  return {
    ...everything(names, "full"),
    projects: [],
    connections: [],
    apps: [],
    apiKeys: [],
    audit: [],
    namespaces: [],
    invitations: [],
    members: [member(1, PERSON.name, PERSON.email, "owner")],
  };
}

function everything(names: Names, scenario: Scenario): Memory {
  const role: Role = scenario === "member" ? "member" : "owner";
  const targets = "de fr es it ja ko pt-BR ru tr zh-Hans zh-Hant cs pl ar".split(" ");
  return {
    memberships: [
      membership(1, names.org, "acme", role),
      membership(2, names.other, "donau", "admin"),
      membership(3, ARABIC, "tarjama", "member"),
    ],
    projects: [
      project(1, names.project, "web-app", targets),
      project(2, "iOS", "ios", ["de", "fr"]),
      project(3, GERMAN, "donau", ["en", "hu"]),
      project(4, ARABIC, "arabic", []),
    ],
    connections: [
      connection(1, names.app, ALL_SCOPES, true, 2 * HOUR),
      connection(2, "Figma Copy Sync", DEFAULT_SCOPES, false, 5 * DAY),
      connection(3, GERMAN, ["keys:read"], false, null),
    ],
    sessions: SESSIONS.map(([userAgent, ipAddress], index) => ({
      id: `ses_${index}`,
      current: index === 1,
      createdAt: ago((index + 1) * 3 * DAY),
      expiresAt: ago(-(9 - index) * DAY),
      ipAddress,
      userAgent,
    })),
    members: [
      member(1, PERSON.name, PERSON.email, role),
      member(2, names.person, "jonas@acme.example", "owner"),
      member(3, ARABIC, "arabic@acme.example", "admin"),
      member(4, "Yuki Tanaka", `${"long.".repeat(9)}address@translations.acme.example`, "member"),
    ],
    invitations: [invitation(1, "lena@acme.example", "admin"), invitation(2, "samir@acme.example", "member")],
    apps: [
      oneApp(1, names.app),
      { ...oneApp(2, "Copy helper"), type: "spa", confidential: false, secrets: [], verified: true },
      {
        ...oneApp(3, GERMAN),
        type: "native",
        confidential: false,
        secrets: [],
        enabled: false,
        connectionCount: 0,
      },
    ],
    apiKeys: [
      { ...oneApiKey(1, names.app, "secret"), lastUsedAt: ago(2 * HOUR) },
      { ...oneApiKey(2, ARABIC, "public"), createdBy: { id: "usr_3", name: null } },
      {
        ...oneApiKey(3, GERMAN, "secret"),
        scopes: ["keys:read", "translations:read"],
        allProjects: false,
        projects: [
          { id: uuid(3), name: GERMAN },
          { id: uuid(8), name: null },
        ],
        expiresAt: ago(DAY),
      },
    ],
    audit: Array.from({ length: 240 }, (_, index) => auditEntry(index, names)),
    namespaces: [
      namespace("checkout", 412, names.project),
      namespace("default", 1_690, null),
      namespace("e-mails", 18, GERMAN),
    ],
  };
}

interface Memory {
  memberships: Item<"memberships.list">[];
  projects: Project[];
  connections: Item<"connections.list">[];
  sessions: Item<"sessions.list">[];
  members: Item<"members.list">[];
  invitations: Item<"invitations.list">[];
  apps: App[];
  apiKeys: Item<"apiKeys.list">[];
  audit: Item<"audit.list">[];
  namespaces: Namespace[];
}

function membership(number: number, name: string, slug: string, role: Role): Item<"memberships.list"> {
  return { id: `org_${number}`, slug, name, role, createdAt: ago(90 * DAY) };
}

function connection(
  number: number,
  name: string,
  scopes: Scope[],
  allProjects: boolean,
  usedAgo: number | null,
): Item<"connections.list"> {
  return {
    id: `grt_${number}8Jd02mNqRt5x`,
    app: {
      id: `app_${number}`,
      name,
      iconUrl: null,
      homepage: "https://ci.acme.example",
      publisher: number === 1 ? "Acme Tools" : null,
      verified: number === 1,
    },
    organization: { id: "org_1", slug: "acme", name: number === 3 ? ARABIC : "Acme" },
    user: { id: "usr_1", name: PERSON.name, email: PERSON.email },
    scopes,
    allProjects,
    projects: allProjects
      ? []
      : [
          { id: uuid(1), name: "Web app" },
          { id: uuid(8), name: null },
        ],
    createdAt: ago(30 * DAY),
    updatedAt: ago(number * 3 * DAY),
    lastUsedAt: usedAgo === null ? null : ago(usedAgo),
  };
}

function member(number: number, name: string, email: string, role: Role): Item<"members.list"> {
  return { userId: `usr_${number}`, name, email, role, joinedAt: ago(number * 20 * DAY) };
}

function invitation(number: number, email: string, role: Role): Item<"invitations.list"> {
  return { id: `inv_${number}`, email, role, invitedBy: PERSON.name, expiresAt: ago(-5 * DAY) };
}

function secret(number: number): App["secrets"][number] {
  const leakedAt = number === 2 ? ago(HOUR) : null;
  return {
    id: `sec_${number}`,
    lastFour: `x${number}Qk`,
    createdAt: ago(40 * DAY),
    lastUsedAt: ago(3 * HOUR),
    leakedAt,
  };
}

function oneApp(number: number, name: string): App {
  return {
    id: `app_${number}k2Vt8sWq0ZrY4nB`,
    name,
    iconUrl: null,
    homepage: "https://ci.acme.example",
    type: "web",
    confidential: true,
    legacyWithoutPkce: number === 1,
    deviceFlow: number === 1,
    verified: false,
    enabled: true,
    redirectUris: ["https://ci.acme.example/connect/callback", "http://localhost:4000/connect/callback"],
    scopes: ALL_SCOPES.filter((scope) => !scope.startsWith("glossary")),
    secrets: [secret(1), secret(2)],
    connectionCount: 12,
    createdAt: ago(60 * DAY),
  };
}

function oneApiKey(number: number, name: string, kind: "secret" | "public"): Item<"apiKeys.list"> {
  const isSecret = kind === "secret";
  return {
    id: `key_${number}k2Vt8sWq0ZrY4nBpQ7`,
    kind,
    name,
    lastFour: "mQxT",
    scopes: isSecret ? null : [],
    allProjects: true,
    projects: [],
    createdBy: { id: PERSON.id, name: PERSON.name },
    createdAt: ago(40 * DAY),
    expiresAt: isSecret ? ago(-325 * DAY) : null,
    lastUsedAt: null,
  };
}

function auditEntry(index: number, names: Names): Item<"audit.list"> {
  const action = ACTIONS[index % ACTIONS.length] as string;
  const byApp = action.startsWith("installations") || action === "values.set" || action === "token.refreshed";
  return {
    id: `aud_${index}`,
    at: ago(index * 47 * 60_000 + 30_000),
    action,
    outcome: index % 9 === 4 ? "refused" : "done",
    via: byApp ? "rest" : "dashboard",
    actor: byApp
      ? { type: "app", id: "app_1", name: names.app, agent: index % 2 ? "claude-code 2.1.0" : null }
      : {
          type: index % 13 === 12 ? "system" : "user",
          id: "usr_1",
          name: index % 13 === 12 ? null : PERSON.name,
          agent: null,
        },
    appId: byApp || action.startsWith("apps") ? "app_1k2Vt8sWq0ZrY4nB" : null,
    grantId: byApp ? "grt_18Jd02mNqRt5x" : null,
    target: action === "members.update" ? "usr_4" : null,
    details:
      action === "apps.update"
        ? { fields: ["redirectUris", "scopes"] }
        : { updated: 120, note: names.project },
    requestId: `rid_${index}`,
    address: index % 2 === 0 ? "192.0.2.7" : null,
  };
}

const ACTIONS = [
  "installations.mint",
  "values.set",
  "grant.created",
  "apps.update",
  "members.update",
  "releases.create",
  "something.unknown",
  "token.refreshed",
  "invitations.create",
];
const SESSIONS: [userAgent: string | null, ipAddress: string | null][] = [
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
    "2001:db8::17",
  ],
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "192.0.2.10",
  ],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "198.51.100.4"],
  [null, null],
];
