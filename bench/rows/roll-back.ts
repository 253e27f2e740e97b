import { KEYS, startBigProject } from "../support/big-project.ts";
import { type Engine, enginesFor } from "../support/engines.ts";
import { compare, interleave, type Measured, type Options, type Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";

const MOST_MS = 100;

export const row: Row = {
  name: "roll-back",
  work: "roll back and promote over HTTP, releases of 1,000,000 values",
  against: "one SQL update of the same row, durable",
  must: "≤ 100 ms more, at any size",
  async run(options) {
    const measured: Measured[] = [];
    for (const engine of enginesFor(options)) measured.push(await compareMoves(engine, options));
    return measured;
  },
};

function compareMoves(engine: Engine, { quick, rounds }: Options): Promise<Measured> {
  return scoped(async (keep) => {
    const project = await startBigProject(keep, engine, KEYS.large[quick ? "quick" : "full"]);
    await project.ask("POST", "/releases", {});
    const values = [{ key: { id: project.keyIds[0] }, language: "de", text: "Anders" }];
    await project.ask("POST", "/values", { values });
    await project.ask("POST", "/releases", {});
    let release = 2;
    const move = async () => {
      release = 3 - release;
      const begun = performance.now();
      await project.ask("PUT", "/channels/production", { release });
      return performance.now() - begun;
    };
    const update = async () => {
      const begun = performance.now();
      await project.database.db.write((tx) =>
        tx
          .updateTable("channels")
          .set({ movedAt: Date.now() })
          .where("projectId", "=", project.projectId)
          .execute(),
      );
      return performance.now() - begun;
    };
    await move();
    const times = await interleave(rounds, { ours: move, peer: update });
    return compare({
      ...{ name: `roll back, ${engine}`, ours: times.ours, peer: times.peer },
      ...{ unit: "ms", better: "less", compared: "difference", must: { atMost: MOST_MS } },
    });
  });
}
