import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../../server/test/support/databases.ts";
import { authorized, type Partner, startPartner } from "./real-server.ts";
import { bundled, bundledTests } from "./runtimes/bundle.ts";
import { type Helper, startHelper } from "./runtimes/helper.ts";
import { installRuntimes, RUNTIMES, startWorker } from "./runtimes/install.ts";
import { type Day, EXPECTED, SCOPES } from "./runtimes/partner-day.ts";

/** Runtimes are fetched once, and are 200 MB. */
const FETCHING_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), "parlance-runtimes-"));
const program = join(folder, "in-process.mjs");
const tests = join(folder, "tests.mjs");

beforeAll(async () => {
  await installRuntimes();
  writeFileSync(program, await bundled("in-process"));
  writeFileSync(tests, `${await bundledTests()}\nconsole.log(JSON.stringify(await run()));`);
}, FETCHING_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.concurrent("the tests beside the sources", () => {
  /** More than a hundred: a bundle that lost a file would pass with the rest. */
  const passed = expect.toSatisfy((count: number) => count > 150);

  for (const { runtime, path, isMade } of RUNTIMES) {
    test.skipIf(!isMade)(`pass in ${runtime}`, async () => {
      const { stdout } = await promisify(execFile)(path, [tests]);
      expect(JSON.parse(stdout)).toEqual({ passed, failed: [] });
    });
  }

  test("pass at the edge (workerd)", async () => {
    const script = `${await bundledTests()}
      export default { fetch: async () => Response.json(await run()) };`;
    expect(await answerAtTheEdge(script, "")).toEqual({ passed, failed: [] });
  });
});

describe.each(ENGINES)("a partner's day with a server on $engine", ({ open }) => {
  let partner: Partner;
  let helper: Helper;
  let day: Day;
  beforeAll(async () => {
    partner = await startPartner(open);
    const { scene } = partner;
    const { clock } = scene.server.ctx;
    helper = await startHelper({
      consent: (url) => authorized(scene.people.owner.browser, url),
      async advance(milliseconds) {
        clock.advance(milliseconds);
        return clock.now();
      },
    });
    const settings = { ...partner.settings, scopes: SCOPES };
    day = { settings, projectId: scene.project.id, helper: helper.url };
  });
  afterAll(async () => {
    helper?.close();
    await partner?.close();
  });

  /** Keys are named once in a project, and every day writes the same. */
  async function newDay(): Promise<Day> {
    const { id } = await partner.scene.addProject(partner.scene.people.owner, partner.scene.organization);
    return { ...day, projectId: id };
  }

  for (const { runtime, path, isMade } of RUNTIMES) {
    test.skipIf(!isMade)(`is the same in ${runtime}`, async () => {
      const { stdout } = await promisify(execFile)(path, [program, JSON.stringify(await newDay())]);
      expect(JSON.parse(stdout)).toEqual([runtime, EXPECTED]);
    });
  }

  test("is the same at the edge (workerd)", async () => {
    const script = await bundled("at-the-edge");
    expect(await answerAtTheEdge(script, JSON.stringify(await newDay()))).toEqual(EXPECTED);
  });
});

async function answerAtTheEdge(script: string, body: string): Promise<unknown> {
  const worker = await startWorker(script);
  try {
    const response = await worker.dispatchFetch("http://localhost/", { method: "POST", body });
    const answer = await response.text();
    expect(response.status, answer).toBe(200);
    return JSON.parse(answer);
  } finally {
    await worker.dispose();
  }
}
