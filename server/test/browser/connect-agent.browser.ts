import { expect, type Page, test } from "@playwright/test";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import { addOrganization, addPerson, type Member, type Organization, signInBrowser } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** What somebody copies to connect an agent. */
const MCP_URL = "https://agents.example.com/mcp";

let parlance: Parlance;
let member: Member;
let organization: Organization;
test.beforeAll(async () => {
  parlance = await startParlance({ MCP_URL });
  member = await addPerson(parlance, "Noor", "noor@example.com");
  organization = await addOrganization(member, "Lighthouse");
});
test.afterAll(() => parlance?.stop());

async function open(page: Page) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await signInBrowser(page.context(), member);
  await page.goto(`${parlance.url}/organizations/${organization.slug}`);
  await page.getByRole("link", { name: "Connect your agent" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Connect your agent" })).toBeFocused();
}

test("everything is copied without a mouse, with the MCP endpoint of the settings and no key", async ({
  page,
}) => {
  const errors = watchErrors(page);
  await open(page);
  const copied = async (label: string) => {
    const code = page.getByRole("region", { name: label, exact: true });
    const figure = page.getByRole("figure").filter({ has: code });
    await figure.getByRole("button", { name: "Copy" }).press("Enter");
    await expect(figure.getByRole("status")).toHaveText("Copied");
    return page.evaluate(() => navigator.clipboard.readText());
  };
  expect(await copied("Any client that takes an address")).toBe(MCP_URL);
  expect(await copied("Claude Code")).toBe(`claude mcp add --transport http parlance ${MCP_URL}`);
  expect(JSON.parse(await copied("Cursor: .cursor/mcp.json"))).toEqual({
    mcpServers: { parlance: { url: MCP_URL } },
  });
  expect(JSON.parse(await copied("VS Code: .vscode/mcp.json"))).toEqual({
    servers: { parlance: { type: "http", url: MCP_URL } },
  });
  const started = "A client that starts programs only, once better-i18n-mcp is installed";
  expect(JSON.parse(await copied(started))).toMatchObject({
    mcpServers: {
      parlance: { command: "better-i18n-mcp", env: { BETTER_I18N_MCP_URL: "https://agents.example.com" } },
    },
  });
  await expect(page.getByRole("link", { name: "Add to Cursor" })).toHaveAttribute(
    "href",
    /^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\?name=parlance&config=/,
  );
  await expectGoodLooks(page, "connect your agent");
  expect(errors).toEqual([]);
});

test("a key is made where keys are made, and the address never holds one", async ({ page }) => {
  await open(page);
  await page.getByRole("link", { name: "Create API key" }).press("Enter");
  await expect(page.getByRole("dialog", { name: "Create an API key" })).toBeVisible();
  expect(page.url()).toBe(`${parlance.url}/organizations/${organization.slug}/api-keys?create=true`);
});

test("nothing moves while the page appears", async ({ page }) => {
  await open(page);
  await page.addInitScript(() => {
    const seen = window as unknown as { shift: number };
    seen.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.reload();
  await expect(page.getByRole("heading", { name: "What an agent can do" })).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.02);
});

test("where others send people for a key leads to those of the organization last worked in", async ({
  page,
}) => {
  await open(page);
  await page.goto(`${parlance.url}/settings/api-keys`);
  await expect(page.getByRole("heading", { level: 1, name: "API keys" })).toBeVisible();
  await expect(page).toHaveURL(`${parlance.url}/organizations/${organization.slug}/api-keys`);
});
