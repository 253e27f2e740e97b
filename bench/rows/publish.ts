import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BigProject, KEYS, startBigProject } from "../support/big-project.ts";
import { type Engine, enginesFor } from "../support/engines.ts";
import { peakResidentMb } from "../support/process-facts.ts";
import { compare, interleave, type Measured, type Options, percentile, type Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";
import { LANGUAGES } from "../support/seed-values.ts";

const BARE = join(import.meta.dirname, "../peers/publish.ts");
const MOST = 2;
const EDITS = 20;
/** The languages that the edits touch. */
const EDITED = ["de", "fr"];
const ASK_EVERY_MS = 20;

export const row: Row = {
  name: "publish",
  work: "publish plan and release of 100,000 keys × 10 languages, files stored; the same after 20 edits in 2 of them",
  against: "a bare script that reads, builds and compresses the same files and stores nothing",
  must: "≤ 2×; after 20 edits only what changed",
  async run(options) {
    const measured: Measured[] = [];
    for (const engine of enginesFor(options)) measured.push(...(await comparePublish(engine, options)));
    return measured;
  },
};

function comparePublish(engine: Engine, { quick, rounds }: Options): Promise<Measured[]> {
  return scoped(async (keep) => {
    const project = await startBigProject(keep, engine, KEYS.large[quick ? "quick" : "full"]);
    const waits: number[] = [];
    const all = await interleave(rounds, {
      ours: async () => {
        await forgetReleases(project);
        return whileReading(project, waits, () => timed(() => publish(project)));
      },
      peer: () => bare(project, LANGUAGES),
    });
    const memory = Math.round(peakResidentMb(project.server.pid));
    let round = 0;
    const edited = await interleave(rounds, {
      ours: async () => {
        await edit(project, ++round);
        return timed(() => publish(project, EDITED.length));
      },
      peer: () => bare(project, EDITED),
    });
    const shared = { unit: "ms", better: "less", must: { atMost: MOST } } as const;
    const others = `p95 ${Math.round(percentile(waits, 0.95))} ms, longest ${Math.round(Math.max(...waits))} ms`;
    return [
      compare({
        ...{ ...shared, name: `plan and release, ${engine}`, ours: all.ours, peer: all.peer },
        notes: [`peak memory ${memory} MB; ${waits.length} other requests meanwhile: ${others}`],
      }),
      compare({
        ...{ ...shared, name: `after ${EDITS} edits, ${engine}`, ours: edited.ours, peer: edited.peer },
      }),
    ];
  });
}

/** Throws unless as many files changed as should. */
async function publish({ ask }: BigProject, files: number = LANGUAGES.length): Promise<void> {
  const { planId } = await ask("POST", "/publish-plans", {});
  const { changedFiles } = await ask("POST", "/releases", { planId });
  if (changedFiles !== files) throw new Error(`${changedFiles} files changed instead of ${files}`);
}

/** As if nothing had ever been published, and every language had been written to since the server last looked. */
async function forgetReleases({ database, projectId }: BigProject): Promise<void> {
  await database.db.write(async (tx) => {
    await tx.deleteFrom("publishPlans").execute();
    await tx.deleteFrom("channels").execute();
    for (const table of ["releaseFiles", "releaseLanguages", "releases", "files"] as const) {
      await tx.deleteFrom(table).execute();
    }
    await tx
      .updateTable("languages")
      .set((eb) => ({ revision: eb("revision", "+", 1) }))
      .where("projectId", "=", projectId)
      .execute();
  });
}

async function edit({ ask, keyIds }: BigProject, round: number): Promise<void> {
  const values = Array.from({ length: EDITS }, (_, at) => ({
    key: { id: keyIds[Math.floor((at * keyIds.length) / EDITS)] },
    language: EDITED[at % EDITED.length],
    text: `Edited ${round}`,
  }));
  await ask("POST", "/values", { values });
}

async function bare({ database, projectId }: BigProject, languages: readonly string[]): Promise<number> {
  const env = {
    ...{ PATH: process.env.PATH, PROJECT: projectId, LANGUAGES: languages.join(",") },
    DATABASE_URL: database.url,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [BARE], { env });
  return Number(stdout);
}

/** Asks for a page of keys again and again while the work runs, and keeps how long each took. */
async function whileReading<Result>(
  { ask }: BigProject,
  waits: number[],
  work: () => Promise<Result>,
): Promise<Result> {
  let over = false;
  const asking = (async () => {
    while (!over) {
      waits.push(await timed(() => ask("GET", "/keys?limit=100")));
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  })();
  try {
    return await work();
  } finally {
    over = true;
    await asking;
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
