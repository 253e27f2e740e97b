import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answered, type Scene } from "../refusals/scene.ts";
import { startUnlimited } from "../refusals/sound.ts";
import { openTestSqlite, type TestDatabase } from "../support/databases.ts";
import { Browser, call } from "../support/flow.ts";
import { slowest, type Timed, timed } from "./timed.ts";

const HOLDER = join(import.meta.dirname, "hold-file.ts");
const OTHERS_WAIT_MS = 250;
const HELD_MS = 3_000;
/** A little more than a write is patient. */
const PATIENCE_MS = 10_000;

describe("while another process holds the write lock of a SQLite file", { timeout: 60_000 }, () => {
  let database: TestDatabase;
  let scene: Scene;
  let token: string;
  let project: string;
  let mint: () => Promise<Response>;

  beforeAll(async () => {
    scene = await startUnlimited(async () => {
      database = await openTestSqlite();
      return database;
    });
    const { people, organization, base } = scene;
    const issued = await scene.letIn(people.owner, scene.app, { organizations: [organization] });
    token = await scene.mint(issued);
    project = `/v1/projects/${scene.project.id}`;
    mint = () =>
      call(base, `/installations/${issued.grant_id}/tokens`, issued.access_token, { method: "POST" });
    await answered(people.owner.browser.post(`/api/oauth-client${project}/releases`, {}));
  });
  afterAll(() => scene.server.close());

  test("reads go on, and writes wait and succeed when it lets go", async () => {
    const letGo = await holdFile();
    const begun = performance.now();
    const writes = [timed(write("first")), timed(write("second")), timed(mint())];
    const reads = await readFor(HELD_MS);
    await letGo();
    const written = await Promise.all(writes);
    expect(written.map(({ status }) => status)).toEqual([200, 200, 201]);
    expect(Math.min(...written.map(({ ms }) => ms))).toBeGreaterThanOrEqual(HELD_MS - 50);
    expect(performance.now() - begun).toBeLessThan(HELD_MS + 2_000);
    expectUndisturbed(reads);
  });

  test("writes that it lets wait too long are answered 503 with Retry-After, and the next succeeds", async () => {
    const letGo = await holdFile();
    // Who comes while others wait already is not to wait for as long again.
    const late = [() => write("late"), mint, signIn].map((ask) => sleep(2_000).then(() => timed(ask())));
    const writes = [timed(write("third")), ...late];
    const [reads, ...refused] = await Promise.all([readFor(PATIENCE_MS), ...writes]);
    await letGo();
    expect(refused.map(({ status, retryAfter }) => [status, Number(retryAfter) > 0])).toEqual(
      refused.map(() => [503, true]),
    );
    expect(slowest(refused)).toBeLessThan(PATIENCE_MS);
    expectUndisturbed(reads);
    expect((await write("fourth")).status).toBe(200);
    const { items } = await answered<{ items: { text: string }[] }>(
      call(scene.base, `${project}/values`, token),
    );
    expect(items.map(({ text }) => text)).toEqual(["fourth"]);
  });

  /** Answers how to make it let go. */
  async function holdFile(): Promise<() => Promise<unknown>> {
    const holder = fork(HOLDER, [database.url?.slice("file:".length) ?? ""], { stdio: "inherit" });
    await once(holder, "message");
    return () => {
      holder.send("let go");
      return once(holder, "exit");
    };
  }

  /** With a token, as a person, of what is published, and of how the server is; one after the other. */
  async function readFor(milliseconds: number): Promise<Timed[]> {
    const ways = [
      () => call(scene.base, project, token),
      () => call(scene.base, `${project}/keys`, token),
      () => call(scene.base, `${project}/pending`, token),
      () => scene.people.owner.browser.request("/api/dashboard/organizations"),
      () => fetch(`${scene.base}/cdn/${scene.project.id}/en.json`),
      () => fetch(`${scene.base}/health`),
      () => fetch(`${scene.base}/ready`),
    ];
    const seen: Timed[] = [];
    for (const until = performance.now() + milliseconds; performance.now() < until; await sleep(20)) {
      for (const read of ways) seen.push(await timed(read()));
    }
    return seen;
  }

  function expectUndisturbed(reads: readonly Timed[]): void {
    expect(reads.filter(({ status }) => status !== 200)).toEqual([]);
    expect(slowest(reads)).toBeLessThan(OTHERS_WAIT_MS);
  }

  /** The library behind it writes by itself. */
  function signIn(): Promise<Response> {
    const { email } = scene.people.member;
    const browser = new Browser(scene.base);
    return browser.post("/api/auth/sign-in/email", { email, password: "correct horse battery staple" });
  }

  function write(text: string): Promise<Response> {
    const value = { key: { name: "greeting" }, language: "en", text };
    return call(scene.base, `${project}/values`, token, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ values: [value] }),
    });
  }
});
