import { expect, type Page, test } from "@playwright/test";
import { startMockServer } from "../../../dashboard/test/mock-server.ts";
import { beginDevice, poll, tryBegin } from "../support/device.ts";
import { type App, refusal, tokens } from "../support/flow.ts";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import { addOrganization, addPerson, created, type Member, PASSWORD, signInBrowser } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** What somebody sees who connects a device without a browser, and what the device hears of it (RFC 8628). */
let parlance: Parlance;
let member: Member;
let apps: string;
let device: App;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  const organization = await addOrganization(member, "Lighthouse", "lighthouse");
  apps = `/api/dashboard/organizations/${organization.id}/apps`;
  const box = { name: "Sprout box", type: "native", redirectUris: ["http://127.0.0.1/"], deviceFlow: true };
  const { app } = await created<{ app: { id: string } }>(member.visitor, apps, box);
  device = { clientId: app.id, secret: null, redirectUri: "" };
});
test.afterAll(() => parlance?.stop());

async function expectWaiting(deviceCode: string): Promise<void> {
  expect(await refusal(poll(parlance.url, device, deviceCode))).toEqual([400, "authorization_pending"]);
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

test("by keyboard: somebody types the code, signs in on the way, allows it, and goes back to the device", async ({
  page,
}) => {
  const errors = watchErrors(page);
  const codes = await beginDevice(parlance.url, device, { scope: "org:read keys:read" });
  await page.goto(codes.verification_uri);
  await page.getByLabel("E-mail address").fill(member.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");

  await expect(heading(page, "Connect a device")).toBeFocused();
  await expect(page.getByText("Never use a code that somebody sent you")).toBeVisible();
  await expectGoodLooks(page, "typing the code");
  await page.getByLabel("Code").focus();
  await page.keyboard.type(codes.user_code.toLowerCase().replace("-", " "));
  await page.keyboard.press("Enter");

  await expect(heading(page, "Sprout box wants to work with your translations")).toBeFocused();
  await expect(page.getByText("A device that shows you a code, identity not proven")).toBeVisible();
  await expect(page.getByText("Only for a device that is yours")).toBeVisible();
  await expectGoodLooks(page, "consent for a device");
  await expectWaiting(codes.device_code);
  await page.getByRole("button", { name: "Authorize" }).press("Enter");

  await expect(heading(page, "Connection complete")).toBeFocused();
  await expect(page.getByText("You can go back to your device")).toBeVisible();
  await expect(page.getByRole("link", { name: "Continue to your app" })).toHaveCount(0);
  await expectGoodLooks(page, "connected");
  const issued = await tokens(poll(parlance.url, device, codes.device_code));
  expect(issued.scope).toBe("org:read keys:read");
  expect(errors).toEqual([]);
  expect(parlance.output()).not.toContain(codes.device_code);
  expect(parlance.output()).not.toContain(codes.user_code);
});

test("who comes with the code in the address, signed out, says first that it is the one on the device", async ({
  page,
}) => {
  const codes = await beginDevice(parlance.url, device);
  await page.goto(codes.verification_uri_complete);
  await page.getByLabel("E-mail address").fill(member.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");

  await expect(heading(page, "Does your device show this code?")).toBeFocused();
  await expect(page.getByText(codes.user_code, { exact: true })).toBeVisible();
  await expect(page.getByText("Never use a code that somebody sent you")).toBeVisible();
  expect(new URL(page.url()).search).toBe("");
  await expectGoodLooks(page, "confirming the code");
  await expectWaiting(codes.device_code);
  await page.getByRole("button", { name: "Yes, my device shows it" }).press("Enter");
  await expect(heading(page, "Sprout box wants to work with your translations")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(heading(page, "Cancelled")).toBeFocused();
  await expect(page.getByText("Your device is told so")).toBeVisible();
  expect(await refusal(poll(parlance.url, device, codes.device_code))).toEqual([400, "access_denied"]);

  await page.goto(codes.verification_uri_complete);
  await page.getByRole("button", { name: "Yes, my device shows it" }).click();
  await expect(page.getByRole("alert")).toContainText(
    "This code was used already. Begin again on your device.",
  );
});

test("somebody who is the wrong person changes accounts in the same browser, and brings the code again", async ({
  page,
}) => {
  const other = await addPerson(parlance, "Ida", "ida@example.com");
  await addOrganization(other, "Harbour");
  // Signing out ends the session, which others of these tests need.
  const first = await addPerson(parlance, "Mira", "mira@example.com");
  await addOrganization(first, "Jetty");
  await signInBrowser(page.context(), first);
  const codes = await beginDevice(parlance.url, device);
  await page.goto(codes.verification_uri);
  await page.getByLabel("Code").fill(codes.user_code);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Not you?" }).click();
  await page.getByLabel("E-mail address").fill(other.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByLabel("Code").fill(codes.user_code);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("in Harbour (all projects)")).toBeVisible();
  await page.getByRole("button", { name: "Authorize" }).click();
  await expect(heading(page, "Connection complete")).toBeVisible();
  const issued = await tokens(poll(parlance.url, device, codes.device_code));
  const me = await fetch(`${parlance.url}/api/oauth-client/me`, {
    headers: { authorization: `Bearer ${issued.access_token}` },
  });
  expect(await me.json()).toMatchObject({ user: { email: other.email } });
});

test("an owner switches devices on and off where the app stands", async ({ page }) => {
  const off = { name: "Sprout terminal", type: "native", redirectUris: ["http://127.0.0.1/"] };
  const { app } = await created<{ app: { id: string } }>(member.visitor, apps, off);
  const own: App = { clientId: app.id, secret: null, redirectUri: "" };
  await signInBrowser(page.context(), member);
  await page.goto(`${parlance.url}/organizations/lighthouse/apps/${app.id}`);
  const toggle = page.getByRole("switch", { name: "Connect people by a code that they type" });
  await expect(toggle).not.toBeChecked();
  expect(await refusal(tryBegin(parlance.url, own))).toEqual([400, "unauthorized_client"]);
  await toggle.press("Space");
  await expect(page.getByText("Anybody can show such a code in the name of this app")).toBeVisible();
  await beginDevice(parlance.url, own);
  await toggle.press("Space");
  await expect(page.getByText("Devices cannot be connected any more")).toBeVisible();
  expect(await refusal(tryBegin(parlance.url, own))).toEqual([400, "unauthorized_client"]);
});

test("what is wrong with a code stands beside it, and what was typed stays", async ({ page, context }) => {
  const mock = await startMockServer();
  await context.addCookies([{ name: "person", value: "verified", url: mock.url }]);
  await page.goto(`${mock.url}/device`);
  const field = page.getByLabel("Code");
  for (const [typed, said] of [
    ["BCDF", "A code has eight letters, none of them a vowel."],
    ["ABCD-EFGH", "A code has eight letters, none of them a vowel."],
    ["bbbb-bbbb", "No device shows this code. Check it, letter by letter."],
    ["CCCC-CCCC", "This code has expired. Begin again on your device."],
    ["DDDD-DDDD", "This code was used already. Begin again on your device."],
  ] as const) {
    await field.fill(typed);
    await page.getByRole("button", { name: "Continue" }).press("Enter");
    await expect(field).toHaveAccessibleDescription(said);
    await expect(field).toBeFocused();
    await expect(field).toHaveValue(typed);
  }
  await expectGoodLooks(page, "a code that is wrong");
  for (const [typed, said] of [
    ["FFFF-FFFF", "Too many tries."],
    ["GGGG-GGGG", "The server could not finish this."],
  ] as const) {
    await field.fill(typed);
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByRole("alert")).toContainText(said);
  }
  await mock.close();
});
