import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bareEnvironment } from "../test/support/bare-environment.ts";
import { testContext } from "../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../test/support/databases.ts";
import { secretMatches } from "../test/support/secrets.ts";
import { findApp, registerApp } from "./apps/apps.ts";
import { runCommand } from "./cli.ts";
import type { Database } from "./database/open.ts";
import { SigningKeys } from "./oauth/signing-keys.ts";

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;

describe.each(ENGINES)("the command line on $engine", ({ open }) => {
  let database: TestDatabase;
  const run = (...args: string[]) => runCommand(testContext(database.db, { now: NOW }), args);
  const find = (id: string) => findApp(database.db.read, id, NOW);

  beforeAll(async () => {
    database = await open();
    await database.db.write((tx) =>
      tx
        .insertInto("organizations")
        .values({ id: "org_1", slug: "widgets", name: "Widgets", createdAt: 1, deletedAt: null })
        .execute(),
    );
  });
  afterAll(() => database.close());

  const create = async (...args: string[]) => {
    const printed = await run(
      "apps:create",
      "--name",
      "Acme",
      "--redirect-uri",
      "https://acme.example/cb",
      ...args,
    );
    return { printed, id: /^client_id: (\S+)$/m.exec(printed)?.[1] ?? "" };
  };

  test("apps:create registers a trusted web app and prints its secret once", async () => {
    const { printed, id } = await create(
      "--organization",
      "widgets",
      "--scope",
      "org:read",
      "--scope",
      "keys:read",
    );
    const secret = /^client_secret: (\S+)$/m.exec(printed)?.[1] ?? "";
    expect(await secretMatches(database.db.read, id, secret)).not.toBeNull();
    expect(await find(id)).toMatchObject({
      name: "Acme",
      publisher: "Widgets",
      trusted: true,
      origin: "command_line",
      confidential: true,
      scopes: ["org:read", "keys:read"],
      redirectUris: ["https://acme.example/cb"],
    });
    const row = await database.db.read
      .selectFrom("auditEntries")
      .selectAll()
      .where("target", "=", id)
      .executeTakeFirst();
    expect(row).toMatchObject({ action: "apps.create", actorType: "system", organizationId: "org_1" });
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  test.each([["--public"], ["--type", "spa"], ["--type", "native", "--redirect-uri", "http://127.0.0.1/cb"]])(
    "a public app has no secret: %s",
    async (...args) => {
      const { printed, id } = await create(...args);
      expect(printed).toBe(`client_id: ${id}`);
      expect(await find(id)).toMatchObject({ confidential: false, publisher: null });
    },
  );

  test("apps:create --devices registers an app that may connect people on devices", async () => {
    expect(await find((await create()).id)).toMatchObject({ deviceFlow: false });
    expect(await find((await create("--devices")).id)).toMatchObject({ deviceFlow: true });
  });

  test("apps:verify and apps:disable switch on and, with --off, off", async () => {
    const { id } = await create();
    expect(await run("apps:verify", id)).toBe(`Acme (${id}) is verified.`);
    expect(await find(id)).toMatchObject({ verified: true });
    await run("apps:verify", id, "--off");
    expect(await find(id)).toMatchObject({ verified: false });
    expect(await run("apps:disable", id)).toBe(`Acme (${id}) is disabled; 0 connections were revoked.`);
    expect(await find(id)).toMatchObject({ enabled: false });
    await run("apps:disable", id, "--off");
    expect(await find(id)).toMatchObject({ enabled: true });
  });

  test.each([
    [[], "Name a command"],
    [["toString"], "no command toString"],
    [["apps:create"], "--name is missing"],
    [["apps:create", "--name", "A"], "--redirect-uri is missing"],
    [["apps:create", "--name", "\u200b\u3164", "--redirect-uri", "https://a.example/"], "can be seen"],
    [["apps:create", "--name", "A", "--redirect-uri", "https://a.example/", "--type", "x"], "--type is"],
    [["apps:create", "--name", "A", "--redirect-uri", "https://a.example/", "--scope", "x"], "no scope x"],
    [
      ["apps:create", "--name", "A", "--redirect-uri", "https://a.example/", "--organization", "x"],
      "no organization x",
    ],
    [["apps:create", "--name", "A", "--redirect-uri", "https://a.example/", "--nonsense"], "--nonsense"],
    [["apps:verify"], "Name one app"],
    [["apps:verify", "app_1", "app_2"], "Name one app"],
    [["apps:verify", "app_1"], "no app app_1"],
  ])("%j is refused with a reason", async (args, reason) => {
    await expect(run(...args)).rejects.toThrow(reason);
  });

  test("keys:rotate publishes successors that sign in a day", async () => {
    await run("keys:rotate");
    const keys = new SigningKeys(testContext(database.db, { now: NOW }));
    const signs = async (now: number) => (await keys.current(now)).id;
    expect((await keys.jwks(NOW)).keys).toHaveLength(4);
    const before = await signs(NOW);
    expect(await signs(NOW + DAY - 1)).toBe(before);
    expect(await signs(NOW + DAY)).not.toBe(before);
    await expect(run("keys:rotate", "now")).rejects.toThrow("now");
  });

  test("a redirect URI with a parameter of our answer is refused by its name", async () => {
    await expect(create("--redirect-uri", "https://acme.example/cb?state=1")).rejects.toMatchObject({
      extra: { errors: [{ expected: expect.stringContaining("query parameter state,") }] },
    });
  });

  test("apps:list names the apps that nobody here registered, with their age and what of them lives", async () => {
    const hostile = "Agent\u001b[2J";
    const add = (facts: {
      name: string;
      origin: "registered" | "document";
      expiresAt: number | null;
      at: number;
    }) =>
      database.db.write((tx) =>
        registerApp(
          tx,
          {
            ...{ name: facts.name, type: "native", authentication: "none", origin: facts.origin },
            ...{ organizationId: null, homepage: null, redirectUris: ["http://127.0.0.1/cb"] },
            ...{ scopes: ["org:read"], createdBy: null, expiresAt: facts.expiresAt },
          },
          facts.at,
        ),
      );
    const approved = await add({ name: "Agent", origin: "document", expiresAt: null, at: NOW - 40 * DAY });
    const waiting = await add({
      name: hostile,
      origin: "registered",
      expiresAt: NOW + DAY * 4,
      at: NOW - DAY * 3,
    });
    const { id: owned } = await create();
    await addFamily(database.db, approved);
    const listed = await run("apps:list");
    expect(listed.split("\n")).toEqual([
      `${approved}  40 d old  approved  1 connections, 1 token families  metadata document  Agent`,
      `${waiting}  3 d old  not approved, goes in 4 d  0 connections, 0 token families  registered itself  Agent\ufffd[2J`,
    ]);
    expect(listed).not.toContain(owned);
    expect(await run("apps:list", "--unapproved")).toBe(listed.split("\n")[1]);
    expect(await run("apps:list", "--limit", "1")).toBe(listed.split("\n")[0]);
    await expect(run("apps:list", "--limit", "x")).rejects.toThrow("--limit");
  });

  test("a redirect URI that is not allowed registers nothing", async () => {
    await expect(create("--redirect-uri", "http://acme.example/")).rejects.toMatchObject({
      code: "invalid_request",
    });
  });
});

describe("as a program", () => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Exit code and both outputs. */
  async function program(...args: string[]) {
    const env = { ...bareEnvironment(), DATA_DIR: folder };
    const command = promisify(execFile)(process.execPath, [join(import.meta.dirname, "cli.ts"), ...args], {
      env,
    });
    return await command.then(
      (done) => ({ code: 0, ...done }),
      (failed: { code: number; stdout: string; stderr: string }) => failed,
    );
  }

  test("it uses the server's database and says why it failed", async () => {
    expect(await program("--help")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("apps:create"),
    });
    expect(await program()).toMatchObject({ code: 1, stderr: expect.stringContaining("Name a command") });
    const made = await program("apps:create", "--name", "Acme", "--redirect-uri", "https://acme.example/cb");
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const id = /app_\w+/.exec(made.stdout)?.[0] ?? "";
    expect(await program("apps:verify", id)).toMatchObject({
      code: 0,
      stdout: `Acme (${id}) is verified.\n`,
    });
    const refused = await program(
      "apps:create",
      "--name",
      "Acme",
      "--redirect-uri",
      "http://acme.example/cb",
    );
    expect(refused).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/acme\.example\/cb: must use https/),
    });
    expect(refused.stderr).not.toContain(" at ");
  });
});

/** A connection of the app whose refresh token lives, and one whose refresh token has expired. */
async function addFamily(db: Database, appId: string): Promise<void> {
  const userId = "usr_1";
  await db.write(async (tx) => {
    const grant = { id: `grt_${appId}`, appId, userId, organizationId: "org_1", scopes: "[]" };
    const times = { createdAt: 1, updatedAt: 1 };
    await tx
      .insertInto("grants")
      .values({ ...grant, ...times, projectAccess: "all" })
      .execute();
    for (const [id, expiresAt] of [
      ["fam_live", NOW + 1],
      ["fam_dead", NOW],
    ] as const) {
      const facts = { kind: "approval" as const, resources: "[]", identityScopes: "[]", startedAt: 1 };
      await tx
        .insertInto("families")
        .values({ id, appId, userId, codeHash: id, ...facts })
        .execute();
      await tx
        .insertInto("familyGrants")
        .values({ familyId: id, grantId: grant.id, scopes: "[]", position: 0 })
        .execute();
      const token = { hash: id, familyId: id, salt: "s", keyId: "k", issuedAt: 1 };
      await tx
        .insertInto("refreshTokens")
        .values({ ...token, expiresAt })
        .execute();
    }
  });
}
