import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "@playwright/test";
import { bareEnvironment } from "../support/bare-environment.ts";
import { watchErrors } from "./looks.ts";

const PROGRAM = join(import.meta.dirname, "../../../sdk/test/runtimes/serve-page.ts");

interface Served {
  /** An empty page of the partner's origin. */
  url: string;
  day: unknown;
  expected: unknown;
  /** A module that makes `partnerDay` a function of the page. */
  program: string;
}

let partner: ChildProcess;
let served: Served;
test.beforeAll(async () => {
  partner = spawn(process.execPath, [PROGRAM], {
    env: { ...bareEnvironment(), NODE_ENV: "test" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: partner.stdout as NonNullable<ChildProcess["stdout"]> });
  const { value, done } = await lines[Symbol.asyncIterator]().next();
  if (done) throw new Error("The partner ended before it said where it is.");
  served = JSON.parse(value);
});
test.afterAll(() => void partner?.kill());

test("the SDK lets a page connect, call, renew and disconnect, on its own and across origins", async ({
  page,
}) => {
  const errors = watchErrors(page);
  await page.goto(served.url);
  await page.addScriptTag({ content: served.program, type: "module" });
  const happened = await page.evaluate(
    (day) => (globalThis as unknown as { partnerDay(day: unknown): Promise<unknown> }).partnerDay(day),
    served.day,
  );
  expect(happened).toEqual(served.expected);
  // The browser says of every refusal that a resource failed; what it kept from the page it says in other words.
  expect(errors.filter((error) => !/Failed to load resource: .* 40[03] /.test(error))).toEqual([]);
});
