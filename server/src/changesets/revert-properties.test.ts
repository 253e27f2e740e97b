import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestContext, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";

/**
 * Random changesets are written, one is reverted, and the project is compared with a second one in which that changeset
 * was never written. They are equal in everything that the report does not name, and what it names is as it was.
 */
const RUNS = { numRuns: 60, interruptAfterTimeLimit: 25_000 };
const LANGUAGES = ["en", "de", "fr"];

/** A key is called by the label it was created with, whatever its name is now. */
type Step =
  | { does: "create"; labels: string[]; text: string }
  | { does: "set"; values: { label: string; language: string; text: string }[] }
  | { does: "delete" | "restore"; labels: string[] }
  | { does: "rename"; labels: string[]; name: string };

describe.each(ENGINES)("reverting one of many changesets on $engine", ({ open }) => {
  let database: TestDatabase;
  let ctx: TestContext;
  beforeAll(async () => {
    database = await open();
    ctx = testContext(database.db);
  });
  afterAll(() => database.close());

  it("leaves what would be there without it, except what it reports", async () => {
    await fc.assert(fc.asyncProperty(program, fc.nat(), holdsFor), RUNS);
  }, 60_000);

  async function holdsFor(raw: Raw[], pick: number): Promise<void> {
    const real = await run(stepsOf(raw));
    if (real.done.length === 0) return;
    const chosen = pick % real.done.length;
    const replay = await run(real.done.flatMap(({ step }, index) => (index === chosen ? [] : [step])));
    const before = await stateOf(real);
    const report = await real.w.call("changesets.revert", {
      changesetId: real.done[chosen]?.changesetId ?? "",
    });
    const after = await stateOf(real);
    const expected = await stateOf(replay);
    const reported = new Set(report.skipped.map(({ keyId, language }) => `${keyId} ${language ?? ""}`));
    for (const [label, keyId] of real.ids) {
      if (reported.has(`${keyId} `)) {
        expect(after.get(label)?.name).toEqual(before.get(label)?.name);
        continue;
      }
      expect(after.get(label)?.name).toEqual(expected.get(label)?.name);
      for (const language of LANGUAGES) {
        const source = reported.has(`${keyId} ${language}`) ? before : expected;
        expect(after.get(label)?.texts[language]).toEqual(source.get(label)?.texts[language]);
      }
    }
    await expectRightCounters(real.w, after);
  }

  interface Ran {
    w: World;
    ids: Map<string, string>;
    /** What was written, without the parts for which the key was not there. */
    done: { step: Step; changesetId: string | null }[];
  }

  async function run(steps: Step[]): Promise<Ran> {
    const w = await addProject(ctx, { languages: ["de", "fr"] });
    const ids = new Map<string, string>();
    const live = new Set<string>();
    const done: Ran["done"] = [];
    await take(w, ids, FIRST);
    for (const label of FIRST.labels) live.add(label);
    for (const whole of steps) {
      const step = possible(whole, live, ids);
      if (!step) continue;
      done.push({ step, changesetId: await take(w, ids, step) });
    }
    return { w, ids, done };
  }

  async function take(w: World, ids: Map<string, string>, step: Step): Promise<string | null> {
    ctx.clock.advance(1000);
    const idOf = (label: string) => ids.get(label) ?? "";
    switch (step.does) {
      case "create": {
        const keys = step.labels.map((name) => ({ name, values: { en: step.text, de: step.text } }));
        const created = await w.call("keys.create", { keys });
        for (const [index, { id }] of created.items.entries()) ids.set(step.labels[index] ?? "", id);
        return created.changesetId;
      }
      case "set": {
        const values = step.values.map(({ label, ...value }) => ({ key: { id: idOf(label) }, ...value }));
        return (await w.call("values.set", { values })).changesetId;
      }
      case "rename": {
        const keys = step.labels.map((label) => ({
          key: { id: idOf(label) },
          name: `${step.name}-${label}`,
        }));
        return (await w.call("keys.updateMany", { keys })).changesetId;
      }
      case "restore":
        return (await w.call("keys.restore", { ids: step.labels.map(idOf) })).changesetId;
      case "delete": {
        const keys = step.labels.map((label) => ({ id: idOf(label) }));
        return (await w.call("keys.delete", { keys })).changesetId;
      }
    }
  }

  /** Live keys by label, with name and texts. */
  async function stateOf({ w, ids }: Ran) {
    const [keys, values] = [await w.call("keys.list"), await w.call("values.list", { limit: 250 })];
    const texts = Map.groupBy(values.items, (value) => value.keyId);
    const entries = [...ids].flatMap(([label, id]) => {
      const key = keys.items.find((item) => item.id === id);
      const own = (texts.get(id) ?? []).map(({ language, text }) => [language, text] as const);
      return key ? [[label, { name: key.name, texts: Object.fromEntries(own) }] as const] : [];
    });
    return new Map<string, { name: string; texts: Record<string, string> }>(entries);
  }

  async function expectRightCounters(w: World, state: Awaited<ReturnType<typeof stateOf>>): Promise<void> {
    const { keyCount, languages } = await w.call("projects.get");
    expect(keyCount).toBe(state.size);
    const count = (code: string) => [...state.values()].filter((key) => key.texts[code] !== undefined).length;
    expect(languages.map(({ code, translated }) => [code, translated])).toEqual(
      languages.map(({ code }) => [code, count(code)]),
    );
  }
});

const FIRST = { does: "create" as const, labels: ["first", "second", "third"], text: "Start" };

/** The part of a step for which the keys are there; `live` is moved on to what is there after it. */
function possible(step: Step, live: Set<string>, ids: ReadonlyMap<string, string>): Step | undefined {
  if (step.does === "set") {
    const values = step.values.filter(({ label }) => live.has(label));
    return values.length > 0 ? { ...step, values } : undefined;
  }
  const labels = step.labels.filter((label) => {
    if (step.does === "create") return true;
    return ids.has(label) && live.has(label) === (step.does !== "restore");
  });
  if (step.does === "delete") for (const label of labels) live.delete(label);
  else for (const label of labels) live.add(label);
  return labels.length > 0 ? { ...step, labels } : undefined;
}

/** What a step does, to which of the keys that exist by then. */
interface Raw {
  does: Step["does"];
  picks: { key: number; language: string }[];
}

const program: fc.Arbitrary<Raw[]> = fc.array(
  fc.record({
    does: fc.constantFrom("create", "set", "set", "set", "delete", "restore", "rename"),
    picks: fc.array(fc.record({ key: fc.nat(5), language: fc.constantFrom(...LANGUAGES) }), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  { minLength: 1, maxLength: 7 },
);

/** Gives keys labels, and every text and name a number of its own, so that nothing is written twice the same. */
function stepsOf(raw: Raw[]): Step[] {
  const known = [...FIRST.labels];
  const labelOf = (key: number) => known[key % known.length] ?? "";
  return raw.map(({ does, picks }, at): Step => {
    const labels = [...new Set(picks.map(({ key }) => labelOf(key)))];
    if (does === "create") {
      const fresh = picks.slice(0, 2).map((_, index) => `key${at}-${index}`);
      known.push(...fresh);
      return { does, labels: fresh, text: `Created ${at}` };
    }
    if (does === "rename") return { does, labels, name: `renamed${at}` };
    if (does !== "set") return { does, labels };
    const values = new Map(
      picks.map(({ key, language }) => [
        `${labelOf(key)} ${language}`,
        { label: labelOf(key), language, text: `Text ${at}` },
      ]),
    );
    return { does, values: [...values.values()] };
  });
}
