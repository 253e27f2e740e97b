import { Writable } from "node:stream";
import { CREDENTIALS } from "@parlance/contract/credentials";
import { expect, test } from "vitest";
import { newCredential } from "./credential.ts";
import { type LogForm, openLog } from "./log.ts";

const OPAQUE = [
  "authorization_code",
  "device_code",
  "refresh_token",
  "installation_token",
  "public_key",
  "organization_key",
  "client_secret",
  "registration_token",
  "invitation",
] as const;
const JWT = `${CREDENTIALS.access_token.prefix}${"a".repeat(20)}.${"b".repeat(40)}.${"c".repeat(86)}`;

test.each([...OPAQUE.map((kind) => [kind, newCredential(kind)]), ["access_token", JWT]])(
  "a line with nothing but a credential of the kind %s is printed without it",
  (_, credential = "") => {
    const printed = linesOf((log) => log.warn({ presented: credential }, `refused ${credential}`));
    expect(printed).not.toContain(credential);
    expect(printed.match(/\[credential\]/g)).toHaveLength(2);
  },
);

test("a readable line is printed without it too", () => {
  const credential = newCredential("installation_token");
  const printed = linesOf((log) => log.warn({ presented: credential }, `refused ${credential}`), "readable");
  expect(printed).not.toContain(credential);
  expect(printed.match(/\[credential\]/g)).toHaveLength(2);
});

test("every kind is covered", () => {
  expect([...OPAQUE, "access_token"].toSorted()).toEqual(Object.keys(CREDENTIALS).toSorted());
});

test("however many logs are opened, the end of the process is listened for once", () => {
  for (let count = 0; count < 20; count++) openLog("silent");
  const before = process.listenerCount("exit");
  openLog("silent");
  expect(process.listenerCount("exit")).toBe(before);
});

function linesOf(write: (log: ReturnType<typeof openLog>) => void, form?: LogForm): string {
  let lines = "";
  const destination = new Writable({
    write(chunk, _, done) {
      lines += String(chunk);
      done();
    },
  });
  write(openLog("info", destination, form));
  return lines;
}

test("the line of a request is as every other line, whatever its path", () => {
  const facts = { requestId: "rid_1", method: "GET", path: '/a"b\n\u0000', status: 200, ms: 3 };
  const [own = "", general = ""] = linesOf((log) => {
    log.request(facts);
    log.info(facts, "request");
  }).split("\n");
  const { time: _, ...fields } = JSON.parse(own);
  expect(fields).toEqual({ level: 30, ...facts, msg: "request" });
  expect(Object.keys(JSON.parse(own))).toEqual(Object.keys(JSON.parse(general)));
});
