import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Output } from "@parlance/contract/operations";
import { importFile, LANGUAGES } from "../support/import-file.ts";
import { type Installation, seedInstallation } from "../support/installation.ts";
import { peakResidentMb } from "../support/process-facts.ts";
import { compare, interleave, type Measured, percentile, type Row } from "../support/row.ts";
import { type Keep, scoped } from "../support/scoped.ts";
import { freshDatabase, startServer } from "../support/server.ts";

const PEER = join(import.meta.dirname, "../peers/import.ts");
const KEYS = 100_000;
const QUICK_KEYS = 200;
const MOST_MB = 512;
const MOST_P95_MS = 200;
/** Somebody else asks so often while the file is read. */
const ASK_EVERY_MS = 25;

type Import = Output<"imports.get">;
type Engine = "sqlite" | "postgres";

export const row: Row = {
  name: "import",
  work: "import 100,000 keys × 5 languages of NDJSON, validated, with history, while others read",
  against: "the bare SQL of the same rows in all tables, 1,000 keys a transaction",
  must: "≤ 3× its time; peak memory ≤ 512 MB; other requests' p95 ≤ 200 ms meanwhile",
  async run({ quick, rounds }) {
    const keys = quick ? QUICK_KEYS : KEYS;
    const file = importFile(keys);
    const measured: Measured[] = [];
    for (const engine of ENGINES) {
      const results = await interleave(rounds, {
        ours: () => scoped((keep) => runImport(keep, engine, file)),
        peer: () => scoped((keep) => runBare(keep, engine, keys)).then((ms) => ({ ms })),
      });
      const of = (pick: (one: Imported) => number) => (results.ours as Imported[]).map(pick);
      measured.push(
        compare({
          name: `${engine}: time`,
          ours: of(({ ms }) => ms),
          peer: results.peer.map(({ ms }) => ms),
          unit: "ms",
          better: "less",
          must: { atMost: 3 },
          notes: [`${keys} keys × ${LANGUAGES.length} languages, ${file.length} bytes`],
        }),
        limit(
          `${engine}: peak memory of the process`,
          of(({ peakMb }) => peakMb),
          "MB",
          MOST_MB,
        ),
        limit(
          `${engine}: p95 of other requests`,
          of(({ p95Ms }) => p95Ms),
          "ms",
          MOST_P95_MS,
        ),
      );
    }
    return measured;
  },
};

const ENGINES: readonly Engine[] = process.env.TEST_POSTGRES_URL ? ["sqlite", "postgres"] : ["sqlite"];

/** The peer is the limit itself. */
function limit(name: string, ours: number[], unit: string, most: number): Measured {
  return compare({ name, ours, peer: ours.map(() => most), unit, better: "less", must: { atMost: 1 } });
}

interface Imported {
  ms: number;
  peakMb: number;
  p95Ms: number;
}

async function runImport(keep: Keep, engine: Engine, file: string): Promise<Imported> {
  const { database, seeded } = await freshProject(keep, engine);
  const server = keep(await startServer({ databaseUrl: database.url }));
  const api = `http://127.0.0.1:${server.port}${seeded.read.path}`;
  const { headers } = seeded.read;
  const announced = await ask<Import>(`${api}/imports`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ format: "ndjson", size: Buffer.byteLength(file) }),
  });
  const sent = ask(`${api}/imports/${announced.id}/content`, {
    method: "PUT",
    headers: { ...headers, "content-type": "application/x-ndjson" },
    body: file,
  });
  const latencies: number[] = [];
  let job = announced;
  while (job.finishedAt === null) {
    const begun = performance.now();
    await ask(api, { headers });
    latencies.push(performance.now() - begun);
    await wait(ASK_EVERY_MS);
    if (latencies.length % 4 === 0) job = await ask<Import>(`${api}/imports/${announced.id}`, { headers });
  }
  await sent;
  if (job.state !== "completed" || job.rejected > 0) throw new Error(`the import is ${JSON.stringify(job)}`);
  return { ms: durationOf(job), peakMb: peakResidentMb(server.pid), p95Ms: percentile(latencies, 0.95) };
}

function durationOf({ startedAt, finishedAt }: Import): number {
  return Date.parse(finishedAt ?? "") - Date.parse(startedAt ?? "");
}

async function runBare(keep: Keep, engine: Engine, keys: number): Promise<number> {
  const { database, seeded } = await freshProject(keep, engine);
  const child = fork(PEER, { stdio: "inherit" });
  const ended = once(child, "exit").then(([code]) =>
    Promise.reject(new Error(`the peer ended with ${code}`)),
  );
  child.send({ url: database.url, projectId: seeded.partner.world.project.id, keys });
  const [ms] = (await Promise.race([once(child, "message"), ended])) as [number];
  ended.catch(() => {});
  child.kill();
  return ms;
}

async function freshProject(keep: Keep, engine: Engine) {
  const database = keep(await freshDatabase(engine));
  const seeded: Installation = await seedInstallation(database);
  // The partner's project has en, de and fr.
  for (const code of LANGUAGES.slice(3)) await seeded.partner.world.call("languages.add", { code });
  return { database, seeded };
}

async function ask<Body>(url: string, init: RequestInit): Promise<Body> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
