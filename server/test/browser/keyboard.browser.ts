import { expect, type Page, test } from "@playwright/test";
import { watchErrors } from "./looks.ts";
import {
  addApp,
  addOrganization,
  addPerson,
  addProject,
  authorizeUrl,
  type Member,
  REDIRECT_URI,
  type RegisteredApp,
  signInBrowser,
} from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** What has the focus, as somebody without a mouse meets it. */
interface Focus {
  name: string;
  role: string;
  /** Something is drawn around it. */
  outlined: boolean;
  /** No part of it is covered, by the footer that sticks to the window for example (WCAG 2.2, 2.4.11). */
  uncovered: boolean;
}

let parlance: Parlance;
let member: Member;
let app: RegisteredApp;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  const organization = await addOrganization(member, "Lighthouse");
  await addProject(member, organization.id, "Website", "website");
  await addProject(member, organization.id, "Mobile app", "mobile-app");
  await addOrganization(member, "Northwind");
  const scopes = ["org:read", "projects:read", "keys:read", "keys:write", "translations:publish"];
  app = await addApp(member, organization.id, {
    name: "Example partner",
    redirectUris: [REDIRECT_URI],
    scopes,
  });
});
test.afterAll(() => parlance?.stop());

for (const width of [1280, 320]) {
  test(`consent needs no mouse: ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    const errors = watchErrors(page);
    await openConsent(page);
    const heading = page.getByRole("heading", { name: /wants to work with your translations/ });
    await expect(heading).toBeFocused();
    const sentence = page.locator("[aria-live=polite]");
    await expect(sentence).toHaveText("Nothing is allowed yet.");

    await tabTo(page, "checkbox", "Lighthouse");
    await page.keyboard.press("Space");
    await expect(sentence).toContainText("in Lighthouse (all projects). It cannot publish.");
    await tabTo(page, "button", "All projects in Lighthouse");
    await page.keyboard.press("Enter");
    await tabTo(page, "radio", /^All projects/);
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("radio", { name: "Only these" })).toBeFocused();
    await expect(sentence).toContainText("Lighthouse (0 projects)");
    await tabTo(page, "checkbox", "Mobile app");
    await page.keyboard.press("Space");
    await expect(sentence).toContainText("Lighthouse (1 project)");
    await tabTo(page, "switch", "See translation keys");
    await page.keyboard.press("Space");
    await tabTo(page, "switch", /^Publish translations/);
    await page.keyboard.press("Enter");
    await expect(sentence).toContainText("What it publishes is live at once.");
    await tabTo(page, "button", "Authorize");
    await page.keyboard.press("Enter");

    await expect(page.getByRole("heading", { name: "Connection complete" })).toBeFocused();
    await expect(page.getByText("Mobile app")).toBeVisible();
    await tabTo(page, "link", "Continue to your app");
    await page.route(`${REDIRECT_URI}*`, (route) => route.fulfill({ body: "back at the app" }));
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/^https:\/\/partner\.example\/callback\?code=/);
    expect(errors).toEqual([]);
    await disconnect();
  });
}

test("Tab goes down the page in order, and each stop is seen", async ({ page }) => {
  await openConsent(page);
  const stops: Focus[] = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const focus = await readFocus(page);
    if (!focus) break;
    stops.push(focus);
  }
  expect(stops.map(({ role, name }) => `${role} ${name}`)).toEqual([
    "button Not you?",
    expect.stringMatching(/^checkbox .*Lighthouse$/),
    expect.stringMatching(/^checkbox .*Northwind$/),
    expect.stringMatching(/^switch See the organization/),
    expect.stringMatching(/^switch See projects/),
    expect.stringMatching(/^switch See translation keys/),
    expect.stringMatching(/^switch Create, change/),
    expect.stringMatching(/^switch Publish translations/),
    "button Cancel",
    // Not usable yet, but reached: so one hears why.
    "button Authorize",
  ]);
  for (const { name, outlined, uncovered } of stops) {
    expect.soft(outlined, `${name} shows that it has the focus`).toBe(true);
    expect.soft(uncovered, `${name} is in sight`).toBe(true);
  }
});

async function openConsent(page: Page): Promise<void> {
  await signInBrowser(page.context(), member);
  await page.goto(parlance.url + authorizeUrl(app));
  await expect(page.getByRole("button", { name: "Authorize" })).toBeVisible();
}

/** Presses Tab until the control has the focus, and checks that this can be seen. */
async function tabTo(page: Page, role: Parameters<Page["getByRole"]>[0], name: string | RegExp) {
  const target = page.getByRole(role, { name, exact: typeof name === "string" });
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) {
      expect(await readFocus(page), `${role} ${name}`).toMatchObject({ outlined: true, uncovered: true });
      return;
    }
  }
  throw new Error(`${role} ${name} cannot be reached by Tab`);
}

/** null when the focus has left the page. */
function readFocus(page: Page): Promise<Focus | null> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return null;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const { top, left, width, height } = element.getBoundingClientRect();
    const corners = [2, height - 2].map((down) => document.elementFromPoint(left + width / 2, top + down));
    const label = "labels" in element ? (element.labels as NodeListOf<HTMLElement> | null)?.[0] : undefined;
    return {
      name: (label ?? element).innerText.trim().replace(/\s+/g, " "),
      role: element.getAttribute("role") ?? element.tagName.toLowerCase(),
      outlined: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
      uncovered: corners.every(
        (found) => found !== null && (element.contains(found) || found.contains(element)),
      ),
    };
  });
}

/** So that the next one begins as the first did. */
async function disconnect(): Promise<void> {
  const { items } = await (await member.visitor.get("/api/dashboard/connections")).json();
  for (const { id } of items) {
    await member.visitor.fetch(`/api/dashboard/connections/${id}`, { method: "DELETE" });
  }
}
