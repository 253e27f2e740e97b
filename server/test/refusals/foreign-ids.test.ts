import type { ErrorBody } from "@parlance/contract/errors";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { afterAll, describe, expect, test } from "vitest";
import { authorize, type Choice } from "../support/flow.ts";
import { issueAll } from "./credentials.ts";
import { answered, startScene } from "./scene.ts";
import { type Credential, changed, everything, send } from "./send.ts";
import { targetOf } from "./targets.ts";

/** Ids that exist, but in another organization or of another person, are refused as if they did not. */
const scene = await startScene();
const { base, server, people, organization, other, project, foreign, outside } = scene;
const issued = await issueAll(scene);
const theirs = await whatTheStrangerHas();
/** No grant of it widens what a decision may hold. */
const unconnected = await scene.addApp(people.owner, organization);
afterAll(() => server.close());

type ParamsOf<Path> = Path extends `${string}:${infer Param}/${infer Rest}`
  ? Param | ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Param}`
    ? Param
    : never;
type Param = ParamsOf<(typeof OPERATIONS)[OperationName]["rest"]["path"]>;
/** Access resolves these itself; `operations.test.ts` is about them. */
type Place = "organizationId" | "organizationSlug" | "projectId" | "projectSlug";

/** Means something only within the project that stands before it. */
type Within = "channel" | "number";

/** What belongs to the stranger, by the name that a path gives it. A new path parameter has to take its place here. */
const THEIRS = {
  appId: theirs.appId,
  secretId: theirs.secretId,
  userId: people.stranger.userId,
  invitationId: theirs.invitationId,
  grantId: issued.foreign.grantId,
  sessionId: theirs.sessionId,
  apiKeyId: theirs.apiKeyId,
  planId: theirs.planId,
  importId: theirs.importId,
  token: theirs.invitationToken,
  changesetId: theirs.changesetId,
  keyId: theirs.keyId,
  code: "fr",
  namespace: "elsewhere",
} satisfies Record<Exclude<Param, Place | Within>, string>;

/** Whoever holds an invitation may read it; joining needs the invited address. */
const BY_HOLDING: readonly OperationName[] = ["invitations.open"];
const OTHERWISE: Partial<Record<OperationName, [number, string]>> = {
  "invitations.accept": [403, "forbidden"],
  "installations.mint": [404, "grant_not_found"],
  "installations.get": [404, "grant_not_found"],
  "installations.revoke": [404, "grant_not_found"],
};

const rows = (Object.keys(OPERATIONS) as OperationName[])
  .filter((name) => !BY_HOLDING.includes(name))
  .flatMap((name) =>
    (Object.keys(THEIRS) as (keyof typeof THEIRS)[])
      .filter((param) => OPERATIONS[name].rest.path.includes(`:${param}`))
      .map((param) => ({ name, param })),
  );

describe("an id in the path that belongs to others", () => {
  test.each(rows)("$name: $param", async ({ name, param }) => {
    const target = await targetOf(name, scene);
    const before = await everything(server);
    const credential: Credential = target.accessToken
      ? { token: target.accessToken }
      : { browser: (target.as ?? people.owner).browser };
    const call = { ...target, params: { ...target.params, [param]: THEIRS[param] } };
    const response = await send(base, name, call, credential);
    const body = (await response.json()) as ErrorBody;
    expect([response.status, body.error]).toEqual(OTHERWISE[name] ?? [404, "not_found"]);
    expect(changed(before, await everything(server))).toEqual([]);
  });
});

describe("an id in the body that belongs to others", () => {
  const token = { token: issued.full.installation };
  const limited = { token: issued.limited.installation };
  const owner = { browser: people.owner.browser };
  const mintOn = (held: typeof issued.full) => ({ params: { grantId: held.grantId } });
  const setValue = (keyId: string) => ({
    params: { projectId: project.id },
    input: { values: [{ key: { id: keyId }, language: "en", text: "Mine" }] },
  });
  const create = (organizationId: string) => ({
    input: { organizationId, name: "Shop", slug: "shop", sourceLanguage: "en" },
  });
  const keyFor = (projects: string[]) => ({
    params: { organizationId: organization.id },
    input: { name: "Build", kind: "secret", projects },
  });
  const narrow = (held: typeof issued.full, ids: string[]) => ({
    ...mintOn(held),
    input: { project_ids: ids },
  });

  test.each([
    [
      "a key of another organization's project",
      "values.set",
      setValue(theirs.keyId),
      token,
      [404, "not_found"],
    ],
    ["the same with a session", "values.set", setValue(theirs.keyId), owner, [404, "not_found"]],
    [
      "a key of another project of the organization",
      "values.set",
      setValue(theirs.keyOutside),
      token,
      [404, "not_found"],
    ],
    [
      "a new project in another organization",
      "projects.create",
      create(other.id),
      token,
      [403, "wrong_organization"],
    ],
    ["the same with a session", "projects.create", create(other.id), owner, [404, "not_found"]],
    [
      "a new project by a limited connection",
      "projects.create",
      create(organization.id),
      limited,
      [403, "project_limited"],
    ],
    [
      "a new project by a member",
      "projects.create",
      create(organization.id),
      { browser: people.member.browser },
      [403, "missing_scope"],
    ],
    [
      "a token for another organization's project",
      "installations.mint",
      narrow(issued.full, [foreign.id]),
      { token: issued.full.access },
      [400, "invalid_request"],
    ],
    [
      "a token for it beside one's own",
      "installations.mint",
      narrow(issued.full, [project.id, foreign.id]),
      { token: issued.full.access },
      [400, "invalid_request"],
    ],
    [
      "an API key for another organization's project",
      "apiKeys.create",
      keyFor([foreign.id]),
      owner,
      [400, "invalid_request"],
    ],
    [
      "an API key for it beside one's own",
      "apiKeys.create",
      keyFor([project.id, foreign.id]),
      owner,
      [400, "invalid_request"],
    ],
    [
      "an API key for a project that never was",
      "apiKeys.create",
      keyFor(["00000000-0000-4000-8000-000000000000"]),
      owner,
      [400, "invalid_request"],
    ],
    [
      "a token for a project outside the connection",
      "installations.mint",
      narrow(issued.limited, [outside.id, project.id]),
      { token: issued.limited.access },
      [400, "invalid_request"],
    ],
  ] as const)("%s: %s", async (_, name, target, credential, expected) => {
    const before = await everything(server);
    const response = await send(base, name, target, credential);
    const body = (await response.json()) as ErrorBody;
    expect([response.status, body.error]).toEqual(expected);
    expect(changed(before, await everything(server))).toEqual([]);
  });

  test("the audit of an organization tells nothing of another's app", async () => {
    const target = { params: { organizationId: organization.id }, input: { appId: theirs.appId } };
    const answer = await answered<{ items: unknown[] }>(send(base, "audit.list", target, owner));
    expect(answer.items).toEqual([]);
  });

  test("a list names only what is inside the connection", async () => {
    const there = { params: { organizationId: organization.id } };
    const projects = await answered<{ items: { id: string }[] }>(send(base, "projects.list", there, limited));
    expect(projects.items.map(({ id }) => id)).toEqual([outside.id]);
    const organizations = await answered<{ items: { id: string }[] }>(
      send(base, "organizations.list", {}, limited),
    );
    expect(organizations.items.map(({ id }) => id)).toEqual([organization.id]);
  });
});

describe("a consent decision", () => {
  const scopes = ["org:read", "projects:read"];
  const choice = (id: string, projects: Choice["projects"] = "all") => [{ organization_id: id, projects }];
  const own = choice(organization.id);

  test.each([
    ["an organization of others", { organizations: choice(other.id), scopes }, [403, "wrong_organization"]],
    [
      "one's own and one of others",
      { organizations: [...own, ...choice(other.id)], scopes },
      [403, "wrong_organization"],
    ],
    [
      "an organization that never was",
      { organizations: choice("org_none"), scopes },
      [403, "wrong_organization"],
    ],
    [
      "a project of others",
      { organizations: choice(organization.id, [foreign.id]), scopes },
      [400, "invalid_request"],
    ],
    [
      "one's own project and one of others",
      { organizations: choice(organization.id, [project.id, foreign.id]), scopes },
      [400, "invalid_request"],
    ],
    ["no project", { organizations: choice(organization.id, []), scopes }, [400, "invalid_request"]],
    ["no organization", { organizations: [], scopes }, [400, "invalid_request"]],
    ["no scope", { organizations: own, scopes: [] }, [400, "invalid_request"]],
    [
      "a scope that was not asked",
      { organizations: own, scopes: [...scopes, "translations:publish"] },
      [400, "invalid_request"],
    ],
    ["a scope that does not exist", { organizations: own, scopes: ["everything"] }, [400, "invalid_request"]],
  ] as const)("with %s is refused", async (_, decision, expected) => {
    expect(await decide(people.owner.browser, decision)).toEqual(expected);
  });

  test("by a member who administers nothing is refused", async () => {
    const decision = { organizations: own, scopes };
    expect(await decide(people.member.browser, decision)).toEqual([403, "wrong_organization"]);
  });

  async function decide(browser: typeof people.owner.browser, decision: object): Promise<[number, string]> {
    const { requestId } = await authorize(browser, unconnected, { scope: scopes.join(" ") });
    const before = await everything(server);
    const path = `/api/auth/mcp/requests/${requestId}/decision`;
    const response = await browser.post(path, { approve: true, ...decision });
    // The request is bound to who decides, which is no decision.
    expect(
      changed(before, await everything(server)).filter((table) => table !== "authorizationRequests"),
    ).toEqual([]);
    return [response.status, ((await response.json()) as ErrorBody).error];
  }
});

async function whatTheStrangerHas() {
  const { stranger, owner } = people;
  const app = await scene.addApp(stranger, other);
  const invitation = await scene.invite(stranger, other, "invited@example.com");
  const { secrets } = await answered<{ secrets: [{ id: string }] }>(
    stranger.browser.request(`/api/dashboard/organizations/${other.id}/apps/${app.clientId}`),
  );
  const keyId = await scene.addKey(stranger, foreign, "theirs");
  const changesets = await answered<{ items: [{ id: string }] }>(
    stranger.browser.request(`/api/oauth-client/v1/projects/${foreign.id}/changesets`),
  );
  const sessions = await answered<{ items: [{ id: string }] }>(
    stranger.browser.request("/api/dashboard/sessions"),
  );
  return {
    appId: app.clientId,
    secretId: secrets[0].id,
    invitationId: invitation.id,
    invitationToken: invitation.token,
    sessionId: sessions.items[0].id,
    apiKeyId: (await scene.addApiKey(stranger, other)).id,
    keyId,
    changesetId: changesets.items[0].id,
    keyOutside: await scene.addKey(owner, outside, "elsewhere"),
    planId: await scene.addPlan(stranger, foreign),
    importId: (
      await answered<{ id: string }>(
        stranger.browser.post(`/api/oauth-client/v1/projects/${foreign.id}/imports`, {
          format: "ndjson",
          size: 1,
        }),
      )
    ).id,
  };
}
