import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { inCall, type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addOrganization, addPerson, type Person, placedIn } from "../../test/support/people.ts";
import { addProject } from "../../test/support/projects.ts";
import { OrganizationListeners } from "./listeners.ts";
import { leaveEverywhere } from "./members.ts";
import { organizationHandlers } from "./operations.ts";
import { reachOf } from "./roles.ts";
import { selectMemberships } from "./store.ts";

describe.each(ENGINES)("organizations on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  const listeners = new OrganizationListeners();
  const handlers = organizationHandlers(listeners);
  const create = (caller: Person, input: { name: string; slug?: string }) =>
    inCall(ctx, { caller, placed: {} }, (call) => handlers["organizations.create"](call, input));
  const setRole = async (
    caller: Person,
    organizationId: string,
    userId: string,
    role: "owner" | "admin" | "member",
  ) =>
    inCall(ctx, { caller, placed: await placedIn(ctx.db, caller, organizationId) }, (call) =>
      handlers["members.update"](call, { userId, role }),
    );
  const remove = async (caller: Person, organizationId: string, userId: string) =>
    inCall(ctx, { caller, placed: await placedIn(ctx.db, caller, organizationId) }, (call) =>
      handlers["members.remove"](call, { userId }),
    );
  const owners = (organizationId: string) =>
    ctx.db.read
      .selectFrom("members")
      .select("userId")
      .where("organizationId", "=", organizationId)
      .where("role", "=", "owner")
      .execute();

  describe("creating", () => {
    it("makes the creator its owner, under a slug made from the name", async () => {
      const ada = await addPerson(ctx.db);
      expect(await create(ada, { name: "Côté & Söhne" })).toMatchObject({
        id: expect.stringMatching(/^org_/),
        slug: "cote-sohne",
        name: "Côté & Söhne",
        role: "owner",
      });
      expect((await reachOf(ctx.db.read, ada.userId, "cote-sohne"))?.role).toBe("owner");
    });

    it("gives the same name another slug, also in parallel", async () => {
      const ada = await addPerson(ctx.db);
      const made = await Promise.all(Array.from({ length: 8 }, () => create(ada, { name: "Parallel" })));
      expect(new Set(made.map(({ slug }) => slug)).size).toBe(8);
    });

    it("never takes a reserved word for a name", async () => {
      const ada = await addPerson(ctx.db);
      expect((await create(ada, { name: "Dashboard" })).slug).toBe("dashboard-2");
    });

    it.each([
      ["a reserved slug", { slug: "api" }, "invalid_request"],
      ["a taken slug", { slug: "taken" }, "conflict"],
    ])("refuses %s", async (_, input, code) => {
      const ada = await addPerson(ctx.db);
      await create(ada, { name: "First", slug: "taken" }).catch(() => {});
      await expect(create(ada, { name: "Second", ...input })).rejects.toMatchObject({
        code,
        extra: { errors: [{ pointer: "/slug" }] },
      });
    });

    it("needs a verified address", async () => {
      const eve = await addPerson(ctx.db, { verified: false });
      await expect(create(eve, { name: "Eve" })).rejects.toMatchObject({ code: "email_not_verified" });
    });
  });

  it("lists the organizations of a person page by page", async () => {
    const ada = await addPerson(ctx.db);
    const names = ["List a", "List b", "List c"];
    for (const name of names) await create(ada, { name });
    const list = (cursor?: string) =>
      inCall(ctx, { caller: ada, effect: "read", placed: {} }, (call) =>
        handlers["memberships.list"](call, { limit: 2, cursor }),
      );
    const first = await list();
    const second = await list(first.nextCursor as string);
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(names);
    expect(second.nextCursor).toBeNull();
    await expect(list("nonsense")).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("renames and keeps the slug", async () => {
    const ada = await addPerson(ctx.db);
    const { id, slug } = await addOrganization(ctx.db, "Before", ada);
    const placed = await placedIn(ctx.db, ada, id);
    const renamed = await inCall(ctx, { caller: ada, placed }, (call) =>
      handlers["organizations.update"](call, { name: "After" }),
    );
    expect(renamed).toMatchObject({ id, slug, name: "After", role: "owner" });
  });

  it("keeps the slug of one that published from everybody else, after its deletion too", async () => {
    const w = await addProject(ctx);
    await w.call("releases.create");
    const { id, slug } = w.reach.organization;
    const placed = await placedIn(ctx.db, w.person, id);
    await inCall(ctx, { caller: w.person, placed }, (call) => handlers["organizations.delete"](call, {}));
    const eve = await addPerson(ctx.db);
    await expect(create(eve, { name: "Eve", slug })).rejects.toMatchObject({
      code: "conflict",
      extra: { errors: [{ pointer: "/slug", code: "taken" }] },
    });
    expect((await create(eve, { name: slug })).slug).toBe(`${slug}-2`);
    await expect(create(w.person, { name: "Again", slug })).rejects.toMatchObject({ code: "conflict" });
  });

  it("deletes once, calls the listeners in the same transaction, and frees a slug that never published", async () => {
    const ada = await addPerson(ctx.db);
    const { id, slug } = await addOrganization(ctx.db, "Doomed", ada);
    const placed = await placedIn(ctx.db, ada, id);
    const listener = vi.fn(async () => {});
    listeners.onOrganizationDeleted(listener);
    const erase = () =>
      inCall(ctx, { caller: ada, placed }, (call) => handlers["organizations.delete"](call, {}));
    await erase();
    expect(listener).toHaveBeenCalledWith(
      expect.anything(),
      { organizationId: id, by: ada.userId },
      ctx.clock.now(),
    );
    expect(await reachOf(ctx.db.read, ada.userId, id)).toBeNull();
    expect(await selectMemberships(ctx.db.read, ada.userId)).toEqual([]);
    await expect(erase()).rejects.toMatchObject({ code: "not_found" });
    expect((await create(ada, { name: "Again", slug })).slug).toBe(slug);
  });

  describe("members", () => {
    it("are listed in the order they joined", async () => {
      const [ada, bea, cleo] = [await addPerson(ctx.db), await addPerson(ctx.db), await addPerson(ctx.db)];
      const { id } = await addOrganization(ctx.db, "Listed", ada, { members: [bea, cleo] });
      const placed = await placedIn(ctx.db, bea, id);
      const list = (cursor?: string) =>
        inCall(ctx, { caller: bea, effect: "read", placed }, (call) =>
          handlers["members.list"](call, { limit: 2, cursor }),
        );
      const first = await list();
      const second = await list(first.nextCursor as string);
      const found = [...first.items, ...second.items].map(({ userId }) => userId);
      expect(found.toSorted()).toEqual([ada.userId, bea.userId, cleo.userId].toSorted());
      expect(second.nextCursor).toBeNull();
    });

    it("get their role from those who may give it", async () => {
      const people = await Promise.all(Array.from({ length: 4 }, () => addPerson(ctx.db)));
      const [owner, admin, member, other] = people as [Person, Person, Person, Person];
      const { id } = await addOrganization(ctx.db, "Roles", owner, {
        admins: [admin],
        members: [member, other],
      });
      const refused = { code: "forbidden" };
      await expect(setRole(member, id, other.userId, "admin")).rejects.toMatchObject(refused);
      await expect(setRole(admin, id, admin.userId, "owner")).rejects.toMatchObject(refused);
      await expect(setRole(admin, id, owner.userId, "member")).rejects.toMatchObject(refused);
      await expect(remove(admin, id, owner.userId)).rejects.toMatchObject(refused);
      await expect(remove(member, id, other.userId)).rejects.toMatchObject(refused);
      expect(await setRole(admin, id, member.userId, "admin")).toMatchObject({
        userId: member.userId,
        role: "admin",
      });
      expect(await setRole(owner, id, admin.userId, "owner")).toMatchObject({ role: "owner" });
      await expect(setRole(owner, id, "usr_nobody", "admin")).rejects.toMatchObject({ code: "not_found" });
    });

    it("leave or are removed, and the listeners hear of it in the same transaction", async () => {
      const [ada, bea, cleo] = [await addPerson(ctx.db), await addPerson(ctx.db), await addPerson(ctx.db)];
      const { id } = await addOrganization(ctx.db, "Leaving", ada, { members: [bea, cleo] });
      const listener = vi.fn(async () => {});
      listeners.onMemberRemoved(listener);
      await remove(ada, id, bea.userId);
      await remove(cleo, id, cleo.userId);
      expect(listener.mock.calls.map((call: unknown[]) => call[1])).toEqual([
        { organizationId: id, userId: bea.userId, by: ada.userId },
        { organizationId: id, userId: cleo.userId, by: cleo.userId },
      ]);
      expect(await reachOf(ctx.db.read, bea.userId, id)).toBeNull();
    });

    it("stay when a listener fails", async () => {
      const [ada, bea] = [await addPerson(ctx.db), await addPerson(ctx.db)];
      const { id } = await addOrganization(ctx.db, "Staying", ada, { members: [bea] });
      const own = new OrganizationListeners();
      own.onMemberRemoved(async () => {
        throw new Error("no");
      });
      const placed = await placedIn(ctx.db, ada, id);
      const attempt = inCall(ctx, { caller: ada, placed }, (call) =>
        organizationHandlers(own)["members.remove"](call, { userId: bea.userId }),
      );
      await expect(attempt).rejects.toThrow("no");
      expect(await reachOf(ctx.db.read, bea.userId, id)).not.toBeNull();
    });

    it("include an owner: the last one neither leaves nor steps down", async () => {
      const ada = await addPerson(ctx.db);
      const { id } = await addOrganization(ctx.db, "Last", ada);
      await expect(remove(ada, id, ada.userId)).rejects.toMatchObject({ code: "conflict" });
      await expect(setRole(ada, id, ada.userId, "admin")).rejects.toMatchObject({ code: "conflict" });
    });

    it("keep an owner when all owners leave, step down and remove each other at once", async () => {
      for (let round = 0; round < 5; round++) {
        const people = await Promise.all(Array.from({ length: 4 }, () => addPerson(ctx.db)));
        const [first, ...rest] = people as [Person, ...Person[]];
        const { id } = await addOrganization(ctx.db, `Race ${round}`, first, { owners: rest });
        const deeds = people.flatMap((person, index) => [
          remove(person, id, person.userId),
          setRole(person, id, person.userId, "member"),
          remove(person, id, people[(index + 1) % people.length]?.userId as string),
        ]);
        const results = await Promise.allSettled(deeds);
        for (const result of results) {
          if (result.status === "fulfilled") continue;
          expect(["conflict", "forbidden", "not_found"]).toContain(result.reason.code);
        }
        expect(await owners(id)).toHaveLength(1);
      }
    });

    it("who are deleted leave everywhere, unless somebody would lose the last owner", async () => {
      const [ada, bea] = [await addPerson(ctx.db), await addPerson(ctx.db)];
      const shared = await addOrganization(ctx.db, "Shared", ada, { owners: [bea] });
      const listener = vi.fn(async () => {});
      const own = new OrganizationListeners();
      own.onMemberRemoved(listener);
      const leave = (person: Person) =>
        ctx.db.write((tx) => leaveEverywhere(ctx.db, tx, own, person.userId, ctx.clock.now()));
      await leave(bea);
      expect(listener).toHaveBeenCalledTimes(1);
      expect(await owners(shared.id)).toEqual([{ userId: ada.userId }]);
      await expect(leave(ada)).rejects.toMatchObject({ code: "conflict" });
    });
  });
});
