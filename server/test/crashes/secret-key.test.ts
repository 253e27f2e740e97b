import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { databaseUrl } from "../../src/database/open.ts";
import {
  type App,
  call,
  connect,
  exchange,
  installationToken,
  refresh,
  refusal,
  tokens,
} from "../support/flow.ts";
import { freePort, startProcess } from "./spawned.ts";
import { makeWorld } from "./world.ts";

const FIRST = "the first secret key, which only tests use";
const SECOND = "the second secret key, which only tests use";
const THIRD = "the third secret key, which only tests use";
const INVALID_GRANT = [400, "invalid_grant"];

const folder = mkdtempSync(join(tmpdir(), "parlance-key-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a change of SECRET_KEY strands nobody while the key before is known, and kills nothing when it is not", {
  timeout: 180_000,
}, async () => {
  const world = await makeWorld(databaseUrl({ DATABASE_URL: undefined, DATA_DIR: folder }));
  const { web, spa } = world;
  const environment = { DATA_DIR: folder, PORT: await freePort() };

  const before = await startProcess({ ...environment, SECRET_KEY: FIRST });
  const { base } = before;
  const browser = await world.signIn(base);
  const issue = async (app: App) => tokens(exchange(base, app, await connect(browser, app)));
  const [unused, waiting, retried] = [await issue(web), await issue(web), await issue(spa)];
  const token = await installationToken(base, unused);
  const successor = await tokens(refresh(base, spa, retried.refresh_token));
  await before.kill("SIGTERM");

  const during = await startProcess({ ...environment, SECRET_KEY: SECOND, SECRET_KEY_PREVIOUS: FIRST });
  // Tokens of the old key, one whose answer was lost among them, and access tokens signed before.
  const next = await tokens(refresh(base, web, unused.refresh_token));
  const again = await tokens(refresh(base, spa, retried.refresh_token));
  expect(again.refresh_token).toBe(successor.refresh_token);
  await tokens(refresh(base, spa, successor.refresh_token));
  expect((await call(base, "/me", waiting.access_token)).status).toBe(200);
  expect((await call(base, "/organizations", token)).status).toBe(200);
  const later = await tokens(refresh(base, web, next.refresh_token));
  await during.kill("SIGTERM");

  const after = await startProcess({ ...environment, SECRET_KEY: THIRD, SECRET_KEY_PREVIOUS: SECOND });
  // Made under the first key, which is gone: not renewed, however often it is sent, and nothing is taken for a replay.
  for (const each of [waiting.refresh_token, unused.refresh_token, waiting.refresh_token]) {
    expect(await refusal(refresh(base, web, each))).toEqual(INVALID_GRANT);
  }
  expect((await call(base, "/organizations", token)).status).toBe(200);
  const renewed = await tokens(refresh(base, web, later.refresh_token));
  expect(renewed.grant_id).toBe(unused.grant_id);
  await installationToken(base, renewed);
  await after.kill("SIGTERM");

  const restored = await startProcess({ ...environment, SECRET_KEY: THIRD, SECRET_KEY_PREVIOUS: FIRST });
  await tokens(refresh(base, web, waiting.refresh_token));
  await restored.kill("SIGTERM");
});
