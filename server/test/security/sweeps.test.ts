import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Transaction } from "../../src/context.ts";
import { personActor, SYSTEM, toColumns } from "../../src/database/actor.ts";
import type { Schema } from "../../src/database/schema.ts";
import { SWEEPS } from "../../src/workers.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { ENGINES, openTestSqlite, type TestDatabase } from "../support/databases.ts";
import { addProject, type World } from "../support/projects.ts";

const PAGE = join(import.meta.dirname, "../../../docs/decisions/0009-what-is-kept.md");
const DAY_MS = 24 * 60 * 60 * 1000;

interface Scene extends World {
  ctx: TestContext;
  tx: Transaction;
  appId: string;
}

/** How a row comes into being that began its life at an instant. */
interface Seed {
  table: keyof Schema;
  add(scene: Scene, id: string, at: number): Promise<unknown>;
}

/** For each sweep, of any life: what began 500 days ago is past it, and what begins now is not. */
const SEEDS: Record<string, Seed> = {
  sessions: {
    table: "sessions",
    add: ({ ctx, tx, person }, id, at) =>
      tx
        .insertInto("sessions")
        .values({
          ...{ id, token: id, userId: person.userId, ipAddress: null, userAgent: null },
          ...{ expiresAt: libraryInstant(ctx, at), createdAt: libraryInstant(ctx, at) },
          updatedAt: libraryInstant(ctx, at),
        })
        .execute(),
  },
  "verification links": {
    table: "verifications",
    add: ({ ctx, tx }, id, at) =>
      tx
        .insertInto("verifications")
        .values({
          ...{ id, identifier: id, value: id, expiresAt: libraryInstant(ctx, at) },
          ...{ createdAt: libraryInstant(ctx, at), updatedAt: libraryInstant(ctx, at) },
        })
        .execute(),
  },
  invitations: {
    table: "invitations",
    add: ({ tx, reach, person }, id, at) =>
      tx
        .insertInto("invitations")
        .values({
          ...{ id, organizationId: reach.organization.id, email: `${id}@example.com`, role: "member" },
          ...{ tokenHash: id, invitedBy: person.userId, createdAt: at, expiresAt: at },
          ...{ acceptedAt: null, canceledAt: null },
        })
        .execute(),
  },
  "registered apps": { table: "apps", add: ({ tx }, id, at) => addApp(tx, id, at) },
  "undecided authorization requests": {
    table: "authorizationRequests",
    add: (scene, id, at) => addRequest(scene, id, { at, decidedAt: null }),
  },
  "authorization requests": {
    table: "authorizationRequests",
    add: (scene, id, at) => addRequest(scene, id, { at, decidedAt: at }),
  },
  "authorization codes": {
    table: "codes",
    add: ({ tx, appId, person }, id, at) =>
      tx
        .insertInto("codes")
        .values({
          ...{ hash: id, requestId: id, appId, userId: person.userId, redirectUri: "" },
          ...{ codeChallenge: null, createdAt: at, expiresAt: at, failures: 0 },
          ...{ redeemedAt: null, voidedAt: null },
        })
        .execute(),
  },
  "refresh tokens": {
    table: "refreshTokens",
    async add(scene, id, at) {
      await addFamily(scene, id, scene.ctx.clock.now());
      const token = { hash: id, familyId: id, salt: "", keyId: "", issuedAt: at, expiresAt: at };
      await scene.tx
        .insertInto("refreshTokens")
        .values({ ...token, usedAt: null, successorHash: null })
        .execute();
    },
  },
  "token families": { table: "families", add: (scene, id, at) => addFamily(scene, id, at) },
  "installation tokens": {
    table: "installationTokens",
    add: ({ tx }, id, at) =>
      tx
        .insertInto("installationTokens")
        .values({
          ...{ hash: id, grantId: id, familyId: id, scopes: null, projectIds: null },
          ...{ issuedAt: at, expiresAt: at, revokedAt: null },
        })
        .execute(),
  },
  "idempotency answers": {
    table: "idempotencyKeys",
    add: ({ tx }, id, at) =>
      tx
        .insertInto("idempotencyKeys")
        .values({
          ...{
            caller: "c",
            key: id,
            operation: "o",
            bodyHash: "",
            body: "",
            claimId: null,
            claimedUntil: null,
          },
          ...{ createdAt: at, expiresAt: at },
        })
        .execute(),
  },
  "rate limit windows": {
    table: "rateLimits",
    add: ({ tx }, id, at) =>
      tx.insertInto("rateLimits").values({ key: id, windowStart: at, count: 1 }).execute(),
  },
  audit: {
    table: "auditEntries",
    add: ({ tx }, id, at) =>
      tx
        .insertInto("auditEntries")
        .values({
          ...{ id, at, organizationId: null, action: "keys.update", outcome: "done", details: "{}" },
          ...{ ...toColumns(SYSTEM), via: null, appId: null, grantId: null, target: null },
        })
        .execute(),
  },
  outbox: {
    table: "outbox",
    add: ({ tx, reach }, id, at) =>
      tx
        .insertInto("outbox")
        .values({
          ...{ id, event: "keys.created", organizationId: reach.organization.id, projectId: null },
          ...{ payload: "{}", createdAt: at, deliveredAt: null },
        })
        .execute(),
  },
  "publish plans": {
    table: "publishPlans",
    add: ({ tx, project }, id, at) =>
      tx
        .insertInto("publishPlans")
        .values({
          ...{ id, projectId: project.id, channel: "production", filter: null, hash: "" },
          ...{ createdAt: at, expiresAt: at + DAY_MS, releaseId: null },
        })
        .execute(),
  },
  "unlisted files": {
    table: "unlistedFiles",
    add: ({ tx }, id, at) => tx.insertInto("unlistedFiles").values({ hash: id, since: at }).execute(),
  },
  trash: {
    table: "keys",
    add: ({ tx, project }, id, at) =>
      tx
        .insertInto("keys")
        .values({
          ...{ id, projectId: project.id, namespace: "default", name: id, description: null, tags: "[]" },
          ...{ format: "icu", maxLength: null, revision: 1, createdAt: at, updatedAt: at, deletedAt: at },
        })
        .execute(),
  },
  "unfinished uploads": {
    table: "imports",
    add: (scene, id, at) => addImport(scene, id, { state: "uploading", createdAt: at, finishedAt: null }),
  },
  "bytes of imports": {
    table: "importChunks",
    async add(scene, id, at) {
      const now = scene.ctx.clock.now();
      const isOver = at < now;
      const state = isOver ? "completed" : "running";
      await addImport(scene, id, { state, createdAt: now, finishedAt: isOver ? now : null });
      const chunk = { importId: id, position: 0, bytes: Buffer.from("x") };
      await scene.tx.insertInto("importChunks").values(chunk).execute();
    },
  },
  "problems of imports": {
    table: "importProblems",
    async add(scene, id, at) {
      await addImport(scene, id, { state: "completed", createdAt: at, finishedAt: at });
      await scene.tx
        .insertInto("importProblems")
        .values({ importId: id, position: 1, problem: "{}" })
        .execute();
    },
  },
  imports: {
    table: "imports",
    add: (scene, id, at) => addImport(scene, id, { state: "completed", createdAt: at, finishedAt: at }),
  },
};

