import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { REQUIREMENTS } from "./requirements.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const TESTED = ["server/src", "server/test", "mcp/src", "mcp/test"];
const SOURCES = [
  6749,
  6750,
  7009,
  7591,
  7592,
  7636,
  7662,
  8252,
  8414,
  8628,
  8707,
  9068,
  9207,
  9700,
  9728,
  "cimd",
  "mcp",
  "mcp-server",
  "mcp-stdio",
];

test("every RFC and specification that we follow has its rows", () => {
  expect([...new Set(REQUIREMENTS.map((row) => row.rfc))].sort()).toEqual(SOURCES);
});

test("every row has an id of its own and either a proof or a reason", () => {
  const ids = REQUIREMENTS.map((row) => row.id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  const unanswered = REQUIREMENTS.filter((row) => !row.provenBy?.length === !row.notApplicable?.trim());
  expect(unanswered.map((row) => row.id)).toEqual([]);
});

test("every proof is a test that exists and runs", () => {
  const carried = testIds();
  const missing = REQUIREMENTS.flatMap((row) =>
    (row.provenBy ?? []).filter((proof) => !carried.has(proof)).map((proof) => `${row.id} ← [${proof}]`),
  );
  expect(missing).toEqual([]);
});

test("no two tests carry the same id", () => {
  const doubled = [...testIds()].filter(([, files]) => files.length > 1);
  expect(doubled.map(([id, files]) => `[${id}] in ${files.join(", ")}`)).toEqual([]);
});

/** Ids in the titles of running tests, `test("[area/promise] …")`, with the files that carry them. */
function testIds(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of TESTED.flatMap((folder) => testFiles(join(ROOT, folder)))) {
    // A skipped or unfinished test proves nothing, so only the plain and table forms count. A table ends before the next test.
    const titles = readFileSync(file, "utf8").matchAll(
      /\b(?:test|it)(?:\.concurrent|\.sequential|\.(?:each|for)\((?:(?!\n *(?:test|it)\b)[\s\S])*?\))?\(\s*["'`]\[([a-z0-9-]+\/[a-z0-9-]+)\]/g,
    );
    for (const [, id] of titles) found.set(id!, [...(found.get(id!) ?? []), file.slice(ROOT.length + 1)]);
  }
  return found;
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && !name.includes("node_modules"))
    .map((name) => join(folder, name));
}
