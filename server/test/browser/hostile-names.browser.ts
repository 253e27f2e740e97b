import { expect, type Page, test } from "@playwright/test";
import { sidewaysPixels, watchErrors } from "./looks.ts";
import {
  addApp,
  addOrganization,
  addPerson,
  authorizeUrl,
  connectApp,
  created,
  type Member,
  type Organization,
  REDIRECT_URI,
  type RegisteredApp,
  signInBrowser,
} from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** What people may call an app or an organization, and the part of it that has to be read wherever it is named. */
const NAMES = [
  {
    kind: "markup",
    name: `<img src=x onerror=alert(1)>"'</title><script>alert(1)</script>`,
    shown: "<img src=x",
  },
  { kind: "overrides", name: "Invoice \u202Egnp.exe\u202C \u2067x\u2069", shown: "Invoice gnp.exe x" },
  { kind: "length", name: "W".repeat(120), shown: `${"W".repeat(60)}` },
  { kind: "arabic", name: "منصة الترجمة العربية للمؤسسات", shown: "منصة الترجمة العربية للمؤسسات" },
  {
    kind: "compound",
    name: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    shown: "Donaudampfschifffahrtselektrizitäten",
  },
];

let parlance: Parlance;
let member: Member;
let organizations: Organization[];
let apps: RegisteredApp[];
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, NAMES[1]?.name ?? "", "noor@example.com");
  organizations = await Promise.all(NAMES.map(({ kind, name }) => addOrganization(member, name, kind)));
  const [home] = organizations as [Organization];
  apps = await Promise.all(
    NAMES.map(({ name }) => addApp(member, home.id, { name, redirectUris: [REDIRECT_URI] })),
  );
});
test.afterAll(() => parlance?.stop());

for (const width of [1280, 320]) {
  test(`on consent they are only names: ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await signInBrowser(page.context(), member);
    const complaints = watchErrors(page);
    page.on("dialog", (dialog) => complaints.push(`a script ran: ${dialog.message()}`));
    for (const [index, { kind, shown }] of NAMES.entries()) {
      await page.goto(parlance.url + authorizeUrl(apps[index] as RegisteredApp));
      const heading = page.getByRole("heading", { level: 1 });
      await expect(heading, kind).toContainText(shown);
      await expect(heading, kind).toContainText(/wants to work with your translations$/);
      for (const other of NAMES) await page.getByRole("checkbox", { name: other.shown }).check();
      await expect(page.locator("[aria-live=polite]"), kind).toContainText(`${shown}`);
      await expectOnlyText(page, kind);
    }
    expect(complaints).toEqual([]);
  });
}

test("in the dashboard, too", async ({ page }) => {
  test.setTimeout(120_000);
  const [home] = organizations as [Organization];
  for (const { name } of NAMES) {
    await created(member.visitor, `/api/dashboard/organizations/${home.id}/api-keys`, {
      name,
      kind: "secret",
    });
  }
  for (const app of apps) await connectApp(member, app, [home, organizations[1] as Organization]);
  await signInBrowser(page.context(), member);
  const complaints = watchErrors(page);
  page.on("dialog", (dialog) => complaints.push(`a script ran: ${dialog.message()}`));
  const paths = [
    ...organizations.map(({ slug }) => `/organizations/${slug}`),
    `/organizations/${home.slug}/connected-apps`,
    `/organizations/${home.slug}/apps`,
    ...apps.map(({ clientId }) => `/organizations/${home.slug}/apps/${clientId}`),
    `/organizations/${home.slug}/api-keys`,
    `/organizations/${home.slug}/audit`,
    `/organizations/${home.slug}/members`,
    "/settings/connected-apps",
    "/settings/account",
  ];
  for (const path of paths) {
    await page.goto(parlance.url + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await expectOnlyText(page, path);
    }
  }
  await page.goto(`${parlance.url}/organizations/${home.slug}/connected-apps`);
  for (const { shown } of NAMES) {
    await page.getByRole("button", { name: `Revoke ${shown}` }).click();
    await expect(page.getByRole("dialog")).toContainText(shown);
    await expectOnlyText(page, `revoking ${shown}`);
    await page.getByRole("button", { name: "Cancel" }).click();
  }
  expect(complaints).toEqual([]);
});

/** Nothing of a name became markup or turned the text around it, and nothing is wider than the window. */
async function expectOnlyText(page: Page, where: string): Promise<void> {
  expect.soft(await page.locator("img[src=x], script:not([src])").count(), where).toBe(0);
  const visible = `${await page.title()} ${await page.locator("body").innerText()}`;
  expect.soft(visible, where).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
  expect.soft(await sidewaysPixels(page), `${where}: scrolls sideways`).toBeLessThanOrEqual(0);
}
