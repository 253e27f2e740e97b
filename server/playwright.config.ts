import { availableParallelism } from "node:os";
import { defineConfig } from "@playwright/test";

/** Started by `npm test`, which finds or installs the Chromium and names it in CHROMIUM_PATH. */
export default defineConfig({
  testDir: "test/browser",
  testMatch: "**/*.browser.ts",
  outputDir: "../test-results/browser",
  reporter: [["list"], ["json", { outputFile: "../test-results/browser.json" }]],
  // One more than cores: a page that waits for the network leaves its own idle.
  workers: Math.min(availableParallelism() + 1, 4),
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    locale: "en-US",
    screenshot: "only-on-failure",
    // A picture of every step takes longer than the steps: ask for it with `--trace on` where a test has to be understood.
    trace: "off",
    launchOptions: {
      // Without a locale of UTF-8, as on a bare machine, Chromium stores no file whose name has an umlaut.
      env: { ...process.env, LC_ALL: "C.UTF-8" } as Record<string, string>,
      executablePath: process.env.CHROMIUM_PATH || undefined,
      // Chromium's sandbox refuses to run as root, which is what a container usually is.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
