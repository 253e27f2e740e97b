import type { OperationName } from "@parlance/contract/operations";
import { newId } from "../../src/platform/crypto.ts";
import type { TokenAnswer } from "../support/flow.ts";
import { answered, type Named, type Person, type Scene } from "./scene.ts";

/** One valid call of an operation: what its path names, its other fields, and who may make it. */
export interface Target {
  params?: Record<string, string>;
  input?: Record<string, unknown>;
  /** Of an operation that takes bytes. */
  body?: string;
  /** The owner unless told; where a token may call too, only this person's session may. */
  as?: Person;
  /** The access token that reaches what the path names. */
  accessToken?: string;
}

/** Makes what a valid call needs, anew each time. A new operation has to take its place here. */
export const TARGETS = {
  "organizations.list": () => ({}),
  "projects.list": (scene) => inOrganization(scene),
  "projects.create": ({ organization }) => ({
    input: { organizationId: organization.id, name: "Shop", slug: fresh(), sourceLanguage: "en" },
  }),
  "projects.get": (scene) => inProject(scene),
  "projects.update": (scene) => inProject(scene, { name: fresh() }),
  "projects.delete": async (scene) => {
    const project = await scene.addProject(scene.people.owner, scene.organization);
    return { params: { projectId: project.id } };
  },
  "languages.add": async (scene) => {
    const project = await scene.addProject(scene.people.owner, scene.organization);
    return { params: { projectId: project.id }, input: { code: "de" } };
  },
  "languages.update": async (scene) => onLanguage(scene, { status: "draft" }),
  "languages.remove": async (scene) => onLanguage(scene),
  "languages.setSource": async (scene) => {
    const { params } = await onLanguage(scene);
    return { params: { projectId: params.projectId }, input: { code: "de" } };
  },
  "namespaces.list": (scene) => inProject(scene),
  "namespaces.update": ({ project }) => ({
    params: { projectId: project.id, namespace: "default" },
    input: { description: fresh() },
  }),
  "namespaces.delete": async (scene) => {
    const { people, project } = scene;
    const [id, path] = [await newKey(scene), `/api/oauth-client/v1/projects/${scene.project.id}`];
    const namespace = fresh();
    for (const name of [namespace, "default"]) {
      const keys = [{ key: { id }, namespace: name }];
      await answered(people.owner.browser.post(`${path}/keys/update`, { keys }));
    }
    return { params: { projectId: project.id, namespace } };
  },
  "models.list": ({ organization, project }) => ({
    params: { organizationSlug: organization.slug, projectSlug: project.slug },
  }),
  "keys.create": (scene) => inProject(scene, { keys: [{ name: fresh(), values: { en: "Hello" } }] }),
  "keys.list": (scene) => inProject(scene),
  "keys.get": (scene) => onKey(scene),
  "keys.update": (scene) => onKey(scene, { name: fresh(), tags: ["new"] }),
  "keys.updateMany": async (scene) =>
    inProject(scene, { keys: [{ key: { id: await newKey(scene) }, namespace: "moved", addTags: ["new"] }] }),
  "keys.delete": async (scene) => inProject(scene, { keys: [{ id: await newKey(scene) }] }),
  "keys.restore": async (scene) => inProject(scene, { ids: [await deletedKey(scene)] }),
  "trash.list": (scene) => inProject(scene),
  "values.set": (scene) =>
    inProject(scene, { values: [{ key: { name: "greeting" }, language: "en", text: fresh() }] }),
  "values.setStatus": async (scene) => {
    const key = { id: await newKey(scene) };
    return inProject(scene, { status: "reviewed", values: [{ key, language: "en" }] });
  },
  "values.list": (scene) => inProject(scene),
  "changesets.list": (scene) => inProject(scene),
  "changesets.get": (scene) => onChangeset(scene),
  "changesets.revert": (scene) => onChangeset(scene),
  "values.history": (scene) => onKey(scene),
  "releases.create": (scene) => inProject(scene, { message: "First" }),
  "releases.list": (scene) => inProject(scene),
  "pending.list": (scene) => inProject(scene),
  "plans.create": (scene) => inProject(scene, { filter: { languages: ["en"] } }),
  "plans.changes": async (scene) => {
    const { people, project } = scene;
    return { params: { projectId: project.id, planId: await scene.addPlan(people.owner, project) } };
  },
  "releases.get": (scene) => onRelease(scene),
  "releases.diff": (scene) => onRelease(scene),
  "channels.list": (scene) => inProject(scene),
  "channels.move": async (scene) => {
    const { params } = await onRelease(scene);
    const input = { release: Number(params.number) };
    return { params: { projectId: params.projectId, channel: "preview" }, input };
  },
  "channels.delete": async (scene) => {
    const { params } = await onRelease(scene);
    const channel = fresh();
    const path = `/api/oauth-client/v1/projects/${params.projectId}/channels/${channel}`;
    const fields = { release: Number(params.number) };
    await answered(scene.people.owner.browser.post(path, fields, {}, "PUT"));
    return { params: { projectId: params.projectId, channel } };
  },

  "imports.create": async (scene) => ({
    params: { projectId: (await scene.addProject(scene.people.owner, scene.organization)).id },
    input: { format: "json_flat", language: "en", size: 2 },
  }),
  "imports.upload": async (scene) => ({ ...(await onImport(scene)), as: scene.people.owner, body: "{}" }),
  "imports.list": (scene) => inProject(scene),
  "imports.get": (scene) => onImport(scene),
  "imports.problems": (scene) => onImport(scene),
  "imports.cancel": (scene) => onImport(scene),
  "exports.get": (scene) => inProject(scene, { format: "json_nested", language: "en" }),

  me: () => ({}),
  "installations.mint": (scene) => onInstallation(scene),
  "installations.get": (scene) => onInstallation(scene),
  "installations.revoke": (scene) => onInstallation(scene),
  "credentials.revoke": () => ({ input: { credentials: ["nothing that was ever issued"] } }),

  "memberships.list": () => ({}),
  "organizations.create": () => ({ input: { name: "Second" } }),
  "organizations.update": (scene) => inOrganization(scene, { name: fresh() }),
  "organizations.delete": async ({ people, addOrganization, join }) => {
    const { id, slug } = await addOrganization(people.owner);
    await join(people.admin, { id, slug }, "admin");
    await join(people.member, { id, slug }, "member");
    return { params: { organizationId: id } };
  },
  "members.list": (scene) => inOrganization(scene),
  "members.update": async (scene) => onMember(scene, { role: "admin" }),
  "members.remove": async (scene) => onMember(scene),
  "invitations.list": (scene) => inOrganization(scene),
  "invitations.create": (scene) => inOrganization(scene, { email: address(), role: "member" }),
  "invitations.cancel": async (scene) => {
    const { id } = await scene.invite(scene.people.owner, scene.organization, address());
    return { params: { organizationId: scene.organization.id, invitationId: id } };
  },
  "invitations.open": async (scene) => {
    const { token } = await scene.invite(scene.people.owner, scene.organization, address());
    return { params: { token } };
  },
  "invitations.accept": async (scene) => {
    const invited = await scene.addPerson();
    const { token } = await scene.invite(scene.people.owner, scene.organization, invited.email);
    return { params: { token }, as: invited };
  },

  "connections.listMine": () => ({}),
  "connections.revokeMine": async (scene) => ({ params: { grantId: (await newGrant(scene)).grant_id } }),
  "connections.list": (scene) => inOrganization(scene),
  "connections.revoke": async (scene) => ({
    params: { organizationId: scene.organization.id, grantId: (await newGrant(scene)).grant_id },
  }),

  "apps.list": (scene) => inOrganization(scene),
  "apps.create": (scene) =>
    inOrganization(scene, { name: "Sprout", type: "web", redirectUris: ["https://partner.example/"] }),
  "apps.get": (scene) => onApp(scene),
  "apps.update": (scene) => onApp(scene, { name: fresh() }),
  "apps.setIcon": (scene) => onApp(scene, { url: null }),
  "apps.delete": (scene) => onApp(scene),
  "secrets.create": (scene) => onApp(scene),
  "secrets.delete": async (scene) => {
    const { params } = await onApp(scene);
    const path = `/api/dashboard/organizations/${params.organizationId}/apps/${params.appId}`;
    const app = await answered<{ secrets: [Named] }>(scene.people.owner.browser.request(path));
    return { params: { ...params, secretId: app.secrets[0].id } };
  },

  "apiKeys.list": (scene) => inOrganization(scene),
  "apiKeys.create": (scene) =>
    inOrganization(scene, { name: "Build", kind: "secret", projects: [scene.project.id] }),
  "apiKeys.revoke": async (scene) => {
    const { people, organization } = scene;
    const { id } = await scene.addApiKey(people.owner, organization);
    return { params: { organizationId: organization.id, apiKeyId: id } };
  },

  "audit.list": (scene) => inOrganization(scene),

  "sessions.list": () => ({}),
  "sessions.end": async (scene) => {
    const { owner } = scene.people;
    await scene.signIn(owner);
    const sessions = await answered<{ items: { id: string; current: boolean }[] }>(
      owner.browser.request("/api/dashboard/sessions"),
    );
    const another = sessions.items.find((session) => !session.current);
    return { params: { sessionId: another?.id as string } };
  },
} satisfies Record<OperationName, (scene: Scene) => Target | Promise<Target>>;

