import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { type HeldReads, heldReads } from "../../test/support/held-reads.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { openCdn } from "./open-cdn.ts";

const KEYS = 100;
const AT_ONCE = 2;
const WAITING = 64;

describe.each(ENGINES)("bodies that are made for anyone who asks, on $engine", ({ open }) => {
  let database: TestDatabase;
  let reads: HeldReads;
  let server: Server;
  let w: World;
  beforeAll(async () => {
    database = await open();
    reads = heldReads(database.db);
    const ctx = testContext(reads.db);
    server = await listen(ctx);
    w = await addProject(ctx, { fileStructure: "namespaced_folders" });
    const values = { en: "x".repeat(9000) };
    const names = Array.from({ length: KEYS }, (_, index) => ({
      namespace: "large",
      name: `k${index}`,
      values,
    }));
    await w.call("keys.create", {
      keys: [...names, { namespace: "small", name: "yes", values: { en: "Yes" } }],
    });
    await w.call("releases.create");
  });
  afterAll(async () => {
    server.close();
    await database.close();
  });

  const get = (path: string) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/cdn/${w.project.id}/${path}`);

  it("are made two at once while a bounded number waits, and the rest hears when to ask again", async () => {
    expect((await get("en/small.json")).status).toBe(200);
    reads.hold("files");
    const asked = Array.from({ length: AT_ONCE + WAITING + 10 }, (_, index) =>
      get(`en/batch.json?ns=small,n${index}`),
    );
    let refused = 0;
    for (const answer of asked) {
      void answer.then(({ status, headers }) => {
        if (status === 503 && headers.get("retry-after") === "1") refused++;
      });
    }
    await expect.poll(() => refused).toBe(10);
    expect(reads.count()).toBe(AT_ONCE);
    // Published files go on meanwhile.
    expect((await get("en/small.json")).status).toBe(200);
    reads.hold(null);
    reads.release();
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 503)).toHaveLength(10);
    expect(statuses.filter((status) => status === 200)).toHaveLength(AT_ONCE + WAITING);
  });

  it("push no published file out of memory, however many different ones are asked for", async () => {
    await (await get("en/small.json")).text();
    for (let index = 0; index < 80; index++) {
      const answer = await get(`en/batch.json?ns=large,n${index}`);
      expect((await answer.text()).length).toBeGreaterThan(900_000);
    }
    reads.hold("files");
    expect((await get("en/small.json")).status).toBe(200);
    reads.hold(null);
  });

  it("hold every namespace that was asked for, in a language that the release has", async () => {
    expect(await (await get("en/batch.json?ns=small,nothing")).json()).toEqual({
      small: { yes: "Yes" },
      nothing: {},
    });
    expect(await (await get("en/batch.json?ns=nothing")).json()).toEqual({ nothing: {} });
    expect((await get("fr/batch.json?ns=small")).status).toBe(404);
  });

  it("are a whole file since 0, and gone since too long ago", async () => {
    const whole = JSON.parse(await (await get("en/small.json?since=0")).text());
    expect(whole).toMatchObject({ since: 0, changed: { yes: "Yes" }, removed: [] });
    await w.call("keys.create", { keys: [{ namespace: "small", name: "late", values: { en: "Late" } }] });
    const { id } = await w.call("releases.create");
    await database.db.writer.updateTable("releases").set({ number: 102 }).where("id", "=", id).execute();
    const answer = await get("en/small.json?since=1");
    expect([answer.status, await answer.json()]).toMatchObject([410, { error: "gone" }]);
    expect((await get("en/small.json?since=999999")).status).toBe(410);
  });

  it("are not made of more than a bound", async () => {
    await database.db.writer
      .updateTable("releaseFiles")
      .set({ size: 9 * 1024 * 1024 })
      .where("path", "=", "en/large.json")
      .execute();
    await w.call("keys.create", { keys: [{ namespace: "small", name: "no", values: { en: "No" } }] });
    await w.call("releases.create");
    const answer = await get("en/batch.json?ns=large");
    expect([answer.status, await answer.json()]).toMatchObject([413, { error: "payload_too_large" }]);
    expect((await get("en/large.json?since=0")).status).toBe(413);
    expect((await get("en/batch.json?ns=small")).status).toBe(200);
    expect((await get("en/large.json")).status).toBe(200);
  });
});

describe.each(ENGINES)("a connection that falls silent, on $engine", ({ open }) => {
  let database: TestDatabase;
  let reads: HeldReads;
  let server: Server;
  let path: string;
  let w: World;
  beforeAll(async () => {
    database = await open();
    reads = heldReads(database.db);
    const ctx = testContext(reads.db);
    server = await listen(ctx);
    w = await addProject(ctx, { languages: ["de"] });
    await w.call("keys.create", { keys: [{ name: "title", values: { en: "Hello", de: "Hallo" } }] });
    await w.call("releases.create");
    path = `/cdn/${w.project.id}`;
  });
  afterAll(async () => {
    server.close();
    await database.close();
  });

  const get = (file: string) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}/${file}`);

  it.each([
    ["the release", "releaseLanguages", "en.json"],
    ["the pointer", "projects", "@1/en.json"],
    ["the file", "files", "de.json"],
    ["what a body is made of", "files", "en.json?since=0"],
  ])(
    "while it reads %s fails who waits for it in time, and the next request is answered",
    async (_, table, file) => {
      const before = reads.count();
      reads.hold(table);
      const waiting = [get(file), get(file)];
      await expect.poll(() => reads.count()).toBeGreaterThan(before);
      reads.hold(null);
      const begun = performance.now();
      for (const answer of await Promise.all(waiting)) {
        expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
      }
      expect(performance.now() - begun).toBeLessThan(9000);
      expect((await get(file)).status).toBe(200);
    },
    20_000,
  );

  it("leaves the last known release where it looks for a newer one", async () => {
    expect((await get("en.json")).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    reads.hold("projects");
    expect((await get("en.json")).status).toBe(200);
    reads.hold(null);
  }, 20_000);
});

async function listen(context: Parameters<typeof openCdn>[0]): Promise<Server> {
  const cdn = openCdn(context);
  const server = createServer((incoming, response) => {
    if (!cdn.handle(incoming, response)) response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
