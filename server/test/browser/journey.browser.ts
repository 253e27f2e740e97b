import { DatabaseSync } from "node:sqlite";
import { expect, type Page, test } from "@playwright/test";
import { mailedLink } from "../support/visitor.ts";
import { watchErrors } from "./looks.ts";
import { addOrganization, addPerson, PASSWORD, signInBrowser } from "./people.ts";
import { type Parlance, type Partner, reservePartnerUrl, startParlance, startPartner } from "./programs.ts";

/** As the example stores it. */
interface Row {
  id: string;
  organizationId: string;
  organizationName: string;
  grantId: string;
  scopes: string;
  projectIds: string;
  refreshToken: string;
  accessToken: string;
}

interface InstallationToken {
  installation_token: string;
  organization_id: string;
  project_ids: string[];
  scopes: string[];
}

const GRANTED = [
  "org:read",
  "projects:read",
  "keys:write",
  "translations:read",
  "translations:write",
  "translations:publish",
];
const EMAIL = "noor@example.com";

let parlance: Parlance;
let partner: Partner | undefined;
test.beforeAll(async () => {
  // So short that the example renews them before every mint: the refresh path is part of the journey.
  parlance = await startParlance({ ACCESS_TOKEN_SECONDS: "60" });
});
test.afterAll(async () => {
  await partner?.stop();
  await parlance?.stop();
});

