import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject } from "../../test/support/projects.ts";
import { sweepFiles } from "./sweep-files.ts";

const DAY = 24 * 60 * 60 * 1000;

describe.each(ENGINES)("files that no release lists on $engine", ({ open }) => {
  let database: TestDatabase;
  let crashAt: string | undefined;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  /** A project whose second publish broke off after its files were stored. */
  async function leftOver() {
    crashAt = undefined;
    const ctx = testContext(database.db, {
      config: { PUBLISH_COOLDOWN_SECONDS: 0 },
      crash(point) {
        if (point === crashAt) throw new Error(point);
      },
    });
    const w = await addProject(ctx);
    const { organization } = w.reach;
    const text = `${organization.id} ${w.project.id}`;
    await w.call("keys.create", { keys: [{ name: "title", values: { en: text } }] });
    await w.call("releases.create");
    const set = (value: string) =>
      w.call("values.set", { values: [{ key: { name: "title" }, language: "en", text: value }] });
    await set(`${text} once more`);
    crashAt = "publish.files-written";
    await expect(w.call("releases.create")).rejects.toThrow(crashAt);
    crashAt = undefined;
    return { ctx, w, set, text };
  }
  const hashes = async () =>
    (await database.db.read.selectFrom("files").select("hash").orderBy("hash").execute()).map(
      ({ hash }) => hash,
    );
  const sweep = (now: number) => database.db.write((tx) => sweepFiles(tx, now, 100));

  it("go after a day, and those of releases stay", async () => {
    const { ctx, w, set, text } = await leftOver();
    const all = await hashes();
    await sweep(ctx.clock.now() + DAY - 1);
    expect(await hashes()).toEqual(all);
    await sweep(ctx.clock.now() + DAY + 1);
    const rest = await hashes();
    expect(rest).toHaveLength(all.length - 1);
    await set(text);
    expect((await w.call("pending.list")).items).toEqual([]);
    expect((await w.call("releases.diff", { number: 1 })).items).toHaveLength(1);
  });

  it("stay when a publish wants one again, however old it is", async () => {
    const { ctx, w } = await leftOver();
    const all = await hashes();
    ctx.clock.advance(10 * DAY);
    crashAt = "publish.release-written";
    await expect(w.call("releases.create")).rejects.toThrow(crashAt);
    // In the middle of that publish, which found its file stored already.
    await sweep(ctx.clock.now() + 1);
    expect(await hashes()).toEqual(all);
    crashAt = undefined;
    expect(await w.call("releases.create")).toMatchObject({ number: 2, changedFiles: 1 });
    await sweep(ctx.clock.now() + 2 * DAY);
    expect(await hashes()).toEqual(all);
  });

  it("are built again when a sweep took them before", async () => {
    const { ctx, w } = await leftOver();
    const all = await hashes();
    await sweep(ctx.clock.now() + 2 * DAY);
    expect(await hashes()).toHaveLength(all.length - 1);
    expect(await w.call("releases.create")).toMatchObject({ number: 2, changedFiles: 1 });
    expect(await hashes()).toEqual(all);
  });
});
