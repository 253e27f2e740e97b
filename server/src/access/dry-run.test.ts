import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../../test/support/databases.ts";
import { Browser } from "../../test/support/flow.ts";
import { startServer, type TestServer } from "../../test/support/server.ts";

describe.each(ENGINES)("a dry run on $engine", ({ open }) => {
  let server: TestServer;
  let browser: Browser;
  let organizationId: string;

  beforeAll(async () => {
    server = await startServer({ open });
    browser = new Browser(server.base);
    const person = { email: "dry@example.com", password: "correct horse battery" };
    await server.app.accounts.createUser({ ...person, name: "Dry", verified: true });
    await browser.post("/api/auth/sign-in/email", person);
    const made = await browser.post("/api/dashboard/organizations", { name: "Dry" });
    organizationId = ((await made.json()) as { id: string }).id;
  });
  afterAll(() => server.close());

  const projects = () => server.ctx.db.read.selectFrom("projects").select("slug").execute();
  const create = (query: string, slug = "site") =>
    browser.post(`/api/oauth-client/v1/projects${query}`, {
      organizationId,
      name: "Site",
      slug,
      sourceLanguage: "en",
    });

  test("answers what the call would answer and stores nothing", async () => {
    const entries = await server.ctx.db.read.selectFrom("auditEntries").select("id").execute();
    const answer = await create("?dry_run=true");
    expect(answer.status).toBe(201);
    expect(answer.headers.get("dry-run")).toBe("true");
    expect(await answer.json()).toMatchObject({ slug: "site" });
    expect(await projects()).toEqual([]);
    expect(await server.ctx.db.read.selectFrom("auditEntries").select("id").execute()).toEqual(entries);
  });

  test("refuses what the call would refuse", async () => {
    expect((await create("", "taken")).status).toBe(201);
    expect((await create("?dry_run=true", "taken")).status).toBe(409);
  });

  test.each([
    ["?dry_run=yes", "must be true or false"],
    ["?dry_run=", "must be true or false"],
  ])("%s is refused, so that nobody writes by a slip", async (query, sentence) => {
    const answer = await create(query, "slip");
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(sentence);
  });

  test("is refused where the answer would carry a credential", async () => {
    const answer = await browser.post(`/api/dashboard/organizations/${organizationId}/apps?dry_run=true`, {
      name: "App",
      type: "web",
      redirectUris: ["https://app.example.com/cb"],
    });
    expect(answer.status).toBe(400);
  });
});
