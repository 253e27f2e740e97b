import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ALL_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GUIDES } from "../../src/guides/guides.ts";
import { importWorker } from "../../src/imports/worker.ts";
import { startWorld, type World } from "../conformance/world.ts";
import { allow } from "../support/device.ts";
import { type App, approve, connect, exchange, follow, mint, tokens } from "../support/flow.ts";
import { commandsOf, curlsIn, type GuideRun, runGuide, shownAnswers } from "./guide-shell.ts";

const ROOT = join(import.meta.dirname, "../../..");
const files = [
  { slug: "README", file: "README.md" },
  ...GUIDES.map(({ slug }) => ({ slug, file: `docs/guides/${slug}.md` })),
];
const guides = files
  .map(({ slug, file }) => {
    const markdown = readFileSync(join(ROOT, file), "utf8");
    return { slug, commands: commandsOf(markdown), shown: shownAnswers(markdown) };
  })
  .filter(({ commands }) => commands);

/** Which field of an answer a reader copies into a variable. */
const COPIED: Record<string, string> = {
  ACCESS_TOKEN: "access_token",
  REFRESH_TOKEN: "refresh_token",
  GRANT_ID: "grant_id",
  DEVICE_CODE: "device_code",
  USER_CODE: "user_code",
  INSTALLATION_TOKEN: "installation_token",
  CHANGESET_ID: "changesetId",
  IMPORT_ID: "id",
  PLAN_ID: "planId",
};
/** What the reader does not ask for: the guide shows how its lack is refused. */
const UNASKED: Record<string, string[]> = { scopes: ["projects:write"] };

const hasShell = ["bash", "curl", "openssl"].every(
  (name) => spawnSync(name, ["--version"]).error === undefined,
);

let world: World;
let project: { organization: string; slug: string };
beforeAll(async () => {
  world = await startWorld();
  project = await publishedProject();
});
afterAll(() => world.close());

test("the guides have commands to run", () => {
  expect(guides.map(({ slug }) => slug)).toEqual(
    expect.arrayContaining(["connect", "tokens", "cdn", "errors"]),
  );
});

// A machine without curl cannot follow them.
describe.skipIf(!hasShell)("every command of the guide", () => {
  test.each(guides)("$slug is answered as it says", async ({ slug, commands, shown }) => {
    const app = await world.app({ scopes: [...ALL_SCOPES], deviceFlow: slug === "devices" });
    const known = await valuesOf(app, slug);
    const own = commands
      .replaceAll("http://localhost:3000", world.base)
      .replaceAll("{organization}", project.organization)
      .replaceAll("{project}", project.slug);
    expect(own).not.toMatch(/\{\w+\}(?![,}])/);

    const run = await runGuide(own, {
      async value(name, run) {
        if (name === "CODE") return codeOf(run);
        const value = copied(run, name) ?? known[name];
        if (!value) throw new Error(`Nobody knows what to put in place of ${name}.`);
        if (name === "USER_CODE") await allow(world.owner.browser, value);
        return value;
      },
      async settle() {
        while (await importWorker.step(world.ctx, () => false));
      },
    });
    expect(run.complaints).toBe("");
    expect(run.exitCode).toBe(0);
    const wrong = run.answers.filter(({ expected, status }) => !status.startsWith(expected));
    expect(wrong).toEqual([]);
    expect(run.answers).toHaveLength(curlsIn(commands));
    for (const { at, json } of shown) {
      expect(JSON.parse(run.answers[at]?.body ?? "")).toEqual(JSON.parse(json, orAnyRest));
    }
  });
});

/** A text that ends with `…` stands for all that begin so. */
function orAnyRest(_: string, value: unknown): unknown {
  if (typeof value !== "string" || !value.endsWith("…")) return value;
  return expect.stringMatching(new RegExp(`^${value.slice(0, -1)}`));
}

/** What a reader holds who has followed the guides before this one. */
async function valuesOf(app: App, slug: string): Promise<Record<string, string>> {
  const scope = ALL_SCOPES.filter((scope) => !UNASKED[slug]?.includes(scope)).join(" ");
  const issued = await tokens(exchange(world.base, app, await connect(world.owner.browser, app, { scope })));
  const minted = await mint(world.base, issued.access_token, issued.grant_id);
  const { installation_token } = (await minted.json()) as { installation_token: string };
  const keys = `/api/dashboard/organizations/${world.owner.organization.id}/api-keys`;
  const made = await world.owner.browser.post(keys, { name: "Build server", kind: "secret" });
  const { key } = (await made.json()) as { key: string };
  return {
    CLIENT_ID: app.clientId,
    CLIENT_SECRET: app.secret ?? "",
    ACCESS_TOKEN: issued.access_token,
    REFRESH_TOKEN: issued.grants[0]?.refresh_token ?? "",
    GRANT_ID: issued.grant_id,
    INSTALLATION_TOKEN: installation_token,
    API_KEY: key,
    PROJECT_ID: world.projectId,
  };
}

/** The newest answer that has the field. */
function copied({ answers }: GuideRun, name: string): string | undefined {
  const field = COPIED[name];
  const found = answers.findLast(({ body }) => field && body.startsWith("{") && JSON.parse(body)[field]);
  return found && JSON.parse(found.body)[field as string];
}

/** Opens the address that the guide printed, allows what is asked, and copies the code out of where the browser ends. */
async function codeOf({ output }: GuideRun): Promise<string> {
  const { browser } = world.owner;
  const asked = await browser.request(output().trim().split("\n").at(-1) as string);
  const id = /\/connect\/([^/?]+)$/.exec(asked.headers.get("location") ?? "")?.[1];
  if (!id) throw new Error(`The printed address answered ${asked.status}.`);
  return (await follow(browser, await approve(browser, id))).searchParams.get("code") as string;
}

/** A project with one published text in English. */
async function publishedProject(): Promise<typeof project> {
  const { browser, organization } = world.owner;
  const path = `/api/oauth-client/v1/projects/${world.projectId}`;
  await browser.post(`${path}/keys`, { keys: [{ name: "welcome", values: { en: "Hello" } }] });
  const released = await browser.post(`${path}/releases`, {});
  expect(released.status).toBe(201);
  const { slug } = (await (await browser.request(path)).json()) as { slug: string };
  return { organization: organization.slug, slug };
}
