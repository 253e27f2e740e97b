import { expect, test } from "@playwright/test";
import type { Scenario } from "../../../dashboard/test/mock-answers.ts";
import { startMockDashboard } from "../../../dashboard/test/mock-dashboard.ts";
import { expectGoodLooks } from "./looks.ts";

const ORGANIZATION = "/organizations/acme";
const APP = `${ORGANIZATION}/apps/app_1k2Vt8sWq0ZrY4nB`;
const LISTS = [
  ORGANIZATION,
  `${ORGANIZATION}/members`,
  `${ORGANIZATION}/connected-apps`,
  `${ORGANIZATION}/audit`,
  `${ORGANIZATION}/apps`,
  `${ORGANIZATION}/api-keys`,
  "/settings/connected-apps",
];

const OF_PROJECT = ["keys", "changes", "changes/chs_1", "publish", "releases", "trash"].map(
  (page) => `${ORGANIZATION}/projects/web/${page}`,
);

/** What a page of each state must say; what it shows with data is tried against the server. */
const STATES: { scenario: Scenario; paths: string[]; says: RegExp }[] = [
  {
    scenario: "empty",
    paths: LISTS,
    says: /No .* yet|No connected apps|Nobody is invited|Nothing happened yet/,
  },
  { scenario: "loading", paths: [...LISTS, APP, ...OF_PROJECT], says: /^Loading$/ },
  { scenario: "failing", paths: [...LISTS, APP, ...OF_PROJECT], says: /This could not be loaded/ },
  {
    scenario: "member",
    paths: [...["connected-apps", "audit", "apps", "api-keys"].map((page) => `${ORGANIZATION}/${page}`), APP],
    says: /Only owners and admins see this/,
  },
  {
    scenario: "hostile",
    paths: [...["connected-apps", "api-keys", "settings"].map((page) => `${ORGANIZATION}/${page}`), APP],
    says: /<img src=x onerror=alert\(1\)>/,
  },
];

for (const { scenario, paths, says } of STATES) {
  test(`the ${scenario} state of every page is accessible, fits, and says what it is`, async ({ page }) => {
    test.setTimeout(120_000);
    const mock = await startMockDashboard({ scenario });
    try {
      for (const path of paths) {
        await page.goto(mock.url + path);
        await expect.soft(page.getByText(says).first(), path).toBeAttached();
        await expectGoodLooks(page, `${path}, ${scenario}`);
      }
    } finally {
      await mock.close();
    }
  });
}

test("a list that could not be loaded names the request, and appears after trying again", async ({
  page,
}) => {
  const mock = await startMockDashboard();
  const broken = { status: 503, json: { error: "temporarily_unavailable", request_id: "rid_example" } };
  try {
    await page.route("**/connections?*", (route) => route.fulfill(broken));
    await page.goto(`${mock.url}/settings/connected-apps`);
    await expect(page.getByText("rid_example")).toBeVisible();
    await page.unroute("**/connections?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByText("Acme CI")).toBeVisible();
  } finally {
    await mock.close();
  }
});

test("the audit reads on by itself and keeps its filter in the address", async ({ page }) => {
  const mock = await startMockDashboard();
  try {
    await page.goto(`${mock.url}${ORGANIZATION}/audit`);
    const entries = page.getByRole("list", { name: "Audit entries" }).getByRole("listitem");
    await expect(entries).toHaveCount(50);
    await entries.last().scrollIntoViewIfNeeded();
    await expect.poll(() => entries.count()).toBeGreaterThan(50);
    await page.getByLabel("What").selectOption({ label: "published a release" });
    await expect(page).toHaveURL(/action=releases\.create/);
    await page.reload();
    await expect(entries.first()).toContainText("published a release");
  } finally {
    await mock.close();
  }
});

test("everything is found from the keyboard", async ({ page }) => {
  const mock = await startMockDashboard();
  try {
    await page.goto(mock.url + ORGANIZATION);
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    await page.getByRole("link", { name: /Web app/ }).focus();
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("link", { name: /iOS/ })).toBeFocused();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("audit");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Audit" })).toBeFocused();
    await page.goto(`${mock.url}${ORGANIZATION}/members`);
    await page.getByRole("button", { name: "Actions for Yuki Tanaka" }).press("Enter");
    await expect(page.getByRole("menuitem").first()).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Actions for Yuki Tanaka" })).toBeFocused();
  } finally {
    await mock.close();
  }
});
