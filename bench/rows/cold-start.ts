import { freePort, startProgram } from "../support/program.ts";
import { compare, interleave, type Row } from "../support/row.ts";
import { scoped } from "../support/scoped.ts";
import { startServer, temporaryFolder } from "../support/server.ts";

const MOST_MS = 1000;

export const row: Row = {
  name: "cold-start",
  work: "from the start of the process to the first answer, embedded database",
  against: "node -e with an empty node:http server",
  must: "≤ 1 s more",
  async run({ rounds }) {
    const times = await interleave(rounds, { first: firstStart, later: laterStart, empty: emptyStart });
    const shared = {
      peer: times.empty,
      unit: "ms",
      better: "less",
      compared: "difference",
      must: { atMost: MOST_MS },
    } as const;
    return [
      compare({ ...shared, name: "first start, database made", ours: times.first }),
      compare({ ...shared, name: "later start", ours: times.later }),
    ];
  },
};

function firstStart(): Promise<number> {
  return scoped(async (keep) => keep(await startServer()).startedInMs);
}

function laterStart(): Promise<number> {
  return scoped(async (keep) => {
    const dataDir = keep(temporaryFolder()).path;
    await (await startServer({ dataDir })).stop();
    return keep(await startServer({ dataDir })).startedInMs;
  });
}

function emptyStart(): Promise<number> {
  return scoped(async (keep) => {
    const port = await freePort();
    const program = `require("node:http").createServer((q, s) => s.end()).listen(${port}, "127.0.0.1")`;
    return keep(await startProgram({ args: ["-e", program], port })).startedInMs;
  });
}
