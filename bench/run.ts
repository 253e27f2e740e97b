import { arch, cpus, platform, release, totalmem } from "node:os";
import { parseArgs } from "node:util";
import type { Measured, Row } from "./support/row.ts";
import { findRows } from "./support/rows.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
  },
});
const options = { quick: values.quick, rounds: values.quick ? 1 : Number(values.rounds) };
const say = values.json ? () => {} : console.log;

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const machine = {
  processor: cpus()[0]?.model.trim(),
  processors: cpus().length,
  memoryGb: Math.round(totalmem() / 1024 ** 3),
  system: `${platform()} ${release()} ${arch()}`,
  node: process.version,
  sqlite: process.versions.sqlite,
  at: new Date().toISOString(),
  ...options,
};
say(
  `${Object.entries(machine)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n")}\n`,
);

const results: { row: string; must: string; measured: Measured[] }[] = [];
for (const row of await findRows(positionals)) results.push(await measure(row));
if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));
else console.log(`\n${toTable()}`);

/** A row that fails is told and counts against the run; the others are measured all the same. */
async function measure(row: Row): Promise<(typeof results)[number]> {
  say(`${row.name}: ${row.work}\n  against ${row.against}; ${row.must}`);
  let measured: Measured[] = [];
  try {
    measured = await row.run(options);
  } catch (error) {
    console.error(`${row.name} failed:`, error);
    process.exitCode = 1;
  }
  for (const one of measured) say(describe(one));
  return { row: row.name, must: row.must, measured };
}

/** For the README. */
function toTable(): string {
  const lines = results.flatMap(({ row, measured }) =>
    measured.map(({ name, ratio, compared, unit, must, met }) => {
      const needed = must.atLeast === undefined ? `≤ ${must.atMost}` : `≥ ${must.atLeast}`;
      const of = compared ? ` ${unit}` : "";
      const range = `${short(ratio.min)} to ${short(ratio.max)}`;
      return `| ${row} | ${name} | ${short(ratio.median)}${of} | ${range} | ${needed} | ${met ? "yes" : "no"} |`;
    }),
  );
  return [
    "| row | what | median | range | must be | reached |",
    "| --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}

function describe({ name, ours, peer, unit, ratio, compared, must, met, notes = [] }: Measured): string {
  const needed = must.atLeast === undefined ? `≤ ${must.atMost}` : `≥ ${must.atLeast}`;
  const what = compared ?? "ratio";
  return [
    `  ${met ? "✓" : "✗"} ${name}: ${what} ${short(ratio.median)} (${short(ratio.min)} to ${short(ratio.max)}), must be ${needed}`,
    `      ours ${ours.map(short).join(", ")} ${unit}`,
    `      peer ${peer.map(short).join(", ")} ${unit}`,
    ...notes.map((note) => `      ${note}`),
  ].join("\n");
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}
