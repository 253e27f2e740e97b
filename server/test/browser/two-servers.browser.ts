import { expect, type Page, test } from "@playwright/test";
import { addPerson, PASSWORD } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** Two servers of one computer, as a developer has them: a browser sends the cookies of a host to all its ports. */
let servers: Parlance[];
test.beforeAll(async () => {
  servers = await Promise.all([startParlance(), startParlance()]);
});
test.afterAll(() => Promise.all(servers?.map((server) => server.stop()) ?? []));

test("[agents/23] two servers on one host do not sign each other out", async ({ page }) => {
  for (const [index, server] of servers.entries()) {
    await addPerson(server, `Noor ${index}`, `noor${index}@example.com`);
  }
  for (const [index, server] of servers.entries()) {
    await page.goto(`${server.url}/sign-in?next=%2Fsettings%2Faccount`);
    await page.getByLabel("E-mail address").fill(`noor${index}@example.com`);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expectAccount(page, index);
  }
  for (const [index, server] of servers.entries()) {
    await page.goto(`${server.url}/settings/account`);
    await expectAccount(page, index);
  }
  // Signing out of one leaves the other as it is.
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto(`${servers[0]?.url}/settings/account`);
  await expectAccount(page, 0);
});

async function expectAccount(page: Page, index: number): Promise<void> {
  await expect(page).toHaveURL(/\/settings\/account$/);
  await expect(page.getByText(`noor${index}@example.com`).first()).toBeVisible();
}
