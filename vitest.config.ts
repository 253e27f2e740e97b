import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "contract/src/**/*.test.ts",
      "server/src/**/*.test.ts",
      "server/test/**/*.test.ts",
      "examples/*/src/**/*.test.ts",
      "dashboard/src/**/*.test.ts",
    ],
    env: { NODE_ENV: "test" },
    pool: "forks",
    maxWorkers: 2,
    // Node runs the sources as it does in production: no transform stands between a test and what is shipped.
    experimental: { viteModuleRunner: false },
    testTimeout: 30_000,
    // A hook may start PGlite or a whole server on a busy machine.
    hookTimeout: 60_000,
  },
});
