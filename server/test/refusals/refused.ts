import type { ErrorCode } from "@parlance/contract/errors";
import type { Operation } from "@parlance/contract/operation";
import { hasRole, ROLE_NAMES, ROLES } from "@parlance/contract/roles";
import { MEMBER_SCOPES, type Scope } from "@parlance/contract/scopes";
import { newCredential } from "../../src/platform/credential.ts";
import type { Held, Issued } from "./credentials.ts";
import type { Scene } from "./scene.ts";
import type { Credential } from "./send.ts";
import type { Target } from "./targets.ts";

/** A call that must be refused, and how. */
export interface Refused {
  who: string;
  credential: Credential;
  status: number;
  error: ErrorCode;
  /** Makes the refused call out of the valid one, where they differ in more than the credential. */
  change?: (target: Target) => Target;
  /** What the answer says beyond that. */
  required?: string;
}

const NOBODY = "00000000-0000-4000-8000-000000000000";

/** What refusals follow from: a tool has as much of it as an operation. */
type Declared = Pick<Operation, "access" | "effect"> & { rest: Pick<Operation["rest"], "path" | "method"> };

/** Every refusal that follows from what the operation declares. */
export function refusalsOf(operation: Declared, scene: Scene, issued: Issued): Refused[] {
  switch (operation.access.by) {
    case "anyone":
      return [];
    case "role":
      return [...withoutSession(issued), ...byRole(operation, scene)];
    case "scope":
      return [
        ...withoutToken(issued, [["an access token", issued.full.access]]),
        ...deadTokens(issued, "installation"),
        ...deadKeys(issued),
        demoted(issued.demoted.installation),
        ...byScopeOfKey(operation.access.scope, issued),
        ...elsewhere(operation, scene, issued),
        ...byScopeOfRole(operation, scene),
        ...crossOrigin(operation, scene),
      ];
    case "access_token":
      return [
        ...withoutToken(issued, [
          ["an installation token", issued.full.installation],
          ["an access token for MCP", issued.mcpAccess],
          ["a secret key", issued.keys.full],
        ]),
        ...deadTokens(issued, "access"),
        // Giving a connection up needs no role.
        ...(operation.effect === "delete"
          ? []
          : [{ ...demoted(issued.demoted.access), change: onGrant(issued.demoted.grantId) }]),
        ...otherGrants(issued),
        session(scene),
      ];
    case "any_token":
      return [
        ...withoutToken(issued, [
          ["an access token for MCP", issued.mcpAccess],
          ["a secret key", issued.keys.full],
        ]),
        ...deadTokens(issued, "installation"),
        ...deadTokens(issued, "access"),
        demoted(issued.demoted.installation),
        session(scene),
      ];
  }
}

type Kind = "installation" | "access";
const invalid = { status: 401, error: "invalid_token" } as const;

/** What no operation takes, whoever sends it. */
function strangeTokens({
  refreshToken,
  clientSecret,
  code,
  full,
  expired,
  keys,
}: Issued): [string, string][] {
  const [header, payload, signature = ""] = full.access.split(".");
  return [
    ["a word", "x"],
    ["a token with a letter less", full.installation.slice(0, -1)],
    ["a token with a wrong checksum", `${full.installation.slice(0, -6)}000000`],
    ["a token that was never issued", newCredential("installation_token")],
    [
      "an access token with another signature",
      [header, payload, [...signature].reverse().join("")].join("."),
    ],
    ["an unsigned access token", `${btoa('{"alg":"none","typ":"at+jwt"}')}.${payload}.`],
    ["an expired installation token", expired.installation],
    ["an expired access token", expired.access],
    ["a refresh token", refreshToken],
    ["a client secret", clientSecret],
    ["an authorization code", code],
    ["a public key", keys.public],
    ["a secret key with a wrong checksum", `${keys.full.slice(0, -6)}AAAAAA`],
    ["a secret key that was never issued", newCredential("organization_key")],
  ];
}

