import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { openLog } from "./log.ts";

const CLOCK = "\\d\\d:\\d\\d:\\d\\d\\.\\d{3}";

test("a request is one short line", () => {
  const line = printed((log) =>
    log.info({ requestId: "rid_1", method: "GET", path: "/health", status: 200, ms: 3 }, "request"),
  );
  expect(line).toMatch(new RegExp(`^${CLOCK} 200 GET /health 3 ms\\n$`));
});

test("anything else says its level, its sentence and its facts", () => {
  const line = printed((log) => log.warn({ worker: "imports", piece: { id: 1 } }, "not ready"));
  expect(line).toMatch(new RegExp(`^${CLOCK} warn not ready worker=imports piece=\\{"id":1\\}\\n$`));
});

test("an error stands below with its stack", () => {
  const [first, second] = printed((log) => log.error({ err: new TypeError("no") }, "failed")).split("\n");
  expect(first).toMatch(new RegExp(`^${CLOCK} error failed · no$`));
  expect(second).toMatch(/^ +at /);
});

test("what strangers choose turns no line around and starts none", () => {
  const path = "/a\n12:00:00.000 200 GET /forged\u001b[31m\u202e";
  const line = printed((log) => log.info({ method: "GET", path, status: 404, ms: 1 }, "request"));
  expect(line.match(/\n/g)).toHaveLength(1);
  expect(line).not.toContain("\u001b");
  expect(line).not.toContain("\u202e");
});

function printed(write: (log: ReturnType<typeof openLog>) => void): string {
  let text = "";
  const destination = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  write(openLog("info", destination, "readable"));
  return text;
}
