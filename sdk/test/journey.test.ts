import { Client as McpClient, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../../server/test/support/databases.ts";
import { createCdn } from "../src/cdn.ts";
import { ConnectionRevokedError, MissingScopeError, NotFoundError } from "../src/errors.ts";
import { createClient } from "../src/parlance.ts";
import type { Connection } from "../src/store.ts";
import { type Partner, startPartner } from "./real-server.ts";

/** A partner's whole life with a server, in order: each test goes on where the one before ended. */
describe.each(ENGINES)("with a server on $engine", ({ open }) => {
  let partner: Partner;
  let connection: Connection;
  beforeAll(async () => {
    partner = await startPartner(open);
  });
  afterAll(() => partner.close());

  const parlance = () => partner.newProcess();
  const client = () => parlance().client(connection.id);
  const projectId = () => partner.scene.project.id;

  test("a user connects an organization, and every process can call as the connection", async () => {
    const process = parlance();
    const [made] = await partner.connect(process, await process.authorizeUrl({ userId: "ada" }));
    if (!made) throw new Error("no connection");
    connection = made;
    expect(connection.organizationId).toBe(partner.scene.organization.id);
    expect(connection.organizationName).toMatch(/^Org /);
    const me = await client().me();
    expect(me.user.name).toBe("Olga Owner");
    expect(me.grants.map(({ grant_id }) => grant_id)).toEqual([connection.grantId]);
    const projects = await client().projects.list({ organizationId: connection.organizationId });
    expect(projects.items.map(({ id }) => id)).toContain(projectId());
  });

  test("keys and texts are written and read, page after page", async () => {
    const names = Array.from({ length: 7 }, (_, n) => `page.key-${n}`);
    const keys = names.map((name) => ({ name, values: { en: `Text of ${name}` } }));
    const { items } = await client().keys.create({ projectId: projectId(), keys });
    expect(items.map(({ name }) => name)).toEqual(names);
    const seen: string[] = [];
    for await (const key of client().keys.list.each({ projectId: projectId(), q: "page.key", limit: 3 })) {
      seen.push(key.name);
    }
    expect(seen.sort()).toEqual(names);
    const value = { key: { name: "greeting" }, language: "en", text: "Hello, world" };
    expect(await client().values.set({ projectId: projectId(), values: [value] })).toMatchObject({
      updated: 1,
    });
  });

  test("a dry run changes nothing, and a stale revision is shown with what is there", async () => {
    const { items } = await client().keys.list({ projectId: projectId(), q: "greeting" });
    const keyId = items[0]?.id as string;
    const rename = { projectId: projectId(), keyId, description: "Said first" };
    expect(await client().keys.update(rename, { dryRun: true })).toMatchObject({
      key: { description: "Said first" },
    });
    expect(await client().keys.get({ projectId: projectId(), keyId })).toMatchObject({ description: null });
    await client().keys.update(rename, { expectedRevision: 1 });
    const stale = client().keys.update({ ...rename, description: "Other" }, { expectedRevision: 1 });
    await expect(stale).rejects.toMatchObject({
      name: "ConflictError",
      fieldErrors: [
        expect.objectContaining({ present: expect.objectContaining({ description: "Said first" }) }),
      ],
    });
  });

  test("a file goes in and comes out", async () => {
    const content = JSON.stringify({ imported: "From a file" });
    const announced = {
      projectId: projectId(),
      format: "json_flat" as const,
      language: "en",
      size: content.length,
    };
    const { id: importId } = await client().imports.create(announced);
    const sent = await client().imports.upload({ projectId: projectId(), importId, content });
    expect(sent).toMatchObject({ receivedBytes: content.length });
    const file = await client().exports.get({ projectId: projectId(), format: "json_flat", language: "en" });
    expect(await file.json()).toMatchObject({ greeting: "Hello, world" });
  });

  test("a scope that is missing is named, asked for, and there at once", async () => {
    const publish = () => client().releases.create({ projectId: projectId(), message: "First" });
    const refused: MissingScopeError = await publish().catch((error) => error);
    expect(refused).toBeInstanceOf(MissingScopeError);
    expect(refused.scope).toBe("translations:publish");
    const [again] = await partner.connect(parlance(), (await refused.authorizeUrl()) ?? "");
    expect(again).toMatchObject({ id: connection.id, grantId: connection.grantId });
    expect(again?.scopes).toContain("translations:publish");
    expect(await publish()).toMatchObject({ number: 1, message: "First" });
    const next: MissingScopeError = await client()
      .projects.update({ projectId: projectId(), name: "Website" })
      .catch((error) => error);
    const [both] = await partner.connect(parlance(), (await next.authorizeUrl()) ?? "");
    expect(both?.scopes).toEqual(expect.arrayContaining([refused.scope, next.scope]));
  });

  test("what is published is read from the CDN, and asked for by ETag", async () => {
    const { cdn } = await client().projects.get({ projectId: projectId() });
    const reader = createCdn({ url: cdn.base });
    expect(await reader.manifest()).toMatchObject({ release: 1, sourceLanguage: "en" });
    const messages = await reader.messages("en");
    expect(messages).toMatchObject({ translations: { greeting: "Hello, world" } });
    expect(await reader.messages("en")).toBe(messages);
    await expect(reader.messages("de")).rejects.toThrow(NotFoundError);
    await expect(createCdn({ url: cdn.base, channel: "next" }).manifest()).rejects.toThrow(NotFoundError);
    expect(await createCdn({ url: cdn.base, release: 1 }).messages("en")).toEqual(messages);
  });

  test("an agent calls tools with what its workspace was given", async () => {
    const { url, cursor } = await parlance().mcp(connection.id, { scopes: ["projects:read"] });
    const transport = new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers: { ...cursor.mcpServers.parlance?.headers } },
    });
    const agent = new McpClient({ name: "sdk-test", version: "1.0.0" });
    await agent.connect(transport);
    const { content } = await agent.callTool({ name: "listProjects", arguments: {} });
    expect(JSON.stringify(content)).toContain(partner.scene.project.slug);
    await agent.close();
  });

  test("a narrowed client can do less, and no more by asking", async () => {
    const narrowed = parlance().client(connection.id, { scopes: ["keys:read"], projectIds: [projectId()] });
    expect(await narrowed.keys.list({ projectId: projectId() })).toMatchObject({ nextCursor: null });
    await expect(narrowed.keys.list({ projectId: partner.scene.outside.id })).rejects.toMatchObject({
      status: 404,
    });
    await expect(narrowed.values.list({ projectId: projectId() })).rejects.toThrow(MissingScopeError);
    const wider = parlance().client(connection.id, { scopes: ["glossary:write"] });
    await expect(wider.me()).rejects.toMatchObject({ name: "ValidationError" });
  });

  test("a day later the connection still works, with one refresh for all that", async () => {
    partner.scene.server.ctx.clock.advance(24 * 3600_000);
    partner.sent.length = 0;
    await Promise.all(Array.from({ length: 10 }, () => client().me()));
    expect(partner.sent.filter((request) => request.endsWith("/token"))).toHaveLength(1);
  });

  test("a revoke by the user is true for the next call, and connecting again mends it", async () => {
    const { owner } = partner.scene.people;
    const response = await owner.browser.request(`/api/dashboard/connections/${connection.grantId}`, {
      method: "DELETE",
      headers: { origin: partner.scene.base },
    });
    expect(response.status).toBe(204);
    await expect(client().me()).rejects.toThrow(ConnectionRevokedError);
    const [shown] = await parlance().connections("ada");
    expect(shown?.revokedAt).not.toBeNull();
    const process = parlance();
    const [again] = await partner.connect(process, await process.authorizeUrl({ userId: "ada" }));
    expect(again).toMatchObject({ id: connection.id, revokedAt: null });
    expect(again?.grantId).not.toBe(connection.grantId);
    expect(await client().me()).toMatchObject({ user: { name: "Olga Owner" } });
  });

  test("disconnecting ends it on both sides, and no token is left in any log", async () => {
    const { token } = await parlance().installationToken(connection.id);
    await parlance().disconnect(connection.id);
    expect(await parlance().connections("ada")).toEqual([]);
    const late = createClient({ url: partner.scene.base, key: token });
    await expect(late.me()).rejects.toMatchObject({ status: 410, code: "grant_revoked" });
    await expect(client().me()).rejects.toThrow(ConnectionRevokedError);
    expect(partner.scene.server.log()).not.toContain(token);
  });
});
