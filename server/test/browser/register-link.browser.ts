import { expect, type Page, test } from "@playwright/test";
import { registerLink } from "../../../sdk/create/src/server.ts";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import { addOrganization, addPerson, type Member, PASSWORD, signInBrowser } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

const CALLBACK = "http://localhost:4000/connect/callback";

let parlance: Parlance;
let member: Member;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  await addOrganization(member, "Lighthouse");
});
test.afterAll(() => parlance?.stop());

const link = (name: string, redirectUri = CALLBACK) => registerLink(parlance.url, name, redirectUri);

test("the starter's link leads through sign-in to a form that needs one more press", async ({ page }) => {
  await page.goto(link("my-app"));
  await page.getByLabel("E-mail").fill("noor@example.com");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/organizations\/lighthouse\/apps\/register\?/);
  const errors = watchErrors(page);
  await expect(page.getByText("Check that they are those of your app.")).toBeVisible();
  await expectGoodLooks(page, "a form that a link filled in");
  await expectFilledIn(page, "my-app", CALLBACK);
  await page.getByRole("button", { name: "Register app" }).click();
  await expect(page.getByRole("heading", { name: "my-app is registered" })).toBeVisible();
  await expect(page.getByText(/^bi_cs_/)).toBeVisible();
  expect(errors).toEqual([]);
});

test("a link fills in whatever it says as text, and registers nothing by itself", async ({
  page,
  context,
}) => {
  const errors = watchErrors(page);
  await signInBrowser(context, member);
  for (const [name, address] of [
    ["<b>x</b>", "javascript:alert(1)"],
    ["007", "42"],
    ["a & b", "https://a.example/?x=1&y=2"],
  ] as const) {
    await page.goto(link(name, address));
    await expectFilledIn(page, name, address);
  }
  await page.goto(link("x", "javascript:alert(1)"));
  await page.getByRole("button", { name: "Register app" }).click();
  await expect(page.getByText(/Use https/)).toBeVisible();
  expect(errors).toEqual([]);
});

async function expectFilledIn(page: Page, name: string, address: string): Promise<void> {
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(name);
  await expect(page.getByLabel("Redirect address 1")).toHaveValue(address);
}
