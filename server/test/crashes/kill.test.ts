import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseUrl } from "../../src/database/open.ts";
import {
  type App,
  authorize,
  type Browser,
  call,
  connect,
  exchange,
  installationToken,
  refresh,
  type TokenAnswer,
  tokens,
} from "../support/flow.ts";
import { freePort, type Spawned, startProcess } from "./spawned.ts";
import { makeWorld, type World } from "./world.ts";

const KILLS = 10;
/** Acknowledged exchanges and refreshes; a tenth of them between two kills. */
const ANSWERS = 1000;
const CLIENTS = 8;
/** A client starts again with a new code after so many refreshes. */
const REFRESHES_PER_CONNECTION = 10;

type Kind = "exchange" | "refresh";

/** What the clients saw; all that is wrong is kept as text, so that a failure shows it. */
const seen = {
  answers: 0,
  cut: { exchange: 0, refresh: 0 },
  stranded: [] as string[],
  lost: [] as string[],
  revived: [] as string[],
  /** By app. */
  grantIds: new Map<string, Set<string>>(),
};

describe("a server that is killed ten times during a thousand exchanges and refreshes", () => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-kill-"));
  let environment: Record<string, string>;
  let server: Spawned;
  let browser: Browser;
  let world: World;

  /** What was acknowledged since the last kill. */
  let accessTokens: string[] = [];
  let installationTokens: string[] = [];
  let revokedTokens: string[] = [];

  let kills = 0;
  let restarted: Promise<void> | null = null;

  beforeAll(async () => {
    environment = { DATA_DIR: folder, PORT: await freePort() };
    world = await makeWorld(databaseUrl({ DATABASE_URL: undefined, DATA_DIR: folder }));
    server = await startProcess(environment);
    browser = await world.signIn(server.base);
    // The first request gives the browser its cookie, which all clients share.
    await authorize(browser, world.web);
    const apps = [world.web, world.spa];
    const clients = Array.from({ length: CLIENTS }, (_, index) => partner(apps[index % 2] as App));
    await Promise.all([...clients, leaver(world.other)]);
    await checkAcknowledged();
  }, 300_000);

  afterAll(async () => {
    await server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  test("every client goes on with what it holds, also when an answer was lost", () => {
    expect(seen.stranded).toEqual([]);
    expect(kills).toBe(KILLS);
    expect(seen.answers).toBeGreaterThanOrEqual(ANSWERS);
    expect(seen.cut.refresh).toBeGreaterThan(0);
  });

  test("whoever was cut off inside a code exchange starts again and gets the same grant", () => {
    expect(seen.cut.exchange).toBeGreaterThan(0);
    expect([...seen.grantIds.values()].map((ids) => ids.size)).toEqual([1, 1]);
  });

  test("nothing that was acknowledged is lost", () => {
    expect(seen.lost).toEqual([]);
  });

  test("a revoke that was acknowledged stays", () => {
    expect(seen.revived).toEqual([]);
  });

  /** Connects, refreshes with what it last received or last sent, and connects anew after some time. */
  async function partner(app: App): Promise<void> {
    while (running()) {
      const connected = await attempt("connecting", () => connect(browser, app));
      if (!connected) continue;
      const issued = await ask("exchange", () => exchange(server.base, app, connected));
      if (!issued) continue;
      seen.grantIds.set(app.clientId, (seen.grantIds.get(app.clientId) ?? new Set()).add(issued.grant_id));
      let held = issued;
      for (let left = REFRESHES_PER_CONNECTION; left > 0 && running(); left--) {
        const { refresh_token } = held;
        const next = await ask("refresh", () => refresh(server.base, app, refresh_token));
        // Nothing came back: the same token is sent again.
        if (!next) continue;
        held = next;
        if (left % 5 === 0) await keepMinted(held);
      }
    }
  }

  /** Connects and revokes, again and again. */
  async function leaver(app: App): Promise<void> {
    while (running()) {
      await attempt("leaving", async () => {
        const issued = await tokens(exchange(server.base, app, await connect(browser, app)));
        const token = await installationToken(server.base, issued);
        const path = `/installations/${issued.grant_id}`;
        const answer = await call(server.base, path, issued.access_token, { method: "DELETE" });
        if (answer.status === 204) revokedTokens.push(token);
      });
    }
  }

  /** One request to the token endpoint; null when its answer was lost. A kill that is due strikes while it is under way. */
  async function ask(kind: Kind, send: () => Promise<Response>): Promise<TokenAnswer | null> {
    let killsBefore = kills;
    const answer = await attempt(kind, () => {
      killsBefore = kills;
      if (isKillDue(kind)) restarted = killAndRestart();
      return tokens(send());
    });
    if (!answer) {
      if (kills > killsBefore) seen.cut[kind]++;
      return null;
    }
    seen.answers++;
    accessTokens.push(answer.access_token);
    return answer;
  }

  /** In the middle of each tenth; of an exchange and of a refresh in turn. */
  function isKillDue(kind: Kind): boolean {
    if (restarted || kills === KILLS) return false;
    return (
      seen.answers >= ((kills + 0.5) * ANSWERS) / KILLS && kind === (kills % 2 === 0 ? "exchange" : "refresh")
    );
  }

  async function keepMinted(held: TokenAnswer): Promise<void> {
    const token = await attempt("minting", () => installationToken(server.base, held));
    if (token) installationTokens.push(token);
  }

  /** Null when the server went away; it is back when this answers. A refusal strands the client. */
  async function attempt<Result>(what: string, work: () => Promise<Result>): Promise<Result | null> {
    try {
      while (restarted) await restarted;
      return await work();
    } catch (error) {
      // How fetch says that the connection broke.
      if (error instanceof TypeError) await restarted;
      else seen.stranded.push(`${what}: ${error}`);
      return null;
    }
  }

  async function killAndRestart(): Promise<void> {
    // At another moment of the request each time.
    await new Promise((resolve) => setTimeout(resolve, kills * 2));
    await server.kill("SIGKILL");
    kills++;
    server = await startProcess(environment);
    await checkAcknowledged();
    restarted = null;
  }

  /** Some of what was acknowledged before the kill, the newest first, is asked of the new process. */
  async function checkAcknowledged(): Promise<void> {
    const checks = [
      { path: "/me", held: accessTokens, expected: 200, wrong: seen.lost },
      { path: "/organizations", held: installationTokens, expected: 200, wrong: seen.lost },
      { path: "/organizations", held: revokedTokens, expected: 410, wrong: seen.revived },
    ];
    for (const { path, held, expected, wrong } of checks) {
      for (const token of held.slice(-20)) {
        const { status } = await call(server.base, path, token);
        if (status !== expected) wrong.push(`${path} answered ${status} after kill ${kills}`);
      }
    }
    [accessTokens, installationTokens, revokedTokens] = [[], [], []];
  }

  function running(): boolean {
    return (seen.answers < ANSWERS || kills < KILLS) && seen.stranded.length === 0;
  }
});
