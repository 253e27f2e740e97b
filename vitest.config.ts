import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** These start, kill and wait for servers: begun last, they would hold up the end of the run alone. */
const SLOW =
  /\/server\/test\/(crashes|crowds|races|refusals\/fuzz|journeys\/five)|\/bench\/|\/(mcp|sdk)\/test\//;

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => Number(isSlow(other)) - Number(isSlow(one)));
  }
}

export default defineConfig({
  test: {
    include: [
      "contract/src/**/*.test.ts",
      "server/src/**/*.test.ts",
      "server/test/**/*.test.ts",
      "bench/*.test.ts",
      "docs/**/*.test.ts",
      "mcp/{src,test}/**/*.test.ts",
      "sdk/{src,test,doctor,create}/**/*.test.ts",
      "examples/*/src/**/*.test.ts",
      "dashboard/src/**/*.test.ts",
    ],
    env: { NODE_ENV: "test" },
    pool: "forks",
    // One more than cores, because a test that waits for another process leaves its own idle.
    maxWorkers: Math.min(availableParallelism() + 1, 4),
    // Files share the modules that a worker has loaded, so a test that changes anything global puts it back.
    isolate: false,
    // Node runs the sources as it does in production: no transform stands between a test and what is shipped.
    experimental: { viteModuleRunner: false },
    globalSetup: "server/test/support/postgres-run.ts",
    sequence: { sequencer: SlowFirst },
    testTimeout: 30_000,
    // A hook may start PGlite or a whole server on a busy machine.
    hookTimeout: 60_000,
  },
});

function isSlow({ moduleId }: TestSpecification): boolean {
  return SLOW.test(moduleId);
}
