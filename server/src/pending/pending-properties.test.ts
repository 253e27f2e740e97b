import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { lines, runNextImport, sendFile } from "../../test/support/imports.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { ApiError } from "../platform/api-error.ts";
import { sweepTrash } from "../texts/sweep-trash.ts";
import { type PublishedRelease, readRelease } from "./published-release.ts";
import { readContents, storedIn } from "./read-contents.ts";

/**
 * Whatever is written, published in whole or part, rolled back and swept: what is pending is the difference between the
 * files that production shows and the values that stand there, each read whole; a plan counts what its release does.
 */
const RUNS = { numRuns: 40, interruptAfterTimeLimit: 25_000 };
const LANGUAGES = ["en", "de", "fr"];
const NAMES = ["a", "b", "c", "translations"];
const NAMESPACES = ["default", "page", "other"];
const STATUSES = ["draft", "reviewed", "approved"] as const;
const NO_KEY = "00000000-0000-4000-8000-000000000000";
const MONTH = 31 * 24 * 60 * 60 * 1000;

describe.each(ENGINES)("what is pending on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db, { config: { PUBLISH_COOLDOWN_SECONDS: 0 } });
  });
  afterAll(() => database.close());

  it("is what differs, however it came about", async () => {
    await fc.assert(
      fc.asyncProperty(shape, program, atOnce, async (fileStructure, steps, count) => {
        const w = await addProject(ctx, { languages: ["de", "fr"], fileStructure });
        await w.call("keys.create", {
          keys: ["a", "b"].map((name) => ({ name, values: { en: name, de: name } })),
        });
        for (let at = 0; at < steps.length; at += count) {
          ctx.clock.advance(1000);
          const taken = steps.slice(at, at + count);
          await Promise.all(taken.map((step) => take(w, step).catch(ignoreRefusal)));
          expect(await pendingOf(w), JSON.stringify(taken)).toEqual(await truthOf(w));
        }
        await expectRightDiffs(w);
        const plan = await w.call("plans.create");
        const release = await w.call("releases.create", { planId: plan.planId });
        if (plan.changedFiles > 0) expect(release).toMatchObject(counts(plan));
        expect(await pendingOf(w)).toEqual([]);
        expect(await truthOf(w)).toEqual([]);
      }),
      RUNS,
    );
  }, 60_000);

  async function take(w: World, { does, key, other, language, number }: Step): Promise<void> {
    const keys = await keysOf(w);
    const id = keys[key % Math.max(keys.length, 1)]?.id ?? NO_KEY;
    const second = keys[other % Math.max(keys.length, 1)]?.id ?? NO_KEY;
    const name = NAMES[number % NAMES.length] ?? "";
    const namespace = NAMESPACES[other % NAMESPACES.length] ?? "";
    const status = STATUSES[number % STATUSES.length] ?? "approved";
    switch (does) {
      case "create":
        await w.call("keys.create", { keys: [{ name, namespace, values: { [language]: `new ${number}` } }] });
        return;
      case "set":
        await w.call("values.set", {
          values: [
            { key: { id }, language, text: `text ${number % 3}`, ...(number % 4 === 0 && { status }) },
          ],
        });
        return;
      case "status":
        await w.call("values.setStatus", { status, values: [{ key: { id }, language }] });
        return;
      case "move":
        await w.call("keys.update", { keyId: id, name, namespace });
        return;
      case "swap": {
        const [one, two] = [keys.find((row) => row.id === id), keys.find((row) => row.id === second)];
        if (!one || !two || one === two) return;
        const place = ({ namespace, name }: typeof one) => ({ namespace, name });
        await w.call("keys.updateMany", {
          keys: [
            { key: { id: one.id }, ...place(two) },
            { key: { id: two.id }, ...place(one) },
          ],
        });
        return;
      }
      case "delete":
        await w.call("keys.delete", { keys: [{ id }] });
        return;
      case "restore": {
        const [first] = (await w.call("trash.list")).items;
        if (first) await w.call("keys.restore", { ids: [first.id] });
        return;
      }
      case "sweep":
        ctx.clock.advance(MONTH);
        await ctx.db.write((tx) => sweepTrash(ctx.db, tx, ctx.clock.now(), 100));
        return;
      case "revert": {
        const { items } = await w.call("changesets.list");
        await w.call("changesets.revert", { changesetId: items[number % items.length]?.id ?? "" });
        return;
      }
      case "namespace":
        await w.call("namespaces.update", { namespace, name: `space${number}` });
        return;
      case "language":
        await w.call("languages.update", { code: language, status: number % 2 ? "active" : "draft" });
        return;
      case "remove":
        await w.call("languages.remove", { code: language });
        return;
      case "add":
        await w.call("languages.add", { code: language });
        return;
      case "source":
        await w.call("languages.setSource", { code: language });
        return;
      case "import":
        await sendFile(ctx, w, fileOf(name, namespace, number));
        await runNextImport(ctx, stopAfter(number % 3));
        return;
      case "importOn":
        await runNextImport(ctx, stopAfter(number % 3));
        return;
      case "publishFrom":
        await w.call("projects.update", { publishFrom: status });
        return;
      case "publish":
        await w.call("releases.create");
        return;
      case "publishPart": {
        const filters = [
          { languages: [language] },
          { namespaces: [namespace] },
          { values: [{ key: { id }, language }] },
        ];
        const filter = filters[number % filters.length];
        const plan = await w.call("plans.create", { filter });
        const release = await w.call("releases.create", { planId: plan.planId });
        if (plan.changedFiles > 0) expect(release).toMatchObject(counts(plan));
        return;
      }
      case "rollBack": {
        const { items } = await w.call("releases.list");
        if (items.length === 0) return;
        const release = items[number % items.length]?.number ?? 1;
        await w.call("channels.move", { channel: "production", release });
        return;
      }
    }
  }

  /** Read page by page. */
  async function pendingOf(w: World): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await w.call("pending.list", { limit: 3, cursor });
      found.push(...page.items.map(lineOf));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return found;
  }

  async function truthOf(w: World): Promise<string[]> {
    const release = await publishedIn(w);
    const present = await presentIn(w);
    const codes = [...new Set([...(release?.languages.keys() ?? []), ...present.keys()])];
    const lines: string[] = [];
    for (const language of codes.sort()) {
      const source = release && storedIn(ctx.db.read, release.files);
      const hasIt = release?.languages.has(language);
      const values = source && hasIt ? await readContents(source, release.namespaces, language) : [];
      const before = new Map(values.map(({ namespace, name, text }) => [`${namespace}\n${name}`, text]));
      const after = present.get(language) ?? new Map<string, string>();
      for (const identity of [...new Set([...before.keys(), ...after.keys()])].sort()) {
        const [namespace = "", name = ""] = identity.split("\n");
        const change = {
          language,
          namespace,
          name,
          before: before.get(identity),
          after: after.get(identity),
        };
        if (change.before !== change.after) lines.push(lineOf(change));
      }
    }
    return lines;
  }

  /** Of every two releases, against their files. */
  async function expectRightDiffs(w: World): Promise<void> {
    const { items } = await w.call("releases.list");
    const releases = await Promise.all(items.map(({ id }) => readRelease(ctx.db.read, id)));
    for (const one of releases) {
      for (const other of releases) {
        const input = { number: other.number, against: one.number, limit: 250 };
        const diff = (await w.call("releases.diff", input)).items.map(lineOf);
        expect(diff.sort(), `${one.number} to ${other.number}`).toEqual(await differenceOf(one, other));
      }
    }
  }

  async function differenceOf(one: PublishedRelease, other: PublishedRelease): Promise<string[]> {
    const lines: string[] = [];
    for (const language of LANGUAGES) {
      const read = async ({ files, namespaces }: PublishedRelease) => {
        const values = await readContents(storedIn(ctx.db.read, files), namespaces, language);
        return new Map(values.map(({ namespace, name, text }) => [`${namespace}\n${name}`, text]));
      };
      const [before, after] = [await read(one), await read(other)];
      for (const identity of new Set([...before.keys(), ...after.keys()])) {
        const [namespace = "", name = ""] = identity.split("\n");
        const change = {
          language,
          namespace,
          name,
          before: before.get(identity),
          after: after.get(identity),
        };
        if (change.before !== change.after) lines.push(lineOf(change));
      }
    }
    return lines.sort();
  }

  async function publishedIn({ project }: World) {
    const channel = await ctx.db.read
      .selectFrom("channels")
      .select("releaseId")
      .where("projectId", "=", project.id)
      .executeTakeFirst();
    return channel && readRelease(ctx.db.read, channel.releaseId);
  }

  /** By active language, then by place. */
  async function presentIn({ project }: World): Promise<Map<string, Map<string, string>>> {
    const { publishFrom } = await ctx.db.read
      .selectFrom("projects")
      .select("publishFrom")
      .where("id", "=", project.id)
      .executeTakeFirstOrThrow();
    const rows = await ctx.db.read
      .selectFrom("languages")
      .leftJoin("translations", (join) =>
        join
          .onRef("translations.language", "=", "languages.code")
          .onRef("translations.projectId", "=", "languages.projectId"),
      )
      .leftJoin("keys", "keys.id", "translations.keyId")
      .select(["languages.code", "namespace", "name", "text", "translations.status", "deletedAt"])
      .where("languages.projectId", "=", project.id)
      .where("languages.status", "=", "active")
      .execute();
    const languages = new Map<string, Map<string, string>>();
    for (const { code, namespace, name, text, status, deletedAt } of rows) {
      const values = languages.get(code) ?? new Map<string, string>();
      languages.set(code, values);
      if (status === null || deletedAt !== null) continue;
      if (STATUSES.indexOf(status) >= STATUSES.indexOf(publishFrom)) {
        values.set(`${namespace}\n${name}`, text ?? "");
      }
    }
    return languages;
  }

  async function keysOf({ project }: World) {
    return ctx.db.read
      .selectFrom("keys")
      .select(["id", "namespace", "name"])
      .where("projectId", "=", project.id)
      .where("deletedAt", "is", null)
      .orderBy("createdAt")
      .orderBy("id")
      .execute();
  }
});

