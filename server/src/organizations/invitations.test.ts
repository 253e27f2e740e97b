import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addOrganization, addPerson, type Person, personOf, placedIn } from "../../test/support/people.ts";
import { ANYONE } from "../access/anyone.ts";
import { newCredential } from "../platform/credential.ts";
import { newId } from "../platform/crypto.ts";
import { OrganizationListeners } from "./listeners.ts";
import { organizationHandlers } from "./operations.ts";
import { reachOf } from "./roles.ts";

type Role = "owner" | "admin" | "member";

describe.each(ENGINES)("invitations on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  let owner: Person;
  let admin: Person;
  let organization: { id: string; slug: string; name: string };
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ctx = testContext(database.db);
    owner = await addPerson(ctx.db, { name: "Olga" });
    admin = await addPerson(ctx.db, { name: "Adam" });
    organization = await addOrganization(ctx.db, "Inviting", owner, { admins: [admin] });
  });

  const handlers = organizationHandlers(new OrganizationListeners());
  const address = () => `${newId("x")}@example.com`.toLowerCase();
  const invite = async (caller: Person, email: string, role: Role = "member") =>
    inCall(ctx, { caller, placed: await placedIn(ctx.db, caller, organization.id) }, (call) =>
      handlers["invitations.create"](call, { email, role }),
    );
  const mailedToken = () => /\/invitations\/(\S+)$/m.exec(ctx.mails.at(-1)?.text ?? "")?.[1] ?? "";
  const openLink = (token: string) =>
    inCall(ctx, { caller: ANYONE, effect: "read", placed: {} }, (call) =>
      handlers["invitations.open"](call, { token }),
    );
  const accept = (caller: Person, token: string) =>
    inCall(ctx, { caller, placed: {} }, async (call) => ({
      membership: await handlers["invitations.accept"](call, { token }),
      notes: call.notes,
    }));
  const list = async (limit = 100, cursor?: string) =>
    inCall(
      ctx,
      { caller: admin, effect: "read", placed: await placedIn(ctx.db, admin, organization.id) },
      (call) => handlers["invitations.list"](call, { limit, cursor }),
    );

  it("lead from the mailed link to a membership in the invited role", async () => {
    const bea = await addPerson(ctx.db, { email: address() });
    await invite(admin, bea.email.toUpperCase(), "admin");
    const token = mailedToken();
    expect(ctx.mails.at(-1)).toMatchObject({ to: bea.email, subject: "Join Inviting" });
    expect(await openLink(token)).toMatchObject({
      organization: { name: "Inviting", slug: organization.slug },
      email: bea.email,
      role: "admin",
      invitedBy: "Adam",
    });
    const { membership, notes } = await accept(bea, token);
    expect(membership).toMatchObject({ id: organization.id, role: "admin" });
    expect(JSON.stringify(notes)).not.toContain(token);
    expect(notes).toMatchObject({ organizationId: organization.id, target: expect.stringMatching(/^inv_/) });
    await expect(openLink(token)).rejects.toMatchObject({ code: "gone" });
  });

  it("store no token", async () => {
    await invite(admin, address());
    const rows = await ctx.db.read.selectFrom("invitations").selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(mailedToken());
  });

  it("are accepted once, also by twenty calls at the same time", async () => {
    const bea = await addPerson(ctx.db, { email: address() });
    await invite(owner, bea.email);
    const token = mailedToken();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => accept(bea, token)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason.code).toBe("gone");
    const rows = await ctx.db.read
      .selectFrom("members")
      .selectAll()
      .where("organizationId", "=", organization.id)
      .where("userId", "=", bea.userId)
      .execute();
    expect(rows).toHaveLength(1);
  });

  it("are for the invited address only, and only once it is verified", async () => {
    const stranger = await addPerson(ctx.db);
    const unverified = await addPerson(ctx.db, { email: address(), verified: false });
    await invite(owner, unverified.email);
    const token = mailedToken();
    await expect(accept(stranger, token)).rejects.toMatchObject({ code: "forbidden" });
    await expect(accept(unverified, token)).rejects.toMatchObject({ code: "email_not_verified" });
    expect((await accept(personOf({ ...unverified, emailVerified: true }), token)).membership.role).toBe(
      "member",
    );
  });

  it("to be an owner come from owners only", async () => {
    await expect(invite(admin, address(), "owner")).rejects.toMatchObject({ code: "forbidden" });
    expect(await invite(owner, address(), "owner")).toMatchObject({ role: "owner" });
  });

  it("are replaced by a newer one to the same address", async () => {
    const email = address();
    await invite(admin, email);
    const first = mailedToken();
    await invite(admin, email, "admin");
    await expect(openLink(first)).rejects.toMatchObject({ code: "gone" });
    expect(await openLink(mailedToken())).toMatchObject({ role: "admin" });
    expect((await list()).items).toHaveLength(1);
  });

  it("are not sent to members", async () => {
    await expect(invite(owner, admin.email)).rejects.toMatchObject({ code: "conflict" });
    expect(ctx.mails).toEqual([]);
  });

  it("expire", async () => {
    await invite(admin, address());
    const token = mailedToken();
    ctx.clock.advance(ctx.config.INVITATION_SECONDS * 1000);
    await expect(openLink(token)).rejects.toMatchObject({ code: "gone" });
    expect((await list()).items).toEqual([]);
  });

  it("can be taken back once", async () => {
    const { id: invitationId } = await invite(admin, address());
    const placed = await placedIn(ctx.db, admin, organization.id);
    const cancel = () =>
      inCall(ctx, { caller: admin, placed }, (call) =>
        handlers["invitations.cancel"](call, { invitationId }),
      );
    await cancel();
    await expect(openLink(mailedToken())).rejects.toMatchObject({ code: "gone" });
    await expect(cancel()).rejects.toMatchObject({ code: "not_found" });
  });

  it("end with the role of whoever sent them", async () => {
    const bea = await addPerson(ctx.db, { email: address() });
    await invite(admin, bea.email);
    const token = mailedToken();
    await inCall(ctx, { caller: owner, placed: await placedIn(ctx.db, owner, organization.id) }, (call) =>
      handlers["members.update"](call, {
        userId: admin.userId,
        role: "member",
      }),
    );
    await expect(accept(bea, token)).rejects.toMatchObject({ code: "gone" });
    expect(await reachOf(ctx.db.read, bea.userId, organization.id)).toBeNull();
  });

  it("are listed newest first, page by page", async () => {
    const emails = [address(), address(), address()];
    for (const email of emails) {
      await invite(admin, email);
      ctx.clock.advance(1000);
    }
    const first = await list(2);
    const second = await list(2, first.nextCursor as string);
    expect([...first.items, ...second.items].map(({ email }) => email)).toEqual(emails.toReversed());
  });

  it.each([
    ["a token we never gave", newCredential("invitation")],
    ["a token with a wrong checksum", `${newCredential("invitation").slice(0, -1)}_`],
    ["anything else", "' or 1=1 --\u0000"],
  ])("are not found by %s", async (_, token) => {
    await expect(openLink(token)).rejects.toMatchObject({ code: "not_found" });
  });

  it("carry one link, whatever people call themselves", async () => {
    const mallory = await addPerson(ctx.db, { name: "Win at https://evil.example \u202e" });
    organization = await addOrganization(ctx.db, "www.evil.example //evil", mallory);
    await invite(mallory, address());
    const text = ctx.mails.at(-1)?.text ?? "";
    expect(text.match(/https?:|www\.|\/\//g)).toEqual(["http:", "//"]);
    expect(text).not.toContain("\u202e");
  });
});
