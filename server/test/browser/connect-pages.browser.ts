import { gzipSync } from "node:zlib";
import { expect, type Page, test } from "@playwright/test";
import { STATES } from "../../../dashboard/test/mock-requests.ts";
import { startMockServer } from "../../../dashboard/test/mock-server.ts";
import { violationsOn } from "./axe.ts";
import { sidewaysPixels } from "./looks.ts";

const VIEWS = [
  { width: 1280, height: 900, colorScheme: "light" },
  { width: 320, height: 640, colorScheme: "dark" },
] as const;
const CONSENT = STATES.map((state) => `/connect/req_${state}`);
const SIGNED_OUT = [
  "/sign-in",
  "/sign-in?notice=password-changed",
  "/sign-up",
  "/forgot-password",
  "/reset-password?token=t",
  "/reset-password?error=INVALID_TOKEN",
  "/verify-email",
  "/verify-email?error=TOKEN_EXPIRED",
  "/invitations/open",
  "/invitations/expired",
  "/invitations/unknown",
];

let server: Awaited<ReturnType<typeof startMockServer>>;
test.beforeAll(async () => {
  server = await startMockServer();
});
test.afterAll(() => server.close());

test.describe("every state is accessible, fits and keeps to the policy", () => {
  for (const [part, paths] of Object.entries({ consent: CONSENT, "signing in": SIGNED_OUT })) {
    test(part, async ({ page }) => {
      test.setTimeout(120_000);
      const refused = watchPolicy(page);
      for (const path of paths) {
        await open(page, path);
        // One page for both: to open another would take longer than what is looked at.
        for (const { width, height, colorScheme } of VIEWS) {
          await page.setViewportSize({ width, height });
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          const seen = `${path} at ${width} px, ${colorScheme}`;
          expect.soft(await violationsOn(page), seen).toEqual([]);
          expect.soft(await sidewaysPixels(page), seen).toBeLessThanOrEqual(0);
        }
      }
      expect(refused).toEqual([]);
    });
  }
});

test("the script of the consent page stays under 100 kB gzip", async ({ page }) => {
  const scripts: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith(".js")) scripts.push(response.body());
  });
  await open(page, "/connect/req_one");
  const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length);
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
});

test("nothing can be authorized before an organization is picked, and the page says why", async ({
  page,
}) => {
  await open(page, "/connect/req_several");
  const authorize = page.getByRole("button", { name: "Authorize" });
  await expect(authorize).toBeDisabled();
  await expect(authorize).toHaveAccessibleDescription("Pick an organization first.");
  await expect(page.getByRole("checkbox", { name: /Initech.*Only its owners and admins/ })).toBeDisabled();
  await page.getByRole("checkbox", { name: "Acme" }).check();
  await expect(authorize).toBeEnabled();
});

test("the sentence follows every choice, and what reaches production is off until it is switched on", async ({
  page,
}) => {
  await open(page, "/connect/req_several");
  await page.getByRole("checkbox", { name: "Acme" }).check();
  const sentence = page.locator("[aria-live=polite]");
  await expect(sentence).toContainText("in Acme (all projects). It cannot publish.");
  const production = page.getByRole("group", { name: "Reaches production" });
  await expect(production.getByRole("switch", { checked: true })).toHaveCount(0);
  await production.getByRole("switch", { name: /Publish translations/ }).click();
  await expect(sentence).toContainText(
    "publish translations in Acme (all projects). What it publishes is live at once.",
  );
  await page.getByRole("button", { name: "All projects in Acme" }).click();
  await page.getByRole("radio", { name: "Only these" }).check();
  await expect(page.getByText("Pick at least one project.")).toBeVisible();
  await page.getByRole("checkbox", { name: "Website" }).check();
  await expect(sentence).toContainText("Acme (1 project)");
});

test("by keyboard alone: pick, authorize, and hear that the connection is complete", async ({ page }) => {
  await open(page, "/connect/req_hinted");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await tabTo(page, "Acme");
  await page.keyboard.press("Space");
  await tabTo(page, "Authorize");
  await page.keyboard.press("Enter");
  const heading = page.getByRole("heading", { name: "Connection complete" });
  await expect(heading).toBeFocused();
  await expect(page.getByText("in 2 organizations")).toBeVisible();
  await expect(page.getByRole("link", { name: "Continue to your app" })).toHaveAttribute(
    "href",
    /\/continue$/,
  );
});