test("from Connect to a published file, through a revoke, and back", async ({ page, browser }) => {
  test.setTimeout(180_000);
  const developing = await browser.newContext();
  const developer = await developing.newPage();
  const errors = [page, developer].map(watchErrors);
  const app = await test.step("a developer registers the app", () => registerApp(developer));
  partner = await startPartner(app.url, parlance.url, app);
  const { url } = partner;

  await test.step("somebody new comes from the app and signs up on the way", async () => {
    await page.goto(url);
    await page.getByRole("button", { name: "Connect to Parlance" }).click();
    await expect(page.getByRole("heading", { name: /^Sign in to connect Example partner/ })).toBeVisible();
    await page.getByRole("button", { name: "Create one" }).click();
    await page.getByLabel("Your name").fill("Noor");
    await page.getByLabel("E-mail address").fill(EMAIL);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByRole("heading", { name: "Check your inbox" })).toBeVisible();
    const mail = await page.context().newPage();
    await mail.goto((await mailedLink(EMAIL, parlance.mails)).href);
    await mail.close();
  });

  await test.step("without an organization, one is made on the way", async () => {
    await page.getByLabel("Name of your organization").fill("Northwind");
    await page.getByRole("button", { name: "Create organization" }).click();
    await expect(page.getByRole("heading", { name: /wants to work with your translations/ })).toBeVisible();
    await expect(page.getByText("Northwind").first()).toBeVisible();
  });

  await test.step("a second one, with two projects, in another tab", async () => {
    const dashboard = await page.context().newPage();
    errors.push(watchErrors(dashboard));
    await dashboard.goto(parlance.url);
    await dashboard.getByRole("button", { name: /switch organization/ }).click();
    await dashboard.getByRole("link", { name: "Create an organization" }).click();
    await dashboard.getByLabel("Name", { exact: true }).fill("Lighthouse");
    await dashboard.getByRole("button", { name: "Create organization" }).click();
    for (const name of ["Website", "Mobile app"]) {
      await dashboard.goto(`${parlance.url}/organizations/lighthouse`);
      await dashboard.getByRole("button", { name: "Create project" }).first().click();
      await dashboard.getByLabel("Name", { exact: true }).fill(name);
      await dashboard.getByRole("dialog").getByRole("button", { name: "Create project" }).click();
      await expect(dashboard.getByRole("heading", { level: 1, name })).toBeVisible();
    }
    await dashboard.close();
  });

  await test.step("both are allowed at once: one whole, of the other one project", async () => {
    await page.reload();
    const authorize = page.getByRole("button", { name: "Authorize" });
    await expect(authorize).toBeDisabled();
    await page.getByRole("checkbox", { name: "Northwind" }).check();
    await page.getByRole("checkbox", { name: "Lighthouse" }).check();
    await page.getByRole("button", { name: "All projects in Lighthouse" }).click();
    await page.getByRole("radio", { name: "Only these" }).check();
    await page.getByRole("checkbox", { name: "Website" }).check();
    const publish = page.getByRole("switch", { name: /^Publish translations/ });
    await expect(publish).not.toBeChecked();
    await publish.click();
    const readKeys = page.getByRole("switch", { name: "See translation keys" });
    await expect(readKeys).toBeChecked();
    await readKeys.click();
    await expect(page.locator("[aria-live=polite]")).toContainText(
      "in Lighthouse (1 project) and Northwind (all projects). What it publishes is live at once.",
    );
    await authorize.click();
    await expect(page.getByRole("heading", { name: "Connection complete" })).toBeVisible();
    await page.getByRole("link", { name: "Continue to your app" }).click();
  });

  const [lighthouse, northwind] = await test.step("the app holds two connections", async () => {
    await expect(page.getByRole("status")).toHaveText("Connected.");
    await expect(page.getByRole("article")).toHaveCount(2);
    const rows = readRows();
    expect(rows.map(({ organizationName }) => organizationName)).toEqual(["Lighthouse", "Northwind"]);
    return rows as [Row, Row];
  });

  const [limited, whole] = await Promise.all([mint(lighthouse), mint(northwind)]);
  await test.step("the installation tokens carry exactly what was allowed", async () => {
    const listed = await call(limited, `/organizations/${lighthouse.organizationId}/projects`);
    const projects = await listed.json();
    expect(projects.items.map(({ name }: { name: string }) => name)).toEqual(["Website"]);
    expect(limited).toMatchObject({
      organization_id: lighthouse.organizationId,
      project_ids: [projects.items[0].id],
      scopes: GRANTED,
    });
    expect(whole).toMatchObject({
      organization_id: northwind.organizationId,
      project_ids: [],
      scopes: GRANTED,
    });
  });

  await test.step("a key and its text, published from the app, are on the CDN", async () => {
    await page.getByRole("link", { name: "Lighthouse" }).click();
    await expect(page.getByText("1 chosen project", { exact: true })).toBeVisible();
    await expect(page.getByText("Mobile app")).toHaveCount(0);
    await page.getByRole("link", { name: "Website" }).click();
    const file = await page.getByRole("link", { name: "CDN file for English" }).getAttribute("href");
    expect((await fetch(file as string)).status).toBe(404);
    await page.getByLabel("Key", { exact: true }).first().fill("welcome.title");
    await page.getByLabel(/^Text in English/).fill("Welcome <b>aboard</b>");
    await page.getByRole("button", { name: "Create key" }).click();
    await expect(page.getByRole("status")).toHaveText("Key created. It goes live when you publish.");
    expect((await fetch(file as string)).status).toBe(404);
    await page.getByRole("button", { name: "Publish" }).click();
    await expect(page.getByRole("status")).toHaveText("Release 1 is live on the CDN.");
    expect(await (await fetch(file as string)).json()).toEqual({
      translations: { welcome: { title: "Welcome <b>aboard</b>" } },
    });
  });

  await test.step("one connection is revoked by its user, the other by the organization", async () => {
    const dashboard = await page.context().newPage();
    errors.push(watchErrors(dashboard));
    await dashboard.goto(`${parlance.url}/settings/connected-apps`);
    await expect(dashboard.getByRole("list", { name: "Connected apps" }).getByRole("listitem")).toHaveCount(
      2,
    );
    await revoke(dashboard, "Lighthouse");
    await expect(dashboard.getByRole("button", { name: /Lighthouse · / })).toHaveCount(0);
    await dashboard.goto(`${parlance.url}/organizations/northwind/connected-apps`);
    await revoke(dashboard, "Noor");
    await expect(dashboard.getByRole("heading", { name: "No connected apps" })).toBeVisible();
    await dashboard.close();
    for (const token of [limited, whole]) {
      const refused = await call(token, "/organizations");
      expect([refused.status, (await refused.json()).error]).toEqual([410, "grant_revoked"]);
    }
  });

  await test.step("the app ends in Reconnect: by 410 where it held a token, by invalid_grant where it refreshes", async () => {
    for (const { id, organizationName } of [lighthouse, northwind]) {
      await page.goto(`${url}/connections/${id}`);
      await expect(page.getByRole("heading", { level: 1, name: organizationName })).toBeVisible();
      await expect(page.getByRole("button", { name: "Reconnect" })).toBeVisible();
      await expect(page.getByText("Parlance no longer accepts this connection")).toBeVisible();
    }
    // Only the first one ever asked for an installation token of its own, so its access token had been renewed.
    const [first, second] = readRows() as [Row, Row];
    expect(first.refreshToken).not.toBe(lighthouse.refreshToken);
    expect(second.refreshToken).toBe(northwind.refreshToken);
    const refused = await fetch(`${parlance.url}/api/auth/mcp/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: second.refreshToken,
        client_id: app.clientId,
        client_secret: app.clientSecret,
      }),
    });
    expect([refused.status, (await refused.json()).error]).toEqual([400, "invalid_grant"]);
  });

  await test.step("Reconnect makes a new grant in the same row", async () => {
    await page.goto(`${url}/connections/${lighthouse.id}`);
    await page.getByRole("button", { name: "Reconnect" }).click();
    await expect(page.getByRole("checkbox", { name: "Lighthouse" })).toBeChecked();
    await expect(page.getByRole("checkbox", { name: "Northwind" })).not.toBeChecked();
    await page.getByRole("button", { name: "Authorize" }).click();
    await page.getByRole("link", { name: "Continue to your app" }).click();
    await expect(page.getByRole("status")).toHaveText("Connected.");
    const [again, untouched] = readRows() as [Row, Row];
    expect(again.id).toBe(lighthouse.id);
    expect(again.grantId).not.toBe(lighthouse.grantId);
    expect(untouched.grantId).toBe(northwind.grantId);
    await page.goto(`${url}/connections/${again.id}`);
    await expect(page.getByRole("link", { name: "Mobile app" })).toBeVisible();
  });

  expect(errors.flat()).toEqual([]);
  expect(parlance.output()).not.toMatch(/"level":(50|60)/);
  for (const { refreshToken, accessToken } of [lighthouse, northwind]) {
    expect(parlance.output()).not.toContain(refreshToken);
    expect(parlance.output()).not.toContain(accessToken);
  }
});

/** Developer → Apps → Register, as its owner does it; answers what the example is started with. */
async function registerApp(page: Page) {
  const url = await reservePartnerUrl();
  const owner = await addPerson(parlance, "Robin", "robin@example.com");
  await addOrganization(owner, "Partner works");
  await signInBrowser(page.context(), owner);
  await page.goto(`${parlance.url}/organizations/partner-works/apps/register`);
  await page.getByLabel("Name", { exact: true }).fill("Example partner");
  await page.getByLabel("Redirect address 1").fill(`${url}/connect/callback`);
  await page.getByRole("checkbox", { name: /^Publish translations/ }).check();
  await page.getByRole("button", { name: "Register app" }).click();
  await expect(page.getByRole("heading", { name: "Example partner is registered" })).toBeVisible();
  const clientSecret = await page.getByText(/^bi_cs_/).textContent();
  const clientId = await page.getByRole("button", { name: /app_/ }).textContent();
  return { url, clientId: clientId as string, clientSecret: clientSecret as string };
}

function readRows(): Row[] {
  const db = new DatabaseSync((partner as Partner).dataFile);
  const rows = db.prepare("SELECT * FROM connections ORDER BY organizationName").all();
  db.close();
  return rows as unknown as Row[];
}

async function mint({ grantId, accessToken }: Row): Promise<InstallationToken> {
  const response = await fetch(`${parlance.url}/api/oauth-client/installations/${grantId}/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(response.status).toBe(201);
  return (await response.json()) as InstallationToken;
}

function call({ installation_token }: InstallationToken, path: string): Promise<Response> {
  return fetch(`${parlance.url}/api/oauth-client${path}`, {
    headers: { authorization: `Bearer ${installation_token}` },
  });
}

/** In the row that says `where`: an organization in one's own list, a person in an organization's. */
async function revoke(page: Page, where: string): Promise<void> {
  const row = page.getByRole("listitem").filter({ hasText: where });
  await row.getByRole("button", { name: "Revoke Example partner" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke Example partner" }).click();
  await expect(page.getByText("Example partner has no access any more")).toBeVisible();
}
