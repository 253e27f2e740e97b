import { CREDENTIALS } from "@parlance/contract/credentials";
import type { Output } from "@parlance/contract/operations";
import { MEMBER_SCOPES, type Scope } from "@parlance/contract/scopes";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { answered, type Person, type Scene, startScene } from "../../test/refusals/scene.ts";
import { send } from "../../test/refusals/send.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { call, refusal } from "../../test/support/flow.ts";
import { looksLike } from "../platform/credential.ts";
import { hashOf } from "../platform/crypto.ts";
import { noteKeyUse } from "./note-use.ts";

type Created = Output<"apiKeys.create">;
type Listed = Output<"apiKeys.list">;

const DEAD = [401, "invalid_token"];
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

describe.each(ENGINES)("API keys on $engine", ({ open }) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ open });
  });
  afterAll(() => scene.server.close());

  const pathOf = (organizationId: string) => `/api/dashboard/organizations/${organizationId}/api-keys`;
  const make = (fields: object = {}, person = scene.people.owner): Promise<Created> =>
    answered(
      person.browser.post(pathOf(scene.organization.id), { name: "Build", kind: "secret", ...fields }),
    );
  const list = (query = "", organizationId = scene.organization.id): Promise<Listed> =>
    answered(scene.people.owner.browser.request(pathOf(organizationId) + query));
  const remove = (person: Person, path: string) =>
    person.browser.request(path, { method: "DELETE", headers: { origin: scene.base } });
  const revoke = (id: string, organizationId = scene.organization.id) =>
    remove(scene.people.owner, `${pathOf(organizationId)}/${id}`);
  const read = (key: string) => call(scene.base, "/organizations", key);
  const inProject = (key: string, projectId: string) => call(scene.base, `/v1/projects/${projectId}`, key);
  const rowOf = (id: string) =>
    scene.server.ctx.db.read.selectFrom("apiKeys").selectAll().where("id", "=", id).executeTakeFirst();
  const deleteProject = (projectId: string) => {
    const { browser } = scene.people.owner;
    return answered(send(scene.base, "projects.delete", { params: { projectId } }, { browser }));
  };
  const setRole = ({ userId }: Person, role: "admin" | "member") => {
    const path = `/api/dashboard/organizations/${scene.organization.id}/members/${userId}`;
    return answered(scene.people.owner.browser.post(path, { role }, {}, "PATCH"));
  };
  async function anAdmin(): Promise<Person> {
    const person = await scene.addPerson();
    await scene.join(person, scene.organization, "admin");
    return person;
  }
  /** Asks for a scope that every role has, and for one that only administrators have. */
  async function allowed(key: string): Promise<[number, number]> {
    const input = { name: "Website" };
    const target = { params: { projectId: scene.project.id } };
    const credential = { token: key };
    const reading = await send(scene.base, "projects.get", target, credential);
    const writing = await send(scene.base, "projects.update", { ...target, input }, credential);
    return [reading.status, writing.status];
  }

  describe("making one", () => {
    test.each([
      ["secret", "organization_key", YEAR_MS],
      ["public", "public_key", null],
    ] as const)("a %s key is shown once and stored as its hash", async (kind, credential, life) => {
      const { apiKey, key } = await make({ kind });
      expect(looksLike(credential, key)).toBe(true);
      expect(key).toMatch(new RegExp(`^${CREDENTIALS[credential].prefix}[A-Za-z]{64}$`));
      const now = scene.server.ctx.clock.now();
      expect(apiKey).toMatchObject({
        kind,
        lastFour: key.slice(-4),
        scopes: kind === "secret" ? null : [],
        allProjects: true,
        projects: [],
        createdBy: { id: scene.people.owner.userId, name: scene.people.owner.name },
        expiresAt: life === null ? null : new Date(now + life).toISOString(),
        lastUsedAt: null,
      });
      const row = await rowOf(apiKey.id);
      expect(row?.hash).toBe(hashOf(key));
      expect(JSON.stringify([row, await list()])).not.toContain(key);
    });

    test.each([
      ["scopes of a public key", { kind: "public", scopes: ["content:read"] }, "/scopes"],
      ["no scope", { scopes: [] }, "/scopes"],
      ["an unknown scope", { scopes: ["everything"] }, "/scopes/0"],
      ["no project", { projects: [] }, "/projects"],
      ["a project that never was", { projects: ["00000000-0000-4000-8000-000000000000"] }, "/projects/0"],
      ["another kind", { kind: "root" }, "/kind"],
      ["no name", { name: " " }, "/name"],
    ])("%s is refused", async (_, fields, pointer) => {
      const body = { name: "Build", kind: "secret", ...fields };
      const answer = await scene.people.owner.browser.post(pathOf(scene.organization.id), body);
      expect(answer.status).toBe(400);
      const { errors } = (await answer.json()) as { errors: { pointer: string }[] };
      expect(errors[0]?.pointer.startsWith(pointer)).toBe(true);
    });

    test("a project that was deleted cannot be chosen", async () => {
      const project = await scene.addProject(scene.people.owner, scene.organization);
      await deleteProject(project.id);
      const body = { name: "Build", kind: "secret", projects: [project.id] };
      expect(await refusal(scene.people.owner.browser.post(pathOf(scene.organization.id), body))).toEqual([
        400,
        "invalid_request",
      ]);
    });
  });

  describe("what a secret key may do", () => {
    test("all that its creator may, by Bearer and by x-api-key", async () => {
      const { key } = await make();
      expect(await allowed(key)).toEqual([200, 200]);
      const answer = await fetch(`${scene.base}/api/oauth-client/organizations`, {
        headers: { "x-api-key": key },
      });
      expect(await answer.json()).toMatchObject({ items: [{ id: scene.organization.id }] });
    });

    test("only its scopes, and nobody is told to mint again", async () => {
      const { key } = await make({ scopes: ["projects:read"] satisfies Scope[] });
      expect(await allowed(key)).toEqual([200, 403]);
      const answer = await call(scene.base, `/v1/projects/${scene.project.id}/keys`, key);
      const body = await answer.json();
      expect(body).toMatchObject({ error: "missing_scope", required: "keys:read" });
      expect(body).not.toHaveProperty("mint_again");
    });

    test("only in its projects, in lists too, and it makes none", async () => {
      const { key, apiKey } = await make({ projects: [scene.outside.id, scene.outside.id] });
      expect(apiKey).toMatchObject({ allProjects: false, projects: [{ id: scene.outside.id }] });
      expect((await inProject(key, scene.outside.id)).status).toBe(200);
      expect(await refusal(inProject(key, scene.project.id))).toEqual([404, "not_found"]);
      const found = await answered<{ items: { id: string }[] }>(
        call(scene.base, `/organizations/${scene.organization.id}/projects`, key),
      );
      expect(found.items.map(({ id }) => id)).toEqual([scene.outside.id]);
      const input = { name: "Shop", slug: "shop", sourceLanguage: "en" };
      expect(await refusal(send(scene.base, "projects.create", { input }, { token: key }))).toEqual([
        403,
        "project_limited",
      ]);
    });

    test("a limited key whose projects are gone reaches none, and never all", async () => {
      const project = await scene.addProject(scene.people.owner, scene.organization);
      const { key, apiKey } = await make({ projects: [project.id] });
      await deleteProject(project.id);
      const path = `/organizations/${scene.organization.id}/projects`;
      expect(await answered(call(scene.base, path, key))).toMatchObject({ items: [] });
      const { items } = await list();
      expect(items.find(({ id }) => id === apiKey.id)).toMatchObject({
        allProjects: false,
        projects: [{ id: project.id, name: null }],
      });
    });

    test("no more than the role of its creator at that moment", async () => {
      const person = await anAdmin();
      const [all, some] = [await make({}, person), await make({ scopes: ["projects:write"] }, person)];
      expect([await allowed(all.key), await allowed(some.key)]).toEqual([
        [200, 200],
        [403, 200],
      ]);
      await setRole(person, "member");
      expect(MEMBER_SCOPES).toContain("projects:read");
      expect([await allowed(all.key), await allowed(some.key)]).toEqual([
        [200, 403],
        [403, 403],
      ]);
      await setRole(person, "admin");
      expect(await allowed(all.key)).toEqual([200, 200]);
    });

    test("a public key opens nothing, and the refusal says what it is for", async () => {
      const { key } = await make({ kind: "public" });
      for (const path of ["/organizations", "/me", `/v1/projects/${scene.project.id}`]) {
        const answer = await call(scene.base, path, key);
        expect(answer.status).toBe(401);
        expect(await answer.json()).toMatchObject({
          error: "invalid_token",
          error_description: expect.stringContaining("published content"),
        });
      }
    });
  });

  describe("its end", () => {
    test("a revoked key is refused from the next request on; once is enough", async () => {
      const { apiKey, key } = await make();
      expect((await read(key)).status).toBe(200);
      expect((await revoke(apiKey.id)).status).toBe(204);
      expect(await refusal(read(key))).toEqual(DEAD);
      expect(await refusal(revoke(apiKey.id))).toEqual([410, "gone"]);
      expect((await list()).items.map(({ id }) => id)).not.toContain(apiKey.id);
    });

    test("a key of another organization is as if it never existed, live or revoked", async () => {
      const { stranger } = scene.people;
      const theirs = await scene.addApiKey(stranger, scene.other);
      expect(await refusal(revoke(theirs.id))).toEqual([404, "not_found"]);
      expect((await read(theirs.key)).status).toBe(200);
      expect((await remove(stranger, `${pathOf(scene.other.id)}/${theirs.id}`)).status).toBe(204);
      expect(await refusal(revoke(theirs.id))).toEqual([404, "not_found"]);
      expect(await refusal(revoke("key_none"))).toEqual([404, "not_found"]);
    });

    test("an expired key is refused and stays in the list", async () => {
      const { apiKey, key } = await make();
      const expiresAt = scene.server.ctx.clock.now();
      await scene.server.ctx.db.write((tx) =>
        tx.updateTable("apiKeys").set({ expiresAt }).where("id", "=", apiKey.id).execute(),
      );
      const answer = await read(key);
      expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining("has expired")]);
      expect((await list()).items.map(({ id }) => id)).toContain(apiKey.id);
    });

    test("secret keys of somebody who is removed are over, also when they return; public ones go on", async () => {
      const person = await anAdmin();
      const [secret, open] = [await make({}, person), await make({ kind: "public" }, person)];
      const membership = `/api/dashboard/organizations/${scene.organization.id}/members/${person.userId}`;
      expect((await remove(scene.people.owner, membership)).status).toBe(204);
      expect(await refusal(read(secret.key))).toEqual(DEAD);
      await scene.join(person, scene.organization, "admin");
      expect(await refusal(read(secret.key))).toEqual(DEAD);
      expect((await rowOf(secret.apiKey.id))?.revokedBy).toBe(scene.people.owner.userId);
      expect((await rowOf(open.apiKey.id))?.revokedAt).toBeNull();
    });

    test("a membership that ended without a word ends them too", async () => {
      const person = await anAdmin();
      const { key } = await make({}, person);
      await scene.server.ctx.db.write((tx) =>
        tx.deleteFrom("members").where("userId", "=", person.userId).execute(),
      );
      expect(await refusal(read(key))).toEqual(DEAD);
    });

    test("keys of somebody who is deleted are over", async () => {
      const { app, ctx } = scene.server;
      const person = await anAdmin();
      const { apiKey, key } = await make({}, person);
      await ctx.db.write((tx) => app.accounts.deleteUser(tx, person.userId, ctx.clock.now()));
      expect(await refusal(read(key))).toEqual(DEAD);
      expect((await rowOf(apiKey.id))?.revokedAt).not.toBeNull();
    });

    test("keys of an organization that is deleted are over, public ones too", async () => {
      const { owner } = scene.people;
      const organization = await scene.addOrganization(owner);
      const made = await scene.addApiKey(owner, organization);
      const open = await scene.addApiKey(owner, organization, { kind: "public" });
      expect((await remove(owner, `/api/dashboard/organizations/${organization.id}`)).status).toBe(204);
      expect(await refusal(read(made.key))).toEqual(DEAD);
      for (const { id } of [made, open]) expect((await rowOf(id))?.revokedAt).not.toBeNull();
    });
  });

  describe("what is written down", () => {
    test("audit and history name the key, also when it is revoked", async () => {
      // So that what happens here is the newest.
      scene.server.ctx.clock.advance(1);
      const { apiKey, key } = await make({ name: "Night build" });
      const path = `/v1/projects/${scene.project.id}/keys`;
      const init = { method: "POST", headers: { "content-type": "application/json" } };
      const body = JSON.stringify({ keys: [{ name: `by.${apiKey.id}`, values: { en: "Hello" } }] });
      await answered(call(scene.base, path, key, { ...init, body }));
      expect((await revoke(apiKey.id)).status).toBe(204);
      const actor = { type: "key", id: apiKey.id, name: "Night build" };
      const browser = scene.people.owner.browser;
      const organization = `/api/dashboard/organizations/${scene.organization.id}`;
      const audit = await answered<Output<"audit.list">>(
        browser.request(`${organization}/audit?action=keys.create`),
      );
      expect(audit.items[0]).toMatchObject({ actor, via: "rest" });
      const history = await answered<Output<"changesets.list">>(
        browser.request(`/api/oauth-client/v1/projects/${scene.project.id}/changesets?actor=${apiKey.id}`),
      );
      expect(history.items).toMatchObject([{ actor, via: "rest" }]);
      const ends = await answered<Output<"audit.list">>(
        browser.request(`${organization}/audit?action=api_key.revoked`),
      );
      expect(ends.items[0]).toMatchObject({
        target: apiKey.id,
        details: { reason: "revoked_by_administrator", name: "Night build" },
      });
    });

    test("the last use, in the background and at most once a minute", async () => {
      const { ctx } = scene.server;
      const { apiKey, key } = await make();
      const lastUsed = async () => (await rowOf(apiKey.id))?.lastUsedAt;
      const first = ctx.clock.now();
      await read(key);
      await expect.poll(lastUsed).toBe(first);
      const write = vi.spyOn(ctx.db, "write");
      for (let at = 0; at < 20; at++) await read(key);
      expect(write).not.toHaveBeenCalled();
      write.mockRestore();
      ctx.clock.advance(60_000);
      await read(key);
      await expect.poll(lastUsed).toBe(first + 60_000);
      const listed = (await list()).items.find(({ id }) => id === apiKey.id);
      expect(listed?.lastUsedAt).toBe(new Date(first + 60_000).toISOString());
    });

    test("a note that cannot be written disturbs nobody", async () => {
      const broken = { log: scene.server.ctx.log, db: { write: () => Promise.reject(new Error("down")) } };
      expect(() => noteKeyUse(broken as never, "key_1", 1)).not.toThrow();
      await new Promise((resolve) => setTimeout(resolve, 10));
    });
  });

  test("the list comes page by page, newest first, and each key once", async () => {
    const organization = await scene.addOrganization(scene.people.owner);
    const made: string[] = [];
    for (let at = 0; at < 5; at++) {
      if (at !== 3) scene.server.ctx.clock.advance(1);
      made.push((await scene.addApiKey(scene.people.owner, organization)).id);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "?limit=2" : `?limit=2&cursor=${encodeURIComponent(cursor)}`;
      const page: Listed = await list(query, organization.id);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(made.toSorted());
    expect(seen[0]).toBe(made[4]);
  });

  test("each key has its own window and its own idempotency keys", async () => {
    const [one, other] = [await make(), await make()];
    const left = async (key: string) => Number((await read(key)).headers.get("ratelimit-remaining"));
    const before = await left(one.key);
    expect(await left(one.key)).toBe(before - 1);
    expect(await left(other.key)).toBe(before);
    const post = (key: string, name: string) =>
      call(scene.base, `/v1/projects/${scene.project.id}/keys`, key, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": "once" },
        body: JSON.stringify({ keys: [{ name, values: { en: "Hello" } }] }),
      });
    const first = await answered<{ changesetId: string }>(post(one.key, "once.one"));
    expect(await answered(post(one.key, "once.one"))).toEqual(first);
    expect(await answered(post(other.key, "once.other"))).not.toEqual(first);
  });
});
