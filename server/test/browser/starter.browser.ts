import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { bareEnvironment } from "../support/bare-environment.ts";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import { addApp, addOrganization, addPerson, addProject, signInBrowser } from "./people.ts";
import { type Parlance, reservePartnerUrl, startParlance } from "./programs.ts";

const SDK = join(import.meta.dirname, "../../../sdk");
const CREDENTIAL = /bi_(ac|oat|cs)_|rt_[\w-]{20}|eyJ[\w-]{20}/;

let parlance: Parlance;
let folder: string;
test.beforeAll(async () => {
  parlance = await startParlance();
  folder = mkdtempSync(join(tmpdir(), "parlance-starter-"));
  cpSync(join(SDK, "create", "template"), folder, { recursive: true });
  const installed = join(folder, "node_modules", "@parlance", "sdk");
  execFileSync(process.execPath, [join(SDK, "build", "build.ts"), installed]);
});
test.afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await parlance?.stop();
});

test("the starter connects, writes, and offers to reconnect, and the browser never sees a credential", async ({
  page,
  context,
}) => {
  const member = await addPerson(parlance, "Noor", "noor@example.com");
  const organization = await addOrganization(member, "Lighthouse");
  await addProject(member, organization.id, "Website", "website");
  const url = await reservePartnerUrl();
  const redirectUris = [`${url}/connect/callback`];
  const app = await addApp(member, organization.id, { name: "My app", redirectUris });
  await signInBrowser(context, member);
  const program = spawn(process.execPath, ["src/main.js"], {
    cwd: folder,
    env: {
      ...{ ...bareEnvironment(), PORT: new URL(url).port, PARLANCE_URL: parlance.url },
      ...{ PARLANCE_CLIENT_ID: app.clientId, PARLANCE_CLIENT_SECRET: app.clientSecret },
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(program.stdout, "data");
    const errors = watchErrors(page);
    /** What this app's pages had their browser ask, with referrers, and what was logged there. */
    const seen: string[] = [];
    page.on("request", async (request) => {
      // The code comes in one address, which the callback leaves at once.
      if (!request.url().startsWith(redirectUris[0] as string)) seen.push(request.url());
      seen.push(request.headers().referer ?? "");
    });
    page.on("console", (message) => seen.push(message.text()));

    await page.goto(url);
    await expectGoodLooks(page, "before anything is connected");
    await page.getByRole("button", { name: "Connect to Parlance" }).click();
    await page.getByRole("button", { name: "Authorize" }).click();
    await page.getByRole("link", { name: "Continue to your app" }).click();
    await expect(page.getByRole("heading", { name: "Website" })).toBeVisible();
    expect(page.url()).toBe(`${url}/`);
    await expectGoodLooks(page, "a connection");
    expect(await page.content()).not.toMatch(CREDENTIAL);
    expect(JSON.stringify(await context.cookies(url))).not.toMatch(CREDENTIAL);

    await page.getByLabel("Key").fill("welcome");
    await page.getByLabel("Text").fill('Hello <b>"you"</b>');
    await page.getByRole("button", { name: "Write" }).click();
    await expect(page).toHaveURL(`${url}/`);

    const settings = await context.newPage();
    await settings.goto(`${parlance.url}/settings/connected-apps`);
    await settings
      .getByRole("button", { name: /Revoke/ })
      .first()
      .click();
    await settings
      .getByRole("dialog")
      .getByRole("button", { name: /Revoke/ })
      .click();
    await expect(settings.getByRole("dialog")).toBeHidden();
    await page.reload();
    await expect(page.getByText("This connection has ended.")).toBeVisible();
    await expectGoodLooks(page, "a connection that has ended");
    await page.getByRole("button", { name: "Reconnect" }).click();
    await page.getByRole("button", { name: "Authorize" }).click();
    await page.getByRole("link", { name: "Continue to your app" }).click();
    await page.getByRole("button", { name: "Disconnect" }).click();
    await expect(page.getByRole("heading", { name: "Website" })).toBeHidden();
    expect(seen.filter((text) => CREDENTIAL.test(text))).toEqual([]);
    expect(errors).toEqual([]);
  } finally {
    program.kill();
  }
});