export function targetOf(name: OperationName, scene: Scene): Target | Promise<Target> {
  return TARGETS[name](scene);
}

function inOrganization({ organization }: Scene, input?: Target["input"]) {
  return { params: { organizationId: organization.id }, ...(input && { input }) };
}

function inProject({ project }: Scene, input?: Target["input"]) {
  return { params: { projectId: project.id }, ...(input && { input }) };
}

async function onLanguage(scene: Scene, input?: Target["input"]) {
  const { owner } = scene.people;
  const { id: projectId } = await scene.addProject(owner, scene.organization);
  await answered(owner.browser.post(`/api/oauth-client/v1/projects/${projectId}/languages`, { code: "de" }));
  return { params: { projectId, code: "de" }, ...(input && { input }) };
}

async function onKey(scene: Scene, input?: Target["input"]) {
  const params = { projectId: scene.project.id, keyId: await newKey(scene) };
  return { params, ...(input && { input }) };
}

function newKey(scene: Scene): Promise<string> {
  return scene.addKey(scene.people.owner, scene.project, fresh());
}

async function deletedKey(scene: Scene): Promise<string> {
  const id = await newKey(scene);
  const path = `/api/oauth-client/v1/projects/${scene.project.id}/keys/delete`;
  await answered(scene.people.owner.browser.post(path, { keys: [{ id }] }));
  return id;
}