function withoutToken(issued: Issued, wrongKinds: [string, string][]): Refused[] {
  const tokens = [...strangeTokens(issued), ...wrongKinds];
  return [
    { who: "nobody", credential: null, ...invalid },
    ...tokens.map(([who, token]) => ({ who, credential: { token }, ...invalid })),
  ];
}

function withoutSession(issued: Issued): Refused[] {
  const tokens: [string, string][] = [
    ...strangeTokens(issued),
    ["an access token", issued.full.access],
    ["an installation token", issued.full.installation],
    ["a secret key", issued.keys.full],
  ];
  return [
    { who: "nobody", credential: null, status: 401, error: "sign_in_required" },
    ...tokens.map(([who, token]) => ({ who, credential: { token }, ...invalid })),
  ];
}

function deadTokens(issued: Issued, kind: Kind): Refused[] {
  const dead = (who: string, held: Held) => ({ who, credential: { token: held[kind] } });
  const name = kind === "access" ? "access token" : "installation token";
  return [
    { ...dead(`an ${name} of an ended family`, issued.ended), ...invalid },
    { ...dead(`an ${name} of a revoked grant`, issued.revoked), status: 410, error: "grant_revoked" },
    { ...dead(`an ${name} of a disabled app`, issued.disabled), status: 410, error: "grant_revoked" },
  ];
}

function deadKeys({ keys }: Issued): Refused[] {
  return [
    { who: "a revoked key", credential: { token: keys.revoked }, ...invalid },
    { who: "an expired key", credential: { token: keys.expired }, ...invalid },
    { who: "a key of somebody who left", credential: { token: keys.left }, ...invalid },
  ];
}

/** A key holds no more than its creator does. */
function byScopeOfKey(scope: Scope, { keys }: Issued): Refused[] {
  const refused = { status: 403, error: "missing_scope", required: scope } as const;
  return [
    { who: "a key without the scope", credential: { token: keys.lacking[scope] }, ...refused },
    ...(MEMBER_SCOPES.includes(scope)
      ? []
      : [
          {
            who: "a key of somebody who is only a member now",
            credential: { token: keys.demoted },
            ...refused,
          },
        ]),
  ];
}

function demoted(token: string): Refused {
  const who = "a token of somebody who lost the role";
  return { who, credential: { token }, status: 403, error: "wrong_organization" };
}

function session({ people }: Scene): Refused {
  return {
    who: "a signed-in owner without a token",
    credential: { browser: people.owner.browser },
    ...invalid,
  };
}

function otherGrants({ full, foreign, limited }: Issued): Refused[] {
  const refused = { status: 404, error: "grant_not_found" } as const;
  const credential = { token: full.access };
  return [
    {
      who: "a token of the same app in another organization",
      credential: { token: foreign.access },
      ...refused,
    },
    { who: "a token of another family", credential: { token: limited.access }, ...refused },
    {
      who: "a token that names another organization's grant",
      credential,
      ...refused,
      change: onGrant(foreign.grantId),
    },
    { who: "a token that names a grant that never was", credential, ...refused, change: onGrant("grt_none") },
  ];
}

function onGrant(grantId: string): (target: Target) => Target {
  return (target) => ({ ...target, params: { ...target.params, grantId } });
}

