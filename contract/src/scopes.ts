/**
 * Every permission a grant can hold. Order is the order in which people see them.
 *
 * Consent page, enforcement, roles, discovery and reference are derived from this table; nothing else names a
 * scope's sentence or default (spec/oauth, "Scopes").
 */
interface ScopeEntry {
  /** What it opens, in words for the consent page: completes "This app will …". */
  readonly sentence: string;
  /** Where the consent page lists it. */
  readonly group: "read" | "write" | "production";
  /** Checked when the consent page opens. */
  readonly defaultOn: boolean;
  /** What it can break. Present exactly for destructive scopes, which stay off until clicked. */
  readonly warning: string | null;
  /** Held by organization members who are neither owner nor admin. */
  readonly member: boolean;
}

const TABLE = {
  "org:read": {
    sentence: "See the organization's name and settings",
    group: "read",
    defaultOn: true,
    warning: null,
    member: true,
  },
  "projects:read": {
    sentence: "See projects and their languages",
    group: "read",
    defaultOn: true,
    warning: null,
    member: true,
  },
  "projects:write": {
    sentence: "Create projects and add languages",
    group: "production",
    defaultOn: false,
    warning: "Changes the structure of projects that are already live.",
    member: false,
  },
  "keys:read": {
    sentence: "See translation keys",
    group: "read",
    defaultOn: true,
    warning: null,
    member: true,
  },
  "keys:write": {
    sentence: "Create, change and delete translation keys",
    group: "write",
    defaultOn: true,
    warning: null,
    member: true,
  },
  "translations:read": {
    sentence: "Read translations, pending changes and releases",
    group: "read",
    defaultOn: true,
    warning: null,
    member: true,
  },
  "translations:write": {
    sentence: "Write translations; they stay drafts until somebody publishes",
    group: "write",
    defaultOn: true,
    warning: null,
    member: true,
  },
  "translations:publish": {
    sentence: "Publish translations to the public CDN and roll back",
    group: "production",
    defaultOn: false,
    warning: "Reaches production: what it publishes is live for your users at once.",
    member: false,
  },
  "content:read": {
    sentence: "Read content models and entries",
    group: "read",
    defaultOn: true,
    warning: null,
    member: true,
  },
  "content:write": {
    sentence: "Write content entries; they stay drafts until somebody publishes",
    group: "write",
    defaultOn: true,
    warning: null,
    member: true,
  },
  "content:publish": {
    sentence: "Publish content entries",
    group: "production",
    defaultOn: false,
    warning: "Reaches production: published entries are public at once.",
    member: false,
  },
  "glossary:read": {
    sentence: "Read glossary terms",
    group: "read",
    defaultOn: true,
    warning: null,
    member: true,
  },
  "glossary:write": {
    sentence: "Change glossary terms",
    group: "production",
    defaultOn: false,
    warning: "Rewrites brand terminology that every translation follows.",
    member: false,
  },
} as const satisfies Record<string, ScopeEntry>;

export type Scope = keyof typeof TABLE;

export const SCOPES: Readonly<Record<Scope, ScopeEntry>> = TABLE;
export const ALL_SCOPES = Object.keys(TABLE) as Scope[];
export const DEFAULT_SCOPES = ALL_SCOPES.filter((scope) => SCOPES[scope].defaultOn);
export const MEMBER_SCOPES = ALL_SCOPES.filter((scope) => SCOPES[scope].member);

/** OpenID Connect names: accepted, open only userinfo, never part of a grant (spec/oauth §1). */
export const IDENTITY_SCOPES = ["openid", "profile", "email", "offline_access"] as const;
export type IdentityScope = (typeof IDENTITY_SCOPES)[number];

export function isScope(name: string): name is Scope {
  return Object.hasOwn(TABLE, name);
}

export function isIdentityScope(name: string): name is IdentityScope {
  return (IDENTITY_SCOPES as readonly string[]).includes(name);
}

/** The given scopes in the table's order, each once. */
export function inOrder(scopes: Iterable<Scope>): Scope[] {
  const given = new Set(scopes);
  return ALL_SCOPES.filter((scope) => given.has(scope));
}

/** The scopes that all of the lists hold, in the table's order. */
export function intersect(first: Iterable<Scope>, ...others: Iterable<Scope>[]): Scope[] {
  const sets = others.map((list) => new Set(list));
  return inOrder(first).filter((scope) => sets.every((set) => set.has(scope)));
}
