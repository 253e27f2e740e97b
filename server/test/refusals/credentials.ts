import { ALL_SCOPES, type Scope } from "@parlance/contract/scopes";
import { type App, connect, post, type TokenAnswer } from "../support/flow.ts";
import { answered, type Chosen, type Person, type Scene } from "./scene.ts";

/** One grant and two tokens of it. */
export interface Held {
  grantId: string;
  access: string;
  installation: string;
}

/** Credentials that work, and everything that looks like one and must not. */
export interface Issued {
  app: App;
  /** All scopes and projects of `organization`. */
  full: Held;
  /** The same app in the `other` organization. */
  foreign: Held;
  /** All scopes, but of the project `outside` only. */
  limited: Held;
  expired: Held;
  /** The family ended, the grant lives. */
  ended: Held;
  revoked: Held;
  /** Of an app that was disabled. */
  disabled: Held;
  /** Of somebody who administered the organization and does so no more. */
  demoted: Held & { person: Person };
  /** For the MCP endpoint, by its audience. */
  mcpAccess: string;
  /** Installation tokens of the full grant, each with all scopes but one. */
  lacking: Record<Scope, string>;
  keys: Keys;
  refreshToken: string;
  clientSecret: string;
  code: string;
}

/** API keys, all but the last secret ones. */
export interface Keys {
  /** All scopes and projects of `organization`. */
  full: string;
  /** The same in the `other` organization. */
  foreign: string;
  /** All scopes, but of the project `outside` only. */
  limited: string;
  revoked: string;
  expired: string;
  /** Of somebody who administered the organization and belongs to it no more. */
  left: string;
  /** Of somebody who administered the organization and is a member now. */
  demoted: string;
  /** Each with all scopes but one. */
  lacking: Record<Scope, string>;
  public: string;
}

const HALF_AN_HOUR_MS = 30 * 60_000;

export async function issueAll(scene: Scene): Promise<Issued> {
  const { base, people, organization, other, outside, server } = scene;
  const { owner, stranger } = people;

  async function hold(person: Person, chosen: Chosen = {}, app?: App) {
    const connected = app ?? (await scene.addApp(owner, organization));
    const issued = await scene.letIn(person, connected, { organizations: [organization], ...chosen });
    const installation = await scene.mint(issued);
    return { app: connected, issued, grantId: issued.grant_id, access: issued.access_token, installation };
  }

  const expired = await hold(owner);
  server.ctx.clock.advance(HALF_AN_HOUR_MS);
  expired.installation = await shortLived(scene);

  const full = await hold(owner, {}, scene.app);
  const ended = await hold(owner);
  await answered(post(base, "revoke", ended.app, { token: ended.issued.refresh_token }));

  const revoked = await hold(owner);
  await answered(
    owner.browser.request(`/api/dashboard/connections/${revoked.grantId}`, {
      method: "DELETE",
      headers: { origin: base },
    }),
  );

  const disabled = await hold(owner);
  const itsApp = `/api/dashboard/organizations/${organization.id}/apps/${disabled.app.clientId}`;
  await answered(owner.browser.post(itsApp, { enabled: false }, {}, "PATCH"));

  const person = await scene.addPerson("Dora Demoted");
  await scene.join(person, organization, "admin");
  const demoted = { ...(await hold(person)), person };
  await changeRole(scene, person, "member");

  const toMcp = await scene.letIn(owner, await scene.addApp(owner, organization), {
    resource: server.ctx.config.MCP_URL,
    organizations: [organization],
  });
  return {
    app: scene.app,
    full,
    foreign: await hold(stranger, { organizations: [other] }, scene.app),
    limited: await hold(owner, { projects: [outside.id] }),
    expired,
    ended,
    revoked,
    disabled,
    demoted,
    mcpAccess: toMcp.access_token,
    lacking: await mintLacking(scene, full.issued),
    keys: await makeKeys(scene),
    refreshToken: full.issued.refresh_token,
    clientSecret: scene.app.secret as string,
    code: await newCode(scene),
  };
}

async function makeKeys(scene: Scene): Promise<Keys> {
  const { base, people, organization, other, outside, server } = scene;
  const { owner, stranger } = people;
  const make = (fields?: object) => scene.addApiKey(owner, organization, fields);
  const inOrganization = `/api/dashboard/organizations/${organization.id}`;
  const remove = (path: string) =>
    answered(owner.browser.request(inOrganization + path, { method: "DELETE", headers: { origin: base } }));
  const byAnAdmin = async () => {
    const person = await scene.addPerson();
    await scene.join(person, organization, "admin");
    return { person, key: (await scene.addApiKey(person, organization)).key };
  };

  const [revoked, expired] = [await make(), await make()];
  await remove(`/api-keys/${revoked.id}`);
  const expiresAt = server.ctx.clock.now();
  await server.ctx.db.write((tx) =>
    tx.updateTable("apiKeys").set({ expiresAt }).where("id", "=", expired.id).execute(),
  );
  const [left, demoted] = [await byAnAdmin(), await byAnAdmin()];
  await remove(`/members/${left.person.userId}`);
  await changeRole(scene, demoted.person, "member");
  const lacking = ALL_SCOPES.map(async (lacked) => {
    const scopes = ALL_SCOPES.filter((scope) => scope !== lacked);
    return [lacked, (await make({ scopes })).key];
  });
  return {
    full: (await make()).key,
    foreign: (await scene.addApiKey(stranger, other)).key,
    limited: (await make({ projects: [outside.id] })).key,
    revoked: revoked.key,
    expired: expired.key,
    left: left.key,
    demoted: demoted.key,
    lacking: Object.fromEntries(await Promise.all(lacking)),
    public: (await make({ kind: "public" })).key,
  };
}

export async function changeRole(scene: Scene, person: Person, role: "admin" | "member"): Promise<void> {
  const path = `/api/dashboard/organizations/${scene.organization.id}/members/${person.userId}`;
  await answered(scene.people.owner.browser.post(path, { role }, {}, "PATCH"));
}

/** Asks for everything, because an approval replaces what the grant held. */
async function newCode({ people, app, organization }: Scene): Promise<string> {
  const everything = {
    scopes: [...ALL_SCOPES],
    organizations: [{ organization_id: organization.id, projects: "all" as const }],
  };
  const { code } = await connect(people.owner.browser, app, { scope: ALL_SCOPES.join(" ") }, everything);
  return code;
}

async function mintLacking(scene: Scene, issued: TokenAnswer): Promise<Record<Scope, string>> {
  const tokens = ALL_SCOPES.map(async (lacked) => {
    const scopes = ALL_SCOPES.filter((scope) => scope !== lacked);
    return [lacked, await scene.mint(issued, { scopes })];
  });
  return Object.fromEntries(await Promise.all(tokens));
}

/** An installation token whose minute is over. */
async function shortLived(scene: Scene): Promise<string> {
  const { owner } = scene.people;
  const issued = await scene.letIn(owner, await scene.addApp(owner, scene.organization));
  const token = await scene.mint(issued, { expires_in: 60 });
  scene.server.ctx.clock.advance(60_000);
  return token;
}
