import { expect, type Page, test } from "@playwright/test";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import { addApp, addOrganization, addPerson, type Member, REDIRECT_URI, signInBrowser } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

let parlance: Parlance;
let member: Member;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
});
test.afterAll(() => parlance?.stop());

const step = (page: Page, title: string) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: new RegExp(title) }) });

test("a developer walks the whole flow of an app with a secret, to its revoke", async ({ page, context }) => {
  const errors = watchErrors(page);
  const organization = await addOrganization(member, "Lighthouse");
  const app = await addApp(member, organization.id, { name: "Sprout", redirectUris: [REDIRECT_URI] });
  await signInBrowser(context, member);
  // The partner's site is not there; the address is all that counts.
  await context.route(`${REDIRECT_URI}**`, (route) => route.fulfill({ body: "not here" }));
  await page.goto(`${parlance.url}/organizations/${organization.slug}/apps/${app.clientId}`);
  await page.getByRole("link", { name: "Try it" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Try Sprout" })).toBeFocused();
  await expect(step(page, "3. Exchange")).toContainText("Finish the steps above first.");
  await expectGoodLooks(page, "before the first step");

  await page.getByLabel("Client secret").fill(app.clientSecret);
  await page.getByRole("button", { name: "Make state and verifier" }).press("Enter");
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Open the consent page" }).click();
  const consent = await opened;
  await consent.getByRole("button", { name: "Authorize" }).click();
  await consent.getByRole("link", { name: "Continue to your app" }).click();
  await consent.waitForURL(`${REDIRECT_URI}**`);
  const address = consent.url();
  await consent.close();

  await page.getByLabel("The address you came back to").fill(address.replace(/state=[^&]+/, "state=forged"));
  await page.getByRole("button", { name: "Check it" }).click();
  await expect(page.getByLabel("Wrong:")).toHaveCount(1);
  await expect(step(page, "3. Exchange")).toContainText("Finish the steps above first.");
  await page.getByLabel("The address you came back to").fill(address);
  await page.getByRole("button", { name: "Check it" }).click();
  await expect(page.getByLabel("Right:")).toHaveCount(4);

  const run = async (title: string, action: string, line: RegExp) => {
    await step(page, title).getByRole("button", { name: action, exact: true }).click();
    await expect(step(page, title).getByRole("status").filter({ hasText: line })).toBeVisible();
  };
  await run("3. Exchange", "Exchange the code", /^200/);
  await run("4. Mint", "Mint a token", /^201/);
  await run("5. Call", "Call", /^200/);
  await expect(step(page, "5. Call").getByRole("region", { name: "Answer" })).toContainText(
    "noor@example.com",
  );
  await page.getByLabel("What to ask").selectOption({ label: "Projects (projects:read)" });
  await run("5. Call", "Call", /^200/);
  await run("6. Refresh", "Refresh", /^200/);
  await expect(step(page, "6. Refresh").getByRole("region", { name: "Request" })).toContainText(
    "$PARLANCE_CLIENT_SECRET",
  );
  expect(await page.locator("main").innerText()).not.toContain(app.clientSecret);
  await run("7. Revoke", "Revoke the grant", /^204/);
  // What the browser says of an answer that is a refusal is no mistake of the page.
  const before = errors.length;
  await step(page, "5. Call").getByRole("button", { name: "Call", exact: true }).click();
  await expect(step(page, "5. Call").getByRole("alert")).toContainText(/^4(01|10)/);
  await step(page, "6. Refresh").getByRole("button", { name: "Refresh", exact: true }).click();
  await expect(step(page, "6. Refresh").getByRole("region", { name: "Answer" })).toContainText(
    "invalid_grant",
  );
  await expectGoodLooks(page, "after the last step");
  expect(errors.slice(0, before)).toEqual([]);
  expect(errors.slice(before).every((line) => line.includes("Failed to load resource"))).toBe(true);
});
