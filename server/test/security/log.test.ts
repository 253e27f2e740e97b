import { Writable } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";
import { openLog, redact } from "../../src/platform/log.ts";
import { startServer } from "../support/server.ts";

describe("the log", () => {
  test("a line is redacted in time that grows with its length only", () => {
    const hostile = "eyJ".repeat(10_000);
    const begun = performance.now();
    redact(hostile);
    // Unbounded repetition took ten seconds here, with the whole server waiting.
    expect(performance.now() - begun).toBeLessThan(1500);
  });

  test("an access token is still recognized whole", () => {
    const token = `eyJ${"a".repeat(120)}.${"b".repeat(1200)}.${"c".repeat(86)}`;
    expect(redact(`Bearer ${token}!`)).toBe("Bearer [credential]!");
  });

  test("an error of the database shows neither rows nor values", () => {
    const lines: string[] = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const error = Object.assign(new Error("null value in column violates not-null constraint"), {
      code: "23502",
      detail: "Failing row contains (ses_1, a-session-token, ada@example.com).",
      where: "unnamed portal parameter $1 = 'a-session-token'",
      internalQuery: "select 'a-session-token'",
    });
    openLog("error", sink).error({ err: new Error("outer", { cause: error }) }, "unexpected error");
    openLog("error", sink).error({ err: error }, "unexpected error");
    expect(lines.join("")).toContain("23502");
    expect(lines.join("")).not.toMatch(/a-session-token|ada@example/);
  });
});

describe("a request's line", async () => {
  const server = await startServer();
  afterAll(() => server.close());

  test("does not repeat an address that is endless", async () => {
    await fetch(`${server.base}/${"a".repeat(9000)}`);
    expect(server.log().length).toBeLessThan(2000);
  });
});
