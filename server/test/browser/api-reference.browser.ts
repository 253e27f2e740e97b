import { expect, test } from "@playwright/test";
import { violationsOn } from "./axe.ts";
import { sidewaysPixels, watchErrors } from "./looks.ts";
import { type Parlance, startParlance } from "./programs.ts";

let parlance: Parlance;
test.beforeAll(async () => {
  parlance = await startParlance();
});
test.afterAll(() => parlance?.stop());

test("the API reference shows an operation with its scope, refusals and example, and asks nobody else for anything", async ({
  page,
}) => {
  const errors = watchErrors(page);
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${parlance.url}/`) && !url.startsWith("data:")) elsewhere.push(url);
  });
  await page.goto(`${parlance.url}/docs/api`);
  await expect(page.getByRole("heading", { name: /Parlance API/ })).toBeVisible({ timeout: 30_000 });

  await page.keyboard.press("Control+K");
  await page.keyboard.type("approve");
  await page.getByText("Approve up to 1,000 values").last().click();
  await expect(page).toHaveURL(/values\.setstatus/i);
  await expect(page.getByText(/^Needs the scope/).first()).toContainText("translations:write");
  await page.getByRole("tab", { name: "403" }).first().click();
  await expect(page.getByText("missing_scope").first()).toBeVisible();

  expect(elsewhere).toEqual([]);
  expect(errors).toEqual([]);
});

for (const { width, colorScheme } of [
  { width: 1280, colorScheme: "light" },
  { width: 320, colorScheme: "dark" },
] as const) {
  test(`the API reference can be read at ${width} px, ${colorScheme}`, async ({ page }) => {
    const errors = watchErrors(page);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.goto(`${parlance.url}/docs/api`);
    await expect(page.getByRole("heading", { name: /Parlance API/ })).toBeVisible({ timeout: 30_000 });
    expect(await sidewaysPixels(page)).toBeLessThanOrEqual(0);
    await expect(page.locator("html")).toHaveClass(new RegExp(colorScheme));
    const violations = await violationsOn(page);
    expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
    expect(errors).toEqual([]);
  });
}
