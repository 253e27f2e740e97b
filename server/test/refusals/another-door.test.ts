import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { afterAll, describe, expect, test } from "vitest";
import { ANYONE } from "../../src/access/anyone.ts";
import { identifier } from "../../src/access/identify.ts";
import { performer } from "../../src/access/perform.ts";
import { Refusal } from "../../src/access/refusal.ts";
import { session } from "../../src/accounts/session.ts";
import type { Caller } from "../../src/context.ts";
import { assembleHandlers, assembleRecognizers } from "../../src/handlers.ts";
import { installationTokens } from "../../src/installations/installation-caller.ts";
import { AccessTokens } from "../../src/oauth/access-token.ts";
import { memberCaller } from "../../src/organizations/member-caller.ts";
import { ApiError } from "../../src/platform/api-error.ts";
import { issueAll } from "./credentials.ts";
import { refusalsOf } from "./refused.ts";
import { type Person, startScene } from "./scene.ts";
import type { Credential } from "./send.ts";
import { type Target, targetOf } from "./targets.ts";

/**
 * A door that is none of ours and knows no HTTP: it identifies once and performs a batch. Whoever is refused by REST is
 * refused here, by the same rows of the same tables, without a line that says so.
 */
const scene = await startScene();
const issued = await issueAll(scene);
const { server } = scene;
const { ctx, app } = server;
afterAll(() => server.close());

const accessTokens = new AccessTokens(ctx, app.signingKeys);
const identify = identifier(ctx, assembleRecognizers(ctx, accessTokens));
const perform = performer(ctx);
const handlers = assembleHandlers(ctx, app.accounts, accessTokens);

const ADDRESS = "192.0.2.1";

type Sent = { name: OperationName; target: Target };

/** Answers in the order of the calls: what each answered, or why it was refused. */
async function batch(credential: Credential, calls: readonly Sent[]): Promise<unknown[]> {
  const caller = await callerOf(credential).catch((error: unknown) => error as ApiError);
  return Promise.all(
    calls.map(({ name, target: { params = {}, input = {} } }) => {
      if (caller instanceof ApiError) return caller;
      const { organizationId, organizationSlug, projectId, projectSlug, ...fields } = params;
      return perform({
        findAgain: () => callerOf(credential),
        ...{ name, caller, via: "mcp", address: ADDRESS, requestId: "rid_door" },
        declaration: OPERATIONS[name],
        handler: handlers[name],
        names: { organization: organizationId ?? organizationSlug, project: projectId ?? projectSlug },
        read: async () => ({ input: { ...input, ...fields }, options: {} }),
      }).then(
        (answer) => answer.output,
        (error: unknown) => (error instanceof Refusal ? error.error : error),
      );
    }),
  );
}

async function callerOf(credential: Credential): Promise<Caller> {
  if (credential === null) return ANYONE;
  if ("token" in credential) {
    return identify(credential.token, { audience: "partner", address: ADDRESS, now: ctx.clock.now() });
  }
  const person = Object.values(scene.people).find(({ browser }) => browser === credential.browser) as Person;
  const { userId, name, email } = person;
  return memberCaller(session({ sessionId: "ses_door", userId, name, email, emailVerified: true }));
}

/** What only a browser can do wrong is refused by the door that takes its cookies. */
const isOfPages = (credential: Credential) => credential !== null && "origin" in credential;

const guarded = (Object.keys(OPERATIONS) as OperationName[]).filter(
  (name) => OPERATIONS[name].access.by !== "anyone",
);

describe.each(guarded)("%s", (name) => {
  const { access }: Operation = OPERATIONS[name];
  const refused = refusalsOf(OPERATIONS[name], scene, issued).filter(
    ({ credential }) => !isOfPages(credential),
  );
  if (access.by === "scope") {
    const { scope } = access;
    const lacking = { who: `a token without ${scope}`, credential: { token: issued.lacking[scope] } };
    refused.push({ ...lacking, status: 403, error: "missing_scope", required: scope });
  }

  test(`is refused as by REST, in ${refused.length} ways, three times in a batch`, async () => {
    const target = await targetOf(name, scene);
    for (const { who, credential, error, change, required } of refused) {
      const call = { name, target: change?.(target) ?? target };
      for (const answer of await batch(credential, [call, call, call])) {
        expect(answer, who).toBeInstanceOf(ApiError);
        const { code, extra } = answer as ApiError;
        expect([code, extra.required], who).toEqual([error, required]);
      }
    }
  });
});

test("three operations in one batch of one caller are done, and written down with the door they came through", async () => {
  const key = { keys: [{ name: "from.another.door", values: { en: "Hello" } }] };
  const params = { projectId: scene.project.id };
  const answers = await batch({ token: issued.full.installation }, [
    { name: "projects.get", target: { params } },
    { name: "keys.create", target: { params, input: key } },
    { name: "organizations.list", target: {} },
  ]);
  expect(answers).toMatchObject([
    { id: scene.project.id },
    { changesetId: expect.stringMatching(/^cs_/), items: [{ name: "from.another.door" }] },
    { items: [{ id: scene.organization.id }] },
  ]);
  const { changesetId } = answers[1] as { changesetId: string };
  const row = { actorType: "app", actorGrantId: issued.full.grantId, via: "mcp" };
  const changesets = ctx.db.read.selectFrom("changesets").selectAll().where("id", "=", changesetId);
  expect(await changesets.execute()).toMatchObject([row]);
  const entries = ctx.db.read.selectFrom("auditEntries").selectAll().where("action", "=", "keys.create");
  expect((await entries.where("via", "=", "mcp").execute()).at(-1)).toMatchObject({
    ...row,
    organizationId: scene.organization.id,
    target: scene.project.id,
  });
});

test("a credential of a new kind is one more entry: how it begins, what it opens, and who holds it", async () => {
  const reach = await memberCaller(
    session({ ...scene.people.owner, sessionId: "s", emailVerified: true }),
  ).reachIn(ctx.db.read, scene.organization.id);
  const robot: Caller = {
    ...ANYONE,
    actor: { ...ANYONE.actor, type: "key", apiKeyId: "key_robot" },
    authority: { kind: "robot", opens: ["scope"] },
    limitKey: "robot",
    idempotencyOwner: "robot",
    home: { ...reach, scopes: ["projects:read"] },
    reachIn: async () => reach,
  };
  const identifyAlso = identifier(ctx, [
    installationTokens(ctx),
    { prefix: "robot_", opens: ["scope"], recognize: async () => robot },
  ]);
  const presented = { audience: "partner", address: ADDRESS, now: ctx.clock.now() } as const;
  const caller = await identifyAlso("robot_1", presented);
  const call = (name: OperationName) => ({
    ...({ name, caller, via: "rest", address: ADDRESS, requestId: "rid_robot" } as const),
    findAgain: () => identifyAlso("robot_1", presented),
    declaration: OPERATIONS[name],
    handler: handlers[name],
    names: { project: scene.project.id },
    read: async () => ({ input: {}, options: {} }),
  });
  expect(await perform(call("projects.get"))).toMatchObject({ output: { id: scene.project.id } });
  await expect(perform(call("keys.list"))).rejects.toMatchObject({ error: { code: "missing_scope" } });
  await expect(perform(call("me"))).rejects.toMatchObject({ error: { code: "invalid_token" } });
  await expect(identifyAlso("robot_1", { ...presented, wanted: "role" })).rejects.toMatchObject({
    code: "invalid_token",
  });
});