describe.each(ENGINES)("a sweep on $engine", ({ engine, open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let world: World;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
    world = await addProject(ctx);
    await ctx.db.write((tx) => addApp(tx, "app_1", null));
  });
  afterAll(() => database.close());

  test.each(SWEEPS)(
    "of $name takes its budget and no more, says how much, and leaves what is young",
    async ({ name, sweep }) => {
      const seed = SEEDS[name] as Seed;
      await ctx.db.write(async (tx) => {
        // A sweep before may have left imports of which only their report is past its life.
        for (const table of ["importProblems", "importChunks", "imports"] as const)
          await tx.deleteFrom(table).execute();
        const scene = { ...world, ctx, tx, appId: "app_1" };
        const now = ctx.clock.now();
        for (const id of ["old1", "old2", "old3"]) await seed.add(scene, `${name} ${id}`, now - 500 * DAY_MS);
        await seed.add(scene, `${name} young`, now);
      });
      const count = async () => (await ctx.db.read.selectFrom(seed.table).selectAll().execute()).length;
      const before = await count();
      const counts: number[] = [];
      for (let times = 0; times < 3; times++) {
        counts.push(await ctx.db.write((tx) => sweep(tx, ctx.clock.now(), 2, ctx)));
      }
      expect(counts).toEqual([2, 1, 0]);
      // An upload that is given up is cancelled, so that its sender learns of it.
      expect(before - (await count())).toBe(name === "unfinished uploads" ? 0 : 3);
    },
  );

  test.runIf(engine === "sqlite")("finds what is past its life by an index", async () => {
    const plans = await Promise.all(
      [
        sql`select "id" from "auditEntries" where "action" = 'a' and "at" < 1 limit 1`,
        sql`select min("action") from "auditEntries" where "action" > 'a'`,
        sql`select "id" from "outbox" where "createdAt" < 1 and "deliveredAt" is null limit 1`,
        sql`select "id" from "sessions" where "expiresAt" < '1' limit 1`,
        sql`select "id" from "verifications" where "expiresAt" < '1' limit 1`,
        sql`select "id" from "invitations" where "expiresAt" < 1 limit 1`,
      ].map((query) => sql<{ detail: string }>`explain query plan ${query}`.execute(ctx.db.read)),
    );
    for (const { rows } of plans) expect(rows.map(({ detail }) => detail).join()).toContain("SEARCH");
  });
});