/** Another place than the token's or the person's. */
function elsewhere(operation: Declared, scene: Scene, { full, foreign, limited, keys }: Issued): Refused[] {
  const { organization, other, outside, foreign: project, people } = scene;
  const names = (param: string) => operation.rest.path.includes(`:${param}`);
  const put = (params: Record<string, string>) => (target: Target) => ({
    ...target,
    params: { ...target.params, ...params },
  });
  const own = { token: full.installation };
  const refused: Refused[] = [];
  const wrong = { status: 403, error: "wrong_organization" } as const;
  const missing = { status: 404, error: "not_found" } as const;
  const stranger = { browser: people.stranger.browser };
  if (names("organizationId") || names("organizationSlug")) {
    const there = { organizationId: other.id, organizationSlug: other.slug };
    const nowhere = { organizationId: "org_none", organizationSlug: "no-such-organization" };
    refused.push(
      { who: "a token of another organization", credential: { token: foreign.installation }, ...wrong },
      { who: "a key of another organization", credential: { token: keys.foreign }, ...wrong },
      { who: "a token that names another organization", credential: own, ...wrong, change: put(there) },
      {
        who: "a key that names another organization",
        credential: { token: keys.full },
        ...wrong,
        change: put(there),
      },
      { who: "a token that names no organization", credential: own, ...wrong, change: put(nowhere) },
      { who: "a member of another organization", credential: stranger, ...missing },
    );
  }
  if (names("projectId")) {
    const qualified = (slug: string) => put({ projectId: `${organization.slug}/${slug}` });
    refused.push(
      { who: "a token of another organization", credential: { token: foreign.installation }, ...missing },
      {
        who: "a token that names another organization's project",
        credential: own,
        ...missing,
        change: put({ projectId: project.id }),
      },
      {
        who: "a token that names no project",
        credential: own,
        ...missing,
        change: put({ projectId: NOBODY }),
      },
      { who: "a token limited to another project", credential: { token: limited.installation }, ...missing },
      { who: "a key of another organization", credential: { token: keys.foreign }, ...missing },
      { who: "a key limited to another project", credential: { token: keys.limited }, ...missing },
      {
        who: "a key that names another organization's project",
        credential: { token: keys.full },
        ...missing,
        change: put({ projectId: project.id }),
      },
      {
        who: "the same with the project's slug",
        credential: { token: limited.installation },
        ...missing,
        change: qualified(scene.project.slug),
      },
      {
        who: "a token that names no project by slug",
        credential: own,
        ...missing,
        change: qualified("nowhere"),
      },
      {
        who: "a token that names another organization by slug",
        credential: own,
        ...wrong,
        change: put({ projectId: `${other.slug}/${project.slug}` }),
      },
      { who: "a member of another organization", credential: stranger, ...missing },
      {
        who: "the same with the project's slug",
        credential: stranger,
        ...missing,
        change: qualified(outside.slug),
      },
    );
  }
  if (names("projectSlug")) {
    refused.push(
      { who: "a token limited to another project", credential: { token: limited.installation }, ...missing },
      { who: "a key limited to another project", credential: { token: keys.limited }, ...missing },
    );
  }
  return refused;
}

function byRole(operation: Declared, scene: Scene): Refused[] {
  const { people } = scene;
  const required = operation.access.by === "role" ? operation.access.role : null;
  const refused: Refused[] = crossOrigin(operation, scene);
  if (required === null) return refused;
  const stranger = { browser: people.stranger.browser };
  refused.push({
    who: "a member of another organization",
    credential: stranger,
    status: 404,
    error: "not_found",
  });
  for (const role of ROLE_NAMES.filter((name) => !hasRole(name, required))) {
    const { browser } = people[role];
    refused.push({
      who: `a colleague who is ${role}`,
      credential: { browser },
      status: 403,
      error: "forbidden",
    });
  }
  return refused;
}

function byScopeOfRole({ access, rest: { path } }: Declared, { people }: Scene): Refused[] {
  if (access.by !== "scope" || !path.includes("/:")) return [];
  return ROLE_NAMES.filter((role) => !(ROLES[role].scopes as readonly string[]).includes(access.scope)).map(
    (role) => ({
      who: `a colleague who is ${role}`,
      credential: { browser: people[role].browser },
      status: 403,
      error: "missing_scope",
      required: access.scope,
    }),
  );
}

/** A session acts only for pages of this server. */
function crossOrigin({ rest: { method } }: Pick<Declared, "rest">, { people }: Scene): Refused[] {
  if (method === "GET") return [];
  const { browser } = people.owner;
  const refused = { status: 403, error: "forbidden" } as const;
  return [
    { who: "a page of another site", credential: { browser, origin: "https://evil.example" }, ...refused },
    { who: "a sandboxed page", credential: { browser, origin: "null" }, ...refused },
    { who: "a session without Origin", credential: { browser, origin: null }, ...refused },
  ];
}
