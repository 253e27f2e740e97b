import { EVENTS, type EventName, eventEnvelope } from "@parlance/contract/events";
import { ALL_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { importFile, lines } from "../../test/support/imports.ts";
import { announcedIn } from "../../test/support/outbox.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { createApp } from "../apps/create-app.ts";
import { personActor } from "../database/actor.ts";
import type { OutboxTable } from "../database/schema.ts";
import { approve } from "../installations/approve.ts";
import { revokeGrants } from "../installations/revoke.ts";
import { iso } from "../platform/clock.ts";
import { announce } from "./announce.ts";

const APP = {
  name: "Partner",
  type: "web" as const,
  origin: "dashboard" as const,
  homepage: null,
  redirectUris: ["https://partner.example/callback"],
  scopes: ALL_SCOPES,
  createdBy: null,
};

describe.each(ENGINES)("the outbox on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let w: World;
  let rows: OutboxTable[];
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
    w = await addProject(ctx, { languages: ["de"] });
    await causeEveryEvent(ctx, w);
    rows = await ctx.db.read.selectFrom("outbox").selectAll().execute();
  });
  afterAll(() => database.close());

  test.each(Object.keys(EVENTS) as EventName[])("%s is announced, and fits its schema", (type) => {
    const found = rows.filter(({ event }) => event === type);
    expect(found, `nothing announces ${type}`).not.toEqual([]);
    for (const row of found) eventEnvelope(type).parse(JSON.parse(row.payload));
  });

  test("an envelope says the same as the columns beside it", () => {
    for (const row of rows) {
      const envelope = eventEnvelope(row.event as EventName).parse(JSON.parse(row.payload));
      expect(row).toMatchObject({
        id: envelope.id,
        organizationId: envelope.organization.id,
        projectId: envelope.project?.id ?? null,
        createdAt: Date.parse(envelope.time),
        deliveredAt: null,
      });
      expect(envelope.data).toMatchObject({
        org: envelope.organization.slug,
        ...(envelope.project && { project: envelope.project.slug }),
      });
    }
  });

  test("an event names its organization and project by id and slug, and holds the data of its kind", async () => {
    const [added] = await announcedIn(ctx.db, w.project, "language.added");
    const { id, slug } = w.reach.organization;
    expect(added).toEqual({
      id: expect.stringMatching(/^evt_/),
      type: "language.added",
      time: iso(ctx.clock.now()),
      organization: { id, slug },
      project: { id: w.project.id, slug: "website" },
      data: { org: slug, project: "website", language: "de", languageName: "German" },
    });
  });

  test("data that does not fit is refused, and nothing is stored", async () => {
    const { project, reach } = w;
    const place = { organization: reach.organization, project, now: ctx.clock.now() };
    const misfits = [{}, { language: 1 }, { language: "de", more: true }];
    for (const data of misfits) {
      // @ts-expect-error: the compiler refuses what the schema does.
      const announced = ctx.db.write((tx) => announce(tx, "language.removed", { ...place, data }));
      await expect(announced).rejects.toMatchObject({ name: "ZodError" });
    }
    expect(await announcedIn(ctx.db, project, "language.removed")).toHaveLength(1);
  });

  test("an event of a project is not announced without one", async () => {
    const { organization } = w.reach;
    const announced = ctx.db.write((tx) =>
      // @ts-expect-error: the compiler asks for the project.
      announce(tx, "language.removed", { organization, now: 0, data: { language: "de" } }),
    );
    await expect(announced).rejects.toMatchObject({ name: "ZodError" });
  });
});

/** Causes each event once; a new one is caused here too. */
async function causeEveryEvent(ctx: TestContext, w: World): Promise<void> {
  await w.call("keys.create", { keys: [{ name: "title", values: { en: "Hello", de: "Hallo" } }] });
  await w.call("values.set", { values: [{ key: { name: "title" }, language: "de", text: "Servus" }] });
  await importFile(ctx, w, lines([{ key: "home", values: { en: "Home", de: "Start" } }]));
  await w.call("releases.create");
  await w.call("keys.delete", { keys: [{ name: "title" }] });
  await w.call("languages.remove", { code: "de" });
  await connectTwiceAndRevoke(ctx, w);
}

async function connectTwiceAndRevoke(ctx: TestContext, { person, reach, project }: World): Promise<void> {
  const now = ctx.clock.now();
  const { organization } = reach;
  const pick = { organization, scopes: ["keys:read"] as const };
  await ctx.db.write(async (tx) => {
    const { appId } = await createApp(tx, { ...APP, organizationId: organization.id }, now);
    const connection = { appId, userId: person.userId };
    await approve(ctx.db, tx, { ...connection, picks: [{ ...pick, projects: "all" }], now });
    await approve(ctx.db, tx, { ...connection, picks: [{ ...pick, projects: [project.id] }], now });
    // Grants are revoked while their organization is deleted; their events still carry its slug.
    await tx.updateTable("organizations").set({ deletedAt: now }).where("id", "=", organization.id).execute();
    await revokeGrants(tx, connection, { actor: personActor(person.userId) }, "organization_deleted", now);
  });
}
