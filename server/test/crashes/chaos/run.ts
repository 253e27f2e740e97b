import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openTestPostgres, openTestSqlite, type TestDatabase } from "../../support/databases.ts";
import { authorize, type Browser } from "../../support/flow.ts";
import { freePort } from "../spawned.ts";
import { makeWorld } from "../world.ts";
import { keyOf, type Stage, startCallers, WRITERS } from "./callers.ts";
import { Figures } from "./figures.ts";
import { checkHeld, reckon } from "./reckoning.ts";
import { startVictim } from "./victim.ts";

// `npm run chaos -- --kills 30 --engine sqlite`: takes minutes, so it is no part of the tests.

/** Between a start and the next kill, at random. */
const RUNS_MS = { least: 300, most: 2_500 };
/** A process that dies by itself in a publish is given so long to come to it; then it is killed as the others are. */
const DOOMED_MS = 5_000;

const { values } = parseArgs({
  options: { kills: { type: "string", default: "30" }, engine: { type: "string", multiple: true } },
});
const ENGINES: Record<string, () => Promise<TestDatabase>> = {
  sqlite: openTestSqlite,
  ...(process.env.TEST_POSTGRES_URL && { postgres: openTestPostgres }),
};

for (const name of values.engine ?? Object.keys(ENGINES)) {
  const open = ENGINES[name];
  if (!open) throw new Error(`There is no engine ${name}; Postgres needs TEST_POSTGRES_URL.`);
  const { figures, starts, inPublish } = await killUnderLoad(open, Number(values.kills));
  const longest = Math.round(Math.max(...starts));
  const kills = `${starts.length} kills, ${inPublish} of them at a point within a publish`;
  console.log(`\n${name}: ${kills}, back after at most ${longest} ms\n\n${figures.table()}\n`);
  for (const sentence of figures.wrong) console.log(`✗ ${sentence}`);
  if (figures.wrong.length > 0) process.exitCode = 1;
  else console.log("✓ nothing acknowledged is lost, nothing was done twice, nobody is stranded");
}

/** Kills the server again and again in the middle of everything, and compares what is there with what was answered. */
async function killUnderLoad(open: () => Promise<TestDatabase>, kills: number) {
  const DATA_DIR = mkdtempSync(join(tmpdir(), "parlance-chaos-"));
  const database = await open();
  const [SECRET_KEY, DATABASE_URL] = [randomBytes(32).toString("hex"), database.url as string];
  const world = await makeWorld(DATABASE_URL);
  const victim = await startVictim({ DATA_DIR, DATABASE_URL, SECRET_KEY, PORT: await freePort() });
  try {
    const figures = new Figures(victim);
    const { base } = victim;
    const browser = await world.signIn(base);
    // The first request gives the browser its cookie, which all callers share.
    await authorize(browser, world.web);
    const stage: Stage = { base, browser, world, figures, projectId: await makeProject(browser) };
    const starts: number[] = [];
    let inPublish = 0;
    const isOver = () => starts.length >= kills || figures.wrong.length > 0;
    const { told, ended } = startCallers(stage, isOver);
    while (!isOver()) {
      const { least, most } = RUNS_MS;
      const runs = victim.isDoomed() ? DOOMED_MS : least + Math.random() * (most - least);
      const diedItself = await Promise.race([
        sleep(runs, false),
        victim.over().then(() => true),
        ended.then(() => false),
      ]);
      if (isOver()) break;
      if (diedItself) inPublish++;
      const check = () => checkHeld(stage, told, starts.length + 1);
      starts.push(await victim.killAndStart(check, starts.length + 1 >= kills));
    }
    await ended;
    const { code, stderr } = await victim.end("SIGTERM");
    figures.wrong.push(...victim.complaints());
    if (code !== 0 || stderr !== "") figures.fault(`the last process ended with ${code}: ${stderr}`);
    await reckon(database.db, stage, told);
    return { figures, starts, inPublish };
  } finally {
    await victim.end("SIGKILL");
    await database.close();
    rmSync(DATA_DIR, { recursive: true, force: true });
  }
}

async function makeProject(browser: Browser): Promise<string> {
  const organizations = await answer<{ items: [{ id: string }] }>(
    browser.request("/api/dashboard/organizations"),
  );
  const fields = { name: "Website", slug: "website", sourceLanguage: "en" };
  const { id } = await answer<{ id: string }>(
    browser.post("/api/oauth-client/v1/projects", { organizationId: organizations.items[0].id, ...fields }),
  );
  const keys = Array.from({ length: WRITERS }, (_, writer) => ({
    name: keyOf(writer),
    values: { en: "Not written yet" },
  }));
  await answer(browser.post(`/api/oauth-client/v1/projects/${id}/keys`, { keys }));
  return id;
}

async function answer<Body>(response: Promise<Response>): Promise<Body> {
  const { url, ok, status } = await response;
  const text = await (await response).text();
  if (!ok) throw new Error(`${url} answered ${status}: ${text}`);
  return JSON.parse(text) as Body;
}