test("every sweep is shown above", () => {
  expect(Object.keys(SEEDS).toSorted()).toEqual(SWEEPS.map(({ name }) => name).toSorted());
});

test("the decision page says of every table what bounds it", async () => {
  const page = readFileSync(PAGE, "utf8");
  const named = [...page.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  const { db, close } = await openTestSqlite();
  const tables = await db.writer.introspection.getTables();
  await close();
  // The search index of SQLite follows the texts.
  const own = tables.map(({ name }) => name).filter((name) => !/^search|^kysely_/.test(name));
  expect(named.toSorted()).toEqual(own.toSorted());
});

/** The sign-in library's own types. */
function libraryInstant({ db }: TestContext, at: number): unknown {
  const instant = new Date(at + 60_000);
  return db.engine === "sqlite" ? instant.toISOString() : instant;
}

function addApp(tx: Transaction, id: string, at: number | null): Promise<unknown> {
  return tx
    .insertInto("apps")
    .values({
      ...{ id, organizationId: null, name: id, type: "web", authentication: "none", origin: "registered" },
      ...{ homepage: null, scopes: "[]", legacyWithoutPkceAt: null, verifiedAt: null, disabledAt: null },
      ...{ deletedAt: null, createdBy: null, createdAt: 0, expiresAt: at === null ? null : at + DAY_MS },
    })
    .execute();
}

function addRequest(
  { tx, appId }: Scene,
  id: string,
  { at, decidedAt }: { at: number; decidedAt: number | null },
): Promise<unknown> {
  return tx
    .insertInto("authorizationRequests")
    .values({
      ...{ id, appId, redirectUri: "", redirectUriSent: 1, scopes: "[]", identityScopes: "[]" },
      ...{ state: null, codeChallenge: null, resources: "[]", organizationHint: null, browserHash: "" },
      ...{ userId: null, createdAt: at, expiresAt: at, extendedAt: null },
      ...{ decision: decidedAt === null ? null : "denied", decidedAt, redeemedAt: null },
    })
    .execute();
}

function addFamily({ tx, appId, person }: Scene, id: string, startedAt: number): Promise<unknown> {
  return tx
    .insertInto("families")
    .values({
      ...{ id, appId, userId: person.userId, codeHash: id, kind: "approval", resources: "[]" },
      ...{ identityScopes: "[]", startedAt, endedAt: null, endReason: null },
    })
    .execute();
}

function addImport(
  { tx, project, person }: Scene,
  id: string,
  fields: Pick<Schema["imports"], "state" | "createdAt" | "finishedAt">,
): Promise<unknown> {
  return tx
    .insertInto("imports")
    .values({
      ...{ id, projectId: project.id, ...toColumns(personActor(person.userId)) },
      ...{ format: "ndjson", language: null, namespace: null, fileName: null, message: null },
      ...{ existing: "overwrite", status: "approved", dryRun: 0, size: 1, receivedBytes: 0 },
      ...{ processedBytes: 0, lastRow: 0, rows: 0, keysCreated: 0, keysUpdated: 0, valuesCreated: 0 },
      ...{ valuesUpdated: 0, unchanged: 0, rejected: 0, warnings: 0, problems: 0, byLanguage: "{}" },
      ...{ changesetId: null, error: null, queuedAt: null, startedAt: null, claimedBy: null },
      ...{ claimedUntil: null, attempts: 0, ...fields },
    })
    .execute();
}
