import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, tokenFor, type World } from "../../test/support/projects.ts";
import type { Caller } from "../context.ts";

describe.each(ENGINES)("changesets and history on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  /** A project with the keys `a` and `b`, after which time goes on. */
  async function world() {
    const w = await addProject(ctx, { languages: ["de", "pt-BR"] });
    const created = await w.call("keys.create", {
      message: "keys",
      keys: [{ name: "a", values: { en: "one" } }, { name: "b" }],
    });
    ctx.clock.advance(1000);
    const [a = "", b = ""] = created.items.map((key) => key.id);
    return Object.assign(w, { a, b, created: created.changesetId });
  }

  async function set(w: World, keyId: string, language: string, text: string, caller: Caller = w.person) {
    const input = { message: text, values: [{ key: { id: keyId }, language, text }] };
    const { changesetId } = await w.call("values.set", input, caller);
    ctx.clock.advance(1000);
    return changesetId as string;
  }

  it("lists what was written, newest first, with who, through which door and why", async () => {
    const w = await world();
    const byApp = await set(w, w.a, "de", "eins", tokenFor(w));
    const { items, nextCursor } = await w.call("changesets.list");
    expect(nextCursor).toBeNull();
    expect(items).toEqual([
      {
        id: byApp,
        actor: { type: "app", id: "app_1", name: null, agent: null },
        grantId: "grt_1",
        via: "rest",
        message: "eins",
        createdAt: expect.stringMatching(/Z$/),
        keyCount: 0,
        valueCount: 1,
      },
      {
        id: w.created,
        actor: { type: "user", id: w.person.userId, name: "Ada", agent: null },
        grantId: null,
        via: "dashboard",
        message: "keys",
        createdAt: expect.any(String),
        keyCount: 2,
        valueCount: 1,
      },
    ]);
  });

  it("filters by actor, door, key and language, and by all of them together", async () => {
    const w = await world();
    const de = await set(w, w.a, "de", "eins");
    const pt = await set(w, w.b, "pt-BR", "um", tokenFor(w));
    const found = async (filter: object) => {
      const { items } = await w.call("changesets.list", filter);
      return items.map(({ id }) => id);
    };
    expect(await found({ actor: "app_1" })).toEqual([pt]);
    expect(await found({ actor: w.person.userId })).toEqual([de, w.created]);
    expect(await found({ actor: "nobody" })).toEqual([]);
    expect(await found({ via: "rest" })).toEqual([pt]);
    expect(await found({ keyId: w.a.toUpperCase() })).toEqual([de, w.created]);
    expect(await found({ keyId: w.a, language: "de" })).toEqual([de]);
    expect(await found({ language: "PT-br" })).toEqual([pt]);
    expect(await found({ language: "en" })).toEqual([w.created]);
    const all = { actor: "app_1", via: "rest", keyId: w.b, language: "pt-BR" };
    expect(await found(all)).toEqual([pt]);
    expect(await found({ ...all, keyId: w.a })).toEqual([]);
  });

  it("pages through changesets of one moment and of one language without loss", async () => {
    const w = await world();
    const written = [w.created];
    for (let i = 0; i < 5; i++) {
      const values = [{ key: { id: w.a }, language: "de", text: `text ${i}` }];
      written.push((await w.call("values.set", { values })).changesetId as string);
    }
    for (const filter of [{}, { language: "de" }, { keyId: w.a }]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await w.call("changesets.list", { ...filter, limit: 2, ...(cursor && { cursor }) });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      const expected = "language" in filter ? written.slice(1) : written;
      expect(seen.toSorted()).toEqual(expected.toSorted());
    }
  });

  it("shows a changeset's changes old → new, page by page", async () => {
    const w = await world();
    await set(w, w.a, "de", "eins");
    const { changesetId } = await w.call("values.set", {
      values: [
        { key: { id: w.a }, language: "de", text: "zwei", status: "draft" },
        { key: { id: w.b }, language: "de", text: "neu" },
      ],
    });
    const input = { changesetId: changesetId as string };
    const whole = await w.call("changesets.get", input);
    expect(whole).toMatchObject({ id: changesetId, valueCount: 2 });
    expect(whole.changes.items).toHaveLength(2);
    expect(whole.changes.items).toEqual(
      expect.arrayContaining([
        {
          keyId: w.a,
          namespace: "default",
          name: "a",
          language: "de",
          kind: "changed",
          revision: 2,
          before: { text: "eins", status: "approved" },
          after: { text: "zwei", status: "draft" },
          keyBefore: null,
          keyAfter: null,
        },
        expect.objectContaining({ name: "b", kind: "created", before: null, revision: 1 }),
      ]),
    );
    const first = await w.call("changesets.get", { ...input, limit: 1 });
    const second = await w.call("changesets.get", {
      ...input,
      limit: 1,
      cursor: first.changes.nextCursor ?? "",
    });
    expect([...first.changes.items, ...second.changes.items]).toEqual(whole.changes.items);
    expect(second.changes.nextCursor).toBeNull();
  });

  it("shows the change of a key itself with its fields", async () => {
    const w = await world();
    const { changes } = await w.call("changesets.get", { changesetId: w.created });
    expect(changes.items).toContainEqual(
      expect.objectContaining({
        keyId: w.b,
        language: null,
        kind: "created",
        before: null,
        after: null,
        keyBefore: null,
        keyAfter: { namespace: "default", name: "b" },
      }),
    );
  });

  it("tells every state of a value and of a key, the last one first", async () => {
    const w = await world();
    const first = await set(w, w.a, "de", "eins");
    const second = await set(w, w.a, "de", "zwei", tokenFor(w));
    const history = await w.call("values.history", { keyId: w.a, language: "DE" });
    expect(history.items).toMatchObject([
      {
        revision: 2,
        kind: "changed",
        before: { text: "eins" },
        after: { text: "zwei" },
        changeset: { id: second, actor: { type: "app", id: "app_1" }, via: "rest", message: "zwei" },
      },
      {
        revision: 1,
        kind: "created",
        before: null,
        after: { text: "eins", status: "approved" },
        changeset: { id: first, actor: { type: "user", name: "Ada" } },
      },
    ]);
    const page = await w.call("values.history", { keyId: w.a, language: "de", limit: 1 });
    const rest = await w.call("values.history", {
      keyId: w.a,
      language: "de",
      cursor: page.nextCursor ?? "",
    });
    expect([...page.items, ...rest.items]).toEqual(history.items);
    const ofKey = await w.call("values.history", { keyId: w.b });
    expect(ofKey.items).toMatchObject([
      { language: null, keyAfter: { name: "b" }, changeset: { id: w.created } },
    ]);
  });

  it("knows nothing of another project's changesets and keys", async () => {
    const [mine, other] = [await world(), await world()];
    const missing = { code: "not_found" };
    const changeset = mine.call("changesets.get", { changesetId: other.created });
    await expect(changeset).rejects.toMatchObject(missing);
    const history = mine.call("values.history", { keyId: other.a, language: "en" });
    await expect(history).rejects.toMatchObject(missing);
    const { items } = await mine.call("changesets.list", { keyId: other.a });
    expect(items).toEqual([]);
  });
});
