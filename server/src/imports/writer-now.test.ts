import type { Output } from "@parlance/contract/operations";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answered, type Named, type Person, type Scene } from "../../test/refusals/scene.ts";
import { startUnlimited } from "../../test/refusals/sound.ts";
import { ENGINES } from "../../test/support/databases.ts";
import { lines, runNextImport } from "../../test/support/imports.ts";

type Import = Output<"imports.get">;
const KEYS = 3000;

describe.each(ENGINES)("an import whose beginner may not any more, on $engine", ({ open }) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startUnlimited(open);
  });
  afterAll(() => scene.server.close());

  /** An app with a token, and a project that it reaches. */
  async function connected(chosen = false) {
    const { people, organization } = scene;
    const project = await scene.addProject(people.owner, organization);
    const app = await scene.addApp(people.owner, organization);
    const issued = await scene.letIn(people.owner, app, {
      organizations: [organization],
      ...(chosen && { projects: [project.id] }),
    });
    return { app, project, issued, headers: { authorization: `Bearer ${await scene.mint(issued)}` } };
  }

  const pathOf = (project: Named) => `${scene.base}/api/oauth-client/v1/projects/${project.id}/imports`;

  /** Announces and sends a file of many keys, of which the first part is written then. */
  async function beginImport(project: Named, headers: Record<string, string>): Promise<string> {
    const file = lines(
      Array.from({ length: KEYS }, (_, index) => ({ key: `k${index}`, values: { en: "x" } })),
    );
    const { id } = await answered<Import>(
      fetch(pathOf(project), {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ format: "ndjson", size: file.length }),
      }),
    );
    await answered(
      fetch(`${pathOf(project)}/${id}/content`, {
        method: "PUT",
        headers: { ...headers, "content-type": "application/x-ndjson" },
        body: file,
      }),
    );
    await writeFirstPart();
    return id;
  }

  /** Stops the worker after one transaction, as a process that is shutting down does. */
  async function writeFirstPart(): Promise<void> {
    let checks = 0;
    expect(await runNextImport(scene.server.ctx, () => checks++ > 0)).toBe(true);
  }

  async function outcome(project: Named, id: string): Promise<Import> {
    while (await runNextImport(scene.server.ctx));
    const done = await answered<Import>(
      scene.people.owner.browser.request(new URL(`${pathOf(project)}/${id}`).pathname),
    );
    expect(done.keysCreated).toBeGreaterThan(0);
    expect(done.keysCreated).toBeLessThan(KEYS);
    expect(done.changesetId).not.toBeNull();
    return done;
  }

  it("stops when the connection is revoked; what was written stays and is announced", async () => {
    const { issued, project, headers } = await connected();
    const id = await beginImport(project, headers);
    const revoked = await fetch(`${scene.base}/api/oauth-client/installations/${issued.grant_id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${issued.access_token}` },
    });
    expect(revoked.status).toBe(204);
    const done = await outcome(project, id);
    expect(done).toMatchObject({
      state: "failed",
      error: { code: "grant_revoked" },
      createdBy: { type: "app" },
    });
  });

  it("stops when the connection reaches the project no more", async () => {
    const { issued, project, headers } = await connected(true);
    const id = await beginImport(project, headers);
    await scene.server.ctx.db.write((tx) =>
      tx.deleteFrom("grantProjects").where("grantId", "=", issued.grant_id).execute(),
    );
    expect(await outcome(project, id)).toMatchObject({ state: "failed", error: { code: "not_found" } });
  });

  it("stops when the connection loses a scope", async () => {
    const { issued, project, headers } = await connected();
    const id = await beginImport(project, headers);
    await scene.server.ctx.db.write((tx) =>
      tx
        .updateTable("grants")
        .set({ scopes: '["translations:write"]' })
        .where("id", "=", issued.grant_id)
        .execute(),
    );
    expect(await outcome(project, id)).toMatchObject({ state: "failed", error: { code: "missing_scope" } });
  });

  /** A secret key of somebody else who administers the organization, and a project of it. */
  async function keyed(fields: object = {}) {
    const { people, organization } = scene;
    const project = await scene.addProject(people.owner, organization);
    const maker = await scene.addPerson();
    await scene.join(maker, organization, "admin");
    const { id, key } = await scene.addApiKey(maker, organization, { ...fields, projects: [project.id] });
    return { project, maker, id, headers: { "x-api-key": key } };
  }

  it("goes on while the key that began it lives, and is the key's", async () => {
    const { project, id: keyId, headers } = await keyed();
    const id = await beginImport(project, headers);
    while (await runNextImport(scene.server.ctx));
    const path = new URL(`${pathOf(project)}/${id}`).pathname;
    const done = await answered<Import>(scene.people.owner.browser.request(path));
    expect(done).toMatchObject({ state: "completed", keysCreated: KEYS });
    expect(done.createdBy).toEqual({ type: "key", id: keyId, name: "Build server", agent: null });
  });

  it.each([
    [
      "is revoked",
      "invalid_token",
      ({ id }: { id: string }) =>
        remove(`/api/dashboard/organizations/${scene.organization.id}/api-keys/${id}`),
    ],
    [
      "is of somebody who left",
      "invalid_token",
      ({ maker }: { maker: Person }) =>
        remove(`/api/dashboard/organizations/${scene.organization.id}/members/${maker.userId}`),
    ],
    [
      "does not reach the project any more",
      "not_found",
      ({ id }: { id: string }) =>
        scene.server.ctx.db.write((tx) =>
          tx.deleteFrom("apiKeyProjects").where("apiKeyId", "=", id).execute(),
        ),
    ],
    [
      "lost a scope",
      "missing_scope",
      ({ id }: { id: string }) =>
        scene.server.ctx.db.write((tx) =>
          tx.updateTable("apiKeys").set({ scopes: '["keys:write"]' }).where("id", "=", id).execute(),
        ),
    ],
  ])("stops when the key that began it %s", async (_, code, end) => {
    const began = await keyed();
    const id = await beginImport(began.project, began.headers);
    await end(began);
    expect(await outcome(began.project, id)).toMatchObject({ state: "failed", error: { code } });
  });

  function remove(path: string): Promise<unknown> {
    const { browser } = scene.people.owner;
    return answered(browser.request(path, { method: "DELETE", headers: { origin: scene.base } }));
  }

  it("stops when the person leaves the organization", async () => {
    const { organization, people } = scene;
    const project = await scene.addProject(people.owner, organization);
    const colleague = await scene.addPerson();
    await scene.join(colleague, organization, "member");
    const cookie = [...colleague.browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const id = await beginImport(project, { cookie, origin: scene.base });
    await answered(
      people.owner.browser.request(
        `/api/dashboard/organizations/${organization.id}/members/${colleague.userId}`,
        {
          method: "DELETE",
          headers: { origin: scene.base },
        },
      ),
    );
    expect(await outcome(project, id)).toMatchObject({
      state: "failed",
      error: { code: "wrong_organization" },
    });
  });

  it("stops when it is cancelled", async () => {
    const { project, headers } = await connected();
    const id = await beginImport(project, headers);
    const path = new URL(`${pathOf(project)}/${id}/cancel`).pathname;
    await answered(scene.people.owner.browser.post(path, {}));
    const done = await outcome(project, id);
    expect(done).toMatchObject({ state: "cancelled", error: null });
    expect(done.finishedAt).not.toBeNull();
  });

  it("goes on where it was when only the worker stopped", async () => {
    const { project, headers } = await connected();
    const id = await beginImport(project, headers);
    while (await runNextImport(scene.server.ctx));
    const path = new URL(`${pathOf(project)}/${id}`).pathname;
    const done = await answered<Import>(scene.people.owner.browser.request(path));
    expect(done).toMatchObject({ state: "completed", keysCreated: KEYS, valuesCreated: KEYS, rejected: 0 });
  });

  it("is worked on by one worker at a time, however many ask", async () => {
    const { project, headers } = await connected();
    const id = await beginImport(project, headers);
    const worked = await Promise.all(Array.from({ length: 5 }, () => runNextImport(scene.server.ctx)));
    expect(worked.filter(Boolean)).toHaveLength(1);
    const path = new URL(`${pathOf(project)}/${id}`).pathname;
    const done = await answered<Import>(scene.people.owner.browser.request(path));
    expect(done).toMatchObject({ state: "completed", rows: KEYS, keysCreated: KEYS });
  });

  it("a worker whose claim ran out writes nothing after another took over", async () => {
    const { ctx } = scene.server;
    const { project, headers } = await connected();
    const id = await beginImport(project, headers);
    let others = Promise.resolve(false);
    let checks = 0;
    // The first falls silent between two parts, for longer than a claim lasts.
    const first = runNextImport(ctx, () => {
      if (checks++ === 1) {
        ctx.clock.advance(60_000);
        others = runNextImport(ctx);
      }
      return false;
    });
    await first;
    await others;
    const path = new URL(`${pathOf(project)}/${id}`).pathname;
    const done = await answered<Import>(scene.people.owner.browser.request(path));
    expect(done).toMatchObject({ state: "completed", rows: KEYS, keysCreated: KEYS, valuesCreated: KEYS });
  });
});