test("a cancelled request stays here until somebody chooses to return", async ({ page }) => {
  await open(page, "/connect/req_one");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { name: "Cancelled" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Return to ci.acme.example" })).toBeVisible();
});

test("an expired request says how long it lived, and how to tell the app", async ({ page }) => {
  await open(page, "/connect/req_expired");
  await expect(page.getByText("These links work for 15 minutes.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Return to ci.acme.example" })).toHaveAttribute(
    "href",
    /[?&]error=access_denied/,
  );
});

test("an expired request leaves for a program that waits on this computer by itself", async ({ page }) => {
  await page.route("**/api/auth/mcp/requests/*", async (route) => {
    const request = await (await route.fetch()).json();
    await route.fulfill({ json: { ...request, redirect_trusted: true, return_url: "/sign-in?told=1" } });
  });
  await page.goto(`${server.url}/connect/req_expired`);
  await expect(page).toHaveURL(/\/sign-in\?told=1$/);
});

test("an update shows what is allowed already and starts from it", async ({ page }) => {
  await open(page, "/connect/req_again");
  await expect(page.getByRole("checkbox", { name: "Acme" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Website" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Mobile app" })).not.toBeChecked();
  const publish = page.getByRole("switch", { name: /Publish translations/ });
  await expect(publish).toBeChecked();
  await expect(publish).toHaveAccessibleDescription(/Allowed already/);
  await publish.click();
  await expect(publish).toHaveAccessibleDescription(/Will be taken away in Acme/);
});

test("signing in on the way says which app waits, and a wrong password is said beside its field", async ({
  page,
}) => {
  await open(page, "/connect/req_sign_in");
  await expect(page.getByRole("heading", { name: "Sign in to connect Acme CI" })).toBeVisible();
  await page.getByLabel("E-mail address").fill("mira@acme.example");
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  const password = page.getByLabel("Password", { exact: true });
  await expect(password).toBeFocused();
  await expect(password).toHaveAccessibleDescription("E-mail address or password is wrong.");
  await password.fill("right");
  await page.keyboard.press("Enter");
  await expect(
    page.getByRole("heading", { name: "Acme CI wants to work with your translations" }),
  ).toBeFocused();
});

test("a new account verifies its address in the flow", async ({ page }) => {
  await open(page, "/connect/req_sign_in-new");
  await page.getByRole("button", { name: "Create one" }).click();
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Your name")).toBeFocused();
  await page.getByLabel("Your name").fill("Noor");
  await page.getByLabel("E-mail address").fill("new@acme.example");
  await page.getByLabel("Password", { exact: true }).fill("long enough now");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Check your inbox" })).toBeFocused();
});

test("somebody without an organization makes one and comes to consent", async ({ page }) => {
  await open(page, "/connect/req_no_organization");
  await page.getByLabel("Name of your organization").fill("Acme");
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByRole("heading", { name: /wants to work with your translations/ })).toBeFocused();
});

test("hostile names neither run nor turn the text around them", async ({ page }) => {
  let ran = false;
  page.on("dialog", () => {
    ran = true;
  });
  await open(page, "/connect/req_hostile");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("<img src=x onerror=");
  expect(await page.locator("main").innerText()).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
  expect(ran).toBe(false);
});

async function open(page: Page, path: string) {
  await page.goto(server.url + path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

/** Presses Tab until the control of that name has the focus. */
async function tabTo(page: Page, name: string) {
  const target = page.getByRole("main").locator("button, input, a").filter({ visible: true });
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const focused = target.and(page.locator(":focus"));
    const label = await focused.evaluate((element) => {
      const labels = "labels" in element ? (element.labels as NodeListOf<HTMLLabelElement> | null) : null;
      return (labels?.[0] ?? element).textContent ?? "";
    });
    if (label.endsWith(name)) return;
  }
  throw new Error(`${name} cannot be reached by keyboard`);
}

function watchPolicy(page: Page): string[] {
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });
  return refused;
}
