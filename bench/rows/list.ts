import { type BigProject, KEYS, startBigProject } from "../support/big-project.ts";
import { type Engine, enginesFor } from "../support/engines.ts";
import { loadProgram } from "../support/load.ts";
import { compare, interleave, type Measured, type Options, type Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";

/** As one person would: the time of an answer, not how many fit into a second. */
const CONNECTIONS = 1;
const SECONDS = { full: 1, quick: 0.1 };
const MOST = 3;
/** Where pages begin, as parts of the list. */
const DEPTHS = [0, 0.5, 0.95];

/** Path and query of a list; every one is asked for at each depth. */
const LISTS = {
  list: "/keys?limit=100",
  "one namespace": "/keys?limit=100&namespace=area19",
  "filter missing": "/keys?limit=100&missing=tr",
  "filter outdated": "/keys?limit=100&outdated=true",
  "filter status": "/keys?limit=100&status=draft",
  "filter rare tag": "/keys?limit=100&tag=rare",
  "search a frequent word": "/keys?limit=100&q=customer",
  "search a rare word": "/keys?limit=100&q=zephyr",
  "search for nothing": "/keys?limit=100&q=qqqq",
  "search two letters that are nowhere": "/keys?limit=100&q=zq",
  "search a frequent word where it is missing": "/keys?limit=100&q=customer&missing=tr",
  values: "/values?limit=100",
};

export const row: Row = {
  name: "list",
  work: "list, filter and search at any depth, a project of 1,000,000 values",
  against: "the first page of the same in a project of 10,000 values",
  must: "p95 ≤ 3×",
  async run(options) {
    const measured: Measured[] = [];
    for (const engine of enginesFor(options)) measured.push(...(await compareLists(engine, options)));
    return measured;
  },
};

function compareLists(engine: Engine, { quick, rounds }: Options): Promise<Measured[]> {
  const size = quick ? "quick" : "full";
  return scoped(async (keep) => {
    const large = await startBigProject(keep, engine, KEYS.large[size]);
    const small = await startBigProject(keep, engine, KEYS.small[size]);
    const measured: Measured[] = [];
    for (const [name, path] of Object.entries(LISTS)) {
      const ours = () => p95Of(large, pathsAt(large, path), SECONDS[size]);
      const peer = () => p95Of(small, [path], SECONDS[size]);
      await ours();
      await peer();
      const times = await interleave(rounds, { ours, peer });
      measured.push(
        compare({
          ...{ name: `${name}, ${engine}`, ours: times.ours, peer: times.peer },
          ...{ unit: "ms (p95)", better: "less", must: { atMost: MOST } },
        }),
      );
    }
    return measured;
  });
}

function pathsAt({ keyIds }: BigProject, path: string): string[] {
  return DEPTHS.map((depth) => {
    if (depth === 0) return path;
    const values = [keyIds[Math.floor(depth * keyIds.length)], ...(path.startsWith("/values") ? ["de"] : [])];
    return `${path}&cursor=${Buffer.from(JSON.stringify(values)).toString("base64url")}`;
  });
}

async function p95Of(project: BigProject, paths: readonly string[], seconds: number): Promise<number> {
  const scripts = paths.map((path) => project.script("GET", path));
  const work = { scripts, connections: CONNECTIONS, status: 200, seconds };
  return (await loadProgram(project.server, work)).p95Ms;
}
