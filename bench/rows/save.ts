import { type BigProject, KEYS, startBigProject } from "../support/big-project.ts";
import { chainedLoad } from "../support/chain.ts";
import { type Engine, enginesFor } from "../support/engines.ts";
import { compare, interleave, type Measured, type Options, type Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";

const SECONDS = { full: 2, quick: 0.2 };
const MOST = 1.5;
/** Values all over the project that are saved in turn. */
const PLACES = 50;

export const row: Row = {
  name: "save",
  work: "save one value, durable, with history, in a project of 1,000,000 values",
  against: "the same in a project of 10,000 values",
  must: "≤ 1.5×",
  async run(options) {
    const measured: Measured[] = [];
    for (const engine of enginesFor(options)) measured.push(await compareSaves(engine, options));
    return measured;
  },
};

function compareSaves(engine: Engine, { quick, rounds }: Options): Promise<Measured> {
  const size = quick ? "quick" : "full";
  return scoped(async (keep) => {
    const large = savesTo(await startBigProject(keep, engine, KEYS.large[size]));
    const small = savesTo(await startBigProject(keep, engine, KEYS.small[size]));
    const perSave = (saves: typeof large) => async () => (await saves({ seconds: SECONDS[size] })).p50Ms;
    await large({ seconds: SECONDS[size] });
    await small({ seconds: SECONDS[size] });
    const times = await interleave(rounds, { ours: perSave(large), peer: perSave(small) });
    return compare({
      ...{ name: `save, ${engine}`, ours: times.ours, peer: times.peer },
      ...{ unit: "ms (median)", better: "less", must: { atMost: MOST } },
    });
  });
}

/** One connection that saves another text every time: the id of the changeset before. */
function savesTo({ server, keyIds, script }: BigProject) {
  const scripts = Array.from({ length: PLACES }, (_, at) => {
    const key = { id: keyIds[Math.floor((at * keyIds.length) / PLACES)] };
    const body = { values: [{ key, language: "de", text: "{next}" }] };
    const first = `cs_${"0".repeat(CHANGESET_CHARACTERS)}`;
    return { ...script("POST", "/values", body), next: { field: "changesetId", value: first } };
  });
  return chainedLoad(server, { scripts, connections: 1, status: 200 });
}

/** Of an id behind its prefix: a text keeps its length. */
const CHANGESET_CHARACTERS = 22;
