// `npm test`: everything, in order of what fails fastest. `npm test -- --only check|unit|browser` runs one phase.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { provideChromium } from "./chromium.mjs";
import { fail, findNode, ROOT, readJson, run, runNpm } from "./project.mjs";

/** Each phase answers with the tests it counted; a phase that failed without a failed test counts as one. */
const PHASES = {
  check: { title: "Format, lint and types", work: check },
  dashboard: { title: "Dashboard build", work: dashboard },
  unit: { title: "Unit, store and journey tests", work: unit },
  browser: { title: "Browser tests", work: browser },
};
const RESULTS = join(ROOT, "test-results");
/** For every test: spawned servers and workers read the same sources, and need not compile them each time. */
const ENVIRONMENT = {
  NODE_ENV: "test",
  NODE_COMPILE_CACHE:
    process.env.NODE_COMPILE_CACHE ?? join(ROOT, "node_modules", ".cache", "parlance-compiled"),
};

const only = chosenPhase();
const names = Object.keys(PHASES).filter(
  // Tests of either kind ask the server for the built pages.
  (name) => !only || name === only || (only !== "check" && name === "dashboard"),
);
const node = findNode() ?? fail("Node 24 is missing: run `npm test`, which fetches it.");
rmSync(RESULTS, { recursive: true, force: true });

const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
for (const name of names) {
  const { title, work } = PHASES[name];
  console.log(`\n── ${title}`);
  const started = Date.now();
  const counts = await work();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  lines.push(`${counts.failed ? "✗" : "✓"} ${title}: ${seconds} s`);
  console.log(lines.at(-1));
  for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
}
console.log(`\n${lines.join("\n")}\n`);
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`,
);
process.exit(total.failed ? 1 : 0);

async function check() {
  return { failed: (await runNpm(["run", "--silent", "check"])) === 0 ? 0 : 1 };
}

async function unit() {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const report = "test-results/vitest.json";
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run(node, [vitest, ...args], { env: ENVIRONMENT });
  const result = readJson(report);
  return counted(code, {
    passed: result?.numPassedTests ?? 0,
    // A file that could not be loaded has no tests to count; it is one failure.
    failed: (result?.numFailedTests ?? 0) + (result?.testResults ?? []).filter(isBrokenFile).length,
    skipped: (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0),
  });
}

function isBrokenFile({ status, assertionResults }) {
  return status === "failed" && !assertionResults.some((test) => test.status === "failed");
}

async function dashboard() {
  return { failed: (await build()) ? 0 : 1 };
}

async function browser() {
  let chromium;
  try {
    chromium = await provideChromium();
  } catch (error) {
    console.error(error.message);
    return { failed: 1 };
  }
  console.log(`Chromium: ${chromium}`);
  const cli = join(ROOT, "node_modules", "@playwright", "test", "cli.js");
  const args = ["test", "--config", join("server", "playwright.config.ts")];
  const code = await run(node, [cli, ...args], { env: { ...ENVIRONMENT, CHROMIUM_PATH: chromium } });
  const stats = readJson("test-results/browser.json")?.stats;
  return counted(code, {
    passed: stats?.expected ?? 0,
    failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0),
    skipped: stats?.skipped ?? 0,
  });
}

/** A runner that ends badly without naming a test (a crash, no tests at all) must not look like success. */
function counted(code, counts) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function chosenPhase() {
  const at = process.argv.indexOf("--only");
  if (at < 0) return undefined;
  const name = process.argv[at + 1];
  return name in PHASES ? name : fail(`--only takes one of ${Object.keys(PHASES).join(", ")}.`);
}
