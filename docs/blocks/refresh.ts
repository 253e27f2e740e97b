// `npm run docs`: writes quoted code and tables of the contract into the guides, and says which ones changed.
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fill } from "./fill.ts";
import { guideFiles, SOURCES } from "./sources.ts";

for (const file of guideFiles()) {
  const before = readFileSync(file, "utf8");
  const after = fill(before, SOURCES);
  if (after === before) continue;
  writeFileSync(file, after);
  console.log(`${basename(file)} is refreshed.`);
}