function counts({ valueCount, changedFiles }: { valueCount: number; changedFiles: number }) {
  return { valueCount, changedFiles };
}

type Line = {
  language: string;
  namespace: string;
  name: string;
  before?: string | null;
  after?: string | null;
};

function lineOf({ language, namespace, name, before, after }: Line): string {
  return `${language} ${namespace}/${name}: ${before ?? "-"} > ${after ?? "-"}`;
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
}

interface Step {
  does: (typeof KINDS)[number];
  key: number;
  other: number;
  language: string;
  number: number;
}

/** Large enough for several transactions, and some of its keys are those of other steps. */
function fileOf(name: string, namespace: string, number: number): string {
  const filler = "x".repeat(60_000);
  return lines([
    { key: name, namespace, values: { en: `file ${number}`, de: filler } },
    { key: NAMES[(number + 1) % NAMES.length], namespace, values: { en: filler, fr: `file ${number}` } },
    { key: "only.here", namespace, values: { de: filler + number } },
    { key: NAMES[(number + 2) % NAMES.length], values: { de: { text: `file ${number}`, status: "draft" } } },
  ]);
}

/** Stops a worker after some transactions, as when its process is told to end. */
function stopAfter(transactions: number): () => boolean {
  let asked = 0;
  return () => asked++ > transactions;
}

const KINDS = [
  ...(["create", "create", "set", "set", "set", "status", "move", "swap", "delete", "restore"] as const),
  ...(["sweep", "revert", "namespace", "language", "publishFrom", "remove", "add", "source"] as const),
  ...(["import", "importOn", "importOn"] as const),
  ...(["publish", "publish", "publishPart", "rollBack"] as const),
];

/** Steps that are taken in parallel. */
const atOnce = fc.constantFrom(1, 1, 4);
const shape = fc.constantFrom("single_file" as const, "namespaced_folders" as const);
const program: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    does: fc.constantFrom(...KINDS),
    key: fc.nat(5),
    other: fc.nat(5),
    language: fc.constantFrom(...LANGUAGES),
    number: fc.nat(20),
  }),
  { minLength: 4, maxLength: 14 },
);
