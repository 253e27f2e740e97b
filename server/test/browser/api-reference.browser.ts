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
  // Operations before it may be drawn as well, so what is looked at stands behind its own heading.
  const heading = page.getByRole("heading", { name: "Approve up to 1,000 values" }).last();
  const behind = (what: string) => heading.locator(`xpath=following::${what}`).first();
  await expect(behind("p[starts-with(., 'Needs the scope')]")).toContainText("translations:write");
  await behind("*[@role='tab'][contains(., '403')]").click();
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
