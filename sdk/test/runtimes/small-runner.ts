import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend, setState } from "@vitest/expect";

/**
 * Stands in for vitest, which runs on newer Node alone: the same words and the same `expect`, so that the tests beside the
 * sources run in any runtime as they are. Of its words those that they use; another one is an error when they are bundled.
 */
type Work = (...row: never[]) => unknown;
type Named = (name: string, work: Work) => void;

interface Test {
  name: string;
  work: () => unknown;
  before: readonly (() => unknown)[];
}

const tests: Test[] = [];
/** Of the file and the groups around the line that is read. */
let before: (() => unknown)[] = [];
let path: string[] = [];

export const test = withRows((name, work) => {
  tests.push({ name: [...path, name].join(" › "), work: work as Test["work"], before: [...before] });
});

export const describe = withRows((name, work) => within(name, work as () => void));

export function beforeEach(work: () => unknown): void {
  before.push(work);
}

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);
export const expect = (value: unknown, message?: string) => chai.expect(value, message);
Object.assign(expect, chai.expect);
setState({ assertionCalls: 0, isExpectingAssertions: false, testPath: "" }, expect);

/** Reads a group, or a file, whose `beforeEach` are its own. */
function within(name: string, read: () => void): void {
  const outside = { before, path };
  before = [...before];
  path = [...path, name];
  read();
  ({ before, path } = outside);
}

/** Begins a file: what was said before its tests was of another. */
export function file(name: string): void {
  before = [];
  path = [name];
}

/** `each` spreads a row that is a list, and takes any other as it is; `%s` and its like stand for its values in order. */
function withRows(one: Named): Named & { each(rows: readonly unknown[]): Named } {
  const each = (rows: readonly unknown[]) => (name: string, work: Work) => {
    for (const row of rows) {
      const values = (Array.isArray(row) ? row : [row]) as never[];
      let at = 0;
      one(
        name.replace(/%[sdij]/g, () => String(values[at++])),
        () => work(...values),
      );
    }
  };
  return Object.assign(one, { each });
}

export interface Outcome {
  passed: number;
  /** Name and error of each. */
  failed: string[];
}

/** Runs everything that was read, one after the other. */
export async function run(): Promise<Outcome> {
  const failed: string[] = [];
  for (const { name, work, before: first } of tests) {
    try {
      for (const each of first) await each();
      await work();
    } catch (error) {
      failed.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  return { passed: tests.length - failed.length, failed };
}