async function onRelease({ people, project }: Scene) {
  const path = `/api/oauth-client/v1/projects/${project.id}/releases`;
  const { number } = await answered<{ number: number }>(people.owner.browser.post(path, {}));
  return { params: { projectId: project.id, number: String(number) } };
}

async function onChangeset({ people, project }: Scene, input?: Target["input"]) {
  const path = `/api/oauth-client/v1/projects/${project.id}/keys`;
  const keys = [{ name: fresh(), values: { en: "Hello" } }];
  const { changesetId } = await answered<{ changesetId: string }>(people.owner.browser.post(path, { keys }));
  return { params: { projectId: project.id, changesetId }, ...(input && { input }) };
}

/** In a project of its own, because a project may have but a few imports that are not over. */
async function onImport({ people: { owner }, addProject, organization }: Scene) {
  const { id: projectId } = await addProject(owner, organization);
  const path = `/api/oauth-client/v1/projects/${projectId}/imports`;
  const request = { format: "json_flat", language: "en", size: 2 };
  const { id: importId } = await answered<{ id: string }>(owner.browser.post(path, request));
  return { params: { projectId, importId } };
}

async function onMember(scene: Scene, input?: Target["input"]) {
  const { userId } = await addColleague(scene);
  return { params: { organizationId: scene.organization.id, userId }, ...(input && { input }) };
}

async function addColleague(scene: Scene): Promise<Person> {
  const colleague = await scene.addPerson();
  await scene.join(colleague, scene.organization, "member");
  return colleague;
}

async function onApp(scene: Scene, input?: Target["input"]) {
  const { clientId } = await scene.addApp(scene.people.owner, scene.organization);
  return { params: { organizationId: scene.organization.id, appId: clientId }, ...(input && { input }) };
}

async function onInstallation(scene: Scene) {
  const issued = await newGrant(scene);
  return { params: { grantId: issued.grant_id }, accessToken: issued.access_token };
}

async function newGrant(scene: Scene): Promise<TokenAnswer> {
  const { owner } = scene.people;
  const app = await scene.addApp(owner, scene.organization);
  return scene.letIn(owner, app, { organizations: [scene.organization] });
}

function fresh(): string {
  return newId("n").toLowerCase().replace("_", "-");
}

function address(): string {
  return `${fresh()}@example.com`;
}
