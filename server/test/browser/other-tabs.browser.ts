import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { watchErrors } from "./looks.ts";
import {
  addApp,
  addOrganization,
  addPerson,
  authorizeUrl,
  type Member,
  PASSWORD,
  type RegisteredApp,
  signInBrowser,
} from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** Windows that know of each other: two tabs of one person, a pop-up and its opener, two names of one machine. */
let parlance: Parlance;
let member: Member;
let app: RegisteredApp;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  const organization = await addOrganization(member, "Lighthouse");
  app = await addApp(member, organization.id, {
    name: "Sprout",
    redirectUris: ["https://partner.example/callback"],
  });
});
test.afterAll(() => parlance?.stop());

async function signInOn(page: Page) {
  await page.getByLabel("E-mail address").fill(member.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
}

/** Chromium in a test thinks that every tab is in front, so coming back is said to the page. */
async function comeBackTo(page: Page) {
  await page.bringToFront();
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
}

async function twoTabs(context: BrowserContext): Promise<[Page, Page]> {
  const first = await context.newPage();
  await first.goto(parlance.url + authorizeUrl(app));
  const second = await context.newPage();
  await second.goto(first.url());
  return [first, second];
}

test("a tab that asks for sign-in goes on when another one signed in", async ({ context }) => {
  const [first, second] = await twoTabs(context);
  for (const tab of [first, second]) {
    await expect(tab.getByRole("heading", { name: "Sign in to connect Sprout" })).toBeVisible();
  }
  await first.getByLabel("E-mail address").fill("half typed");
  await signInOn(second);
  const consent = "Sprout wants to work with your translations";
  await expect(second.getByRole("heading", { name: consent })).toBeVisible();
  await comeBackTo(first);
  await expect(first.getByRole("heading", { name: consent })).toBeVisible();
});

test("the sign-in page leaves for where it was asked to when another tab signed in", async ({ context }) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  for (const tab of [first, second]) await tab.goto(`${parlance.url}/sign-in?next=%2Fsettings%2Faccount`);
  await signInOn(second);
  await expect(second).toHaveURL(/\/settings\/account$/);
  await comeBackTo(first);
  await expect(first).toHaveURL(/\/settings\/account$/);
});

test("consent in two tabs: what one decided the other knows, and keeps what was typed while the server is away", async ({
  context,
}) => {
  await signInBrowser(context, member);
  const [first, second] = await twoTabs(context);
  const authorize = (tab: Page) => tab.getByRole("button", { name: "Authorize" });
  await expect(authorize(first)).toBeEnabled();
  await second.route("**/api/auth/mcp/requests/*", (route) => route.abort());
  await comeBackTo(second);
  await expect(authorize(second)).toBeEnabled();
  await second.unroute("**/api/auth/mcp/requests/*");

  await authorize(first).click();
  await expect(first.getByRole("heading", { name: "Connection complete" })).toBeVisible();
  await comeBackTo(second);
  await expect(second.getByRole("heading", { name: "Connection complete" })).toBeVisible();
});

test("a pop-up of another origin hands the code to the page that opened it", async ({ page }) => {
  const site = await startSite();
  const organization = (await member.visitor.get("/api/dashboard/organizations")).json();
  const { items } = (await organization) as { items: { id: string }[] };
  const popApp = await addApp(member, items[0]?.id ?? "", {
    name: "Popper",
    redirectUris: [`${site.url}/callback`],
  });
  const authorize = new URL(parlance.url + authorizeUrl(popApp));
  authorize.searchParams.set("redirect_uri", `${site.url}/callback`);
  authorize.searchParams.set("state", "s1");

  await page.goto(`${site.url}/?open=${encodeURIComponent(authorize.href)}`);
  const opening = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Connect" }).click();
  const popup = await opening;
  await signInOn(popup);
  await popup.getByRole("button", { name: "Authorize" }).click();
  // The opener still has a window to wait for.
  expect(await page.evaluate(() => (window as unknown as { opened: Window }).opened.closed)).toBe(false);
  await popup.getByRole("link", { name: "Continue to your app" }).click();
  await expect(page.getByRole("status")).toHaveText(/^code=bi_ac_\w+&state=s1&iss=/);
  site.stop();
});

test("opened under another name of this machine, the page moves to where cookies and sign-in work", async ({
  page,
}) => {
  const errors = watchErrors(page);
  const { port } = new URL(parlance.url);
  const twin = `http://127.0.0.1:${port}`;
  await page.goto(`${twin}/sign-in?next=%2Fsettings%2Faccount`);
  await expect(page).toHaveURL(`${parlance.url}/sign-in?next=%2Fsettings%2Faccount`);
  await expect(page.getByText("This is not this server's own address")).toHaveCount(0);
  await signInOn(page);
  await expect(page.getByRole("heading", { name: "Account" })).toBeVisible();
  await page.goto(`${twin}/settings/account`);
  await expect(page.getByRole("heading", { name: "Account" })).toBeVisible();
  await expect(page).toHaveURL(`${parlance.url}/settings/account`);
  await page.goto(twin + authorizeUrl(app));
  await expect(
    page.getByRole("heading", { name: "Sprout wants to work with your translations" }),
  ).toBeVisible();
  expect(errors).toEqual([]);
});

test("where it cannot be moved, the page says the server's own address and leads there", async ({ page }) => {
  const { port } = new URL(parlance.url);
  // As behind a proxy that rewrites Host: it was moved before.
  await page.goto(`http://127.0.0.1:${port}/sign-in?next=%2Fsettings%2Faccount&moved=1`);
  await expect(page.getByText("This is not this server's own address")).toBeVisible();
  await page.getByRole("link", { name: parlance.url }).click();
  await expect(page).toHaveURL(`${parlance.url}/sign-in?next=%2Fsettings%2Faccount`);
});

/** Another site: a page with a button that opens a window, and a callback that reports to its opener and closes. */
async function startSite(): Promise<{ url: string; stop: () => void }> {
  const opener = `<button>Connect</button><p role="status"></p><script>
    document.querySelector("button").onclick = () => {
      window.opened = window.open(new URLSearchParams(location.search).get("open"), "connect", "width=480,height=700");
    };
    onmessage = ({ origin, data }) => {
      if (origin === location.origin) document.querySelector("p").textContent = data;
    };
  </script>`;
  const callback = `<script>
    opener.postMessage(location.search.slice(1), location.origin);
    close();
  </script>`;
  const server = createServer((request, response) => {
    const isCallback = request.url?.startsWith("/callback");
    response.setHeader("content-type", "text/html").end(`<!doctype html>${isCallback ? callback : opener}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Another host, so that it is another site and not only another port.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, stop: () => server.close() };
}
