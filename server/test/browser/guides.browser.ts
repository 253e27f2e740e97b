import { expect, type Page, test } from "@playwright/test";
import { GUIDES } from "../../src/guides/guides.ts";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import { addOrganization, addPerson, signInBrowser } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

let parlance: Parlance;
test.beforeAll(async () => {
  parlance = await startParlance();
});
test.afterAll(() => parlance?.stop());

const search = (page: Page) => page.getByRole("searchbox", { name: "Search the docs" });

test("every guide looks good, wide and narrow, light and dark, and asks nobody else for anything", async ({
  page,
}) => {
  const errors = watchErrors(page);
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(`${parlance.url}/`)) elsewhere.push(request.url());
  });
  const paths = ["/docs", "/docs/search?q=token", ...GUIDES.map(({ slug }) => `/docs/${slug}`)];
  for (const path of paths) {
    await page.goto(parlance.url + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectGoodLooks(page, path);
  }
  expect(elsewhere).toEqual([]);
  expect(errors).toEqual([]);
});

test("a page that is not there says so, in the looks of the others", async ({ page }) => {
  expect((await page.goto(`${parlance.url}/docs/nothing`))?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await expectGoodLooks(page, "missing page");
});

test("a section is found and opened by keyboard alone", async ({ page }) => {
  const errors = watchErrors(page);
  await page.goto(`${parlance.url}/docs`);
  await page.keyboard.press("/");
  await expect(search(page)).toBeFocused();
  await page.keyboard.type("lost answer");
  await expect(page.getByRole("status")).toHaveText(/\d+ sections?/);
  await expectGoodLooks(page, "results");
  await page.keyboard.press("Escape");
  await expect(page.locator(".results")).toBeHidden();

  await page.keyboard.type("s");
  await page.keyboard.press("Backspace");
  const result = page.locator(".results").getByRole("link", { name: /^When an answer is lost/ });
  await expect(result).toBeVisible();
  for (let left = 12; left > 0 && !(await result.evaluate((one) => one === document.activeElement)); left--) {
    await page.keyboard.press("ArrowDown");
  }
  await expect(result).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/docs\/tokens#when-an-answer-is-lost$/);
  await expect(page.getByRole("heading", { name: "When an answer is lost" })).toBeInViewport();

  await page.goto(`${parlance.url}/docs/nothing-here`);
  await search(page).fill("zzzzzzz");
  await expect(page.getByRole("status")).toHaveText("Nothing found");
  expect(errors.filter((error) => !error.includes("404"))).toEqual([]);
});

test("the text is reached before the navigation by the first Tab", async ({ page }) => {
  await page.goto(`${parlance.url}/docs/scopes`);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the text" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("code is copied as it stands, with this server's address", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${parlance.url}/docs/connect`);
  const block = page.locator("figure.code", { hasText: "VERIFIER=" }).first();
  await block.getByRole("button", { name: "Copy" }).click();
  await expect(block.getByRole("button", { name: "Copied" })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`SERVER=${parlance.url}\n`);
  expect(copied).toContain('VERIFIER=$(openssl rand -hex 32)\nCHALLENGE=$(printf %s "$VERIFIER"');
});

test.describe("without a script", () => {
  test.use({ javaScriptEnabled: false });

  test("guides are read, and a search is a form", async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    await page.goto(`${parlance.url}/docs`);
    await search(page).fill("idempotency");
    await search(page).press("Enter");
    await page.getByRole("main").getByRole("link", { name: "Create once" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Calling the API" })).toBeVisible();
    await page.getByText("All guides").click();
    const guides = page.getByRole("navigation", { name: "Guides" });
    await guides.getByRole("link", { name: "Errors", exact: true }).click();
    await expect(page.getByRole("heading", { level: 3, name: "grant_revoked" })).toBeVisible();
  });
});

test("the dashboard leads to the guides", async ({ page }) => {
  const member = await addPerson(parlance, "Noor", "noor@example.com");
  const { slug } = await addOrganization(member, "Lighthouse");
  await signInBrowser(page.context(), member);
  const leads = [
    { from: "apps", link: "Docs", title: "Documentation" },
    { from: "apps", link: "How an app connects", title: "Connect an app" },
    { from: "api-keys", link: "How a key is used", title: "API keys" },
    { from: "agents", link: "What agents can do", title: "Agents and existing clients" },
  ];
  for (const { from, link, title } of leads) {
    await page.goto(`${parlance.url}/organizations/${slug}/${from}`);
    await page.getByRole("link", { name: link, exact: true }).click();
    await expect(page).toHaveURL(/\/docs/);
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  }
});
