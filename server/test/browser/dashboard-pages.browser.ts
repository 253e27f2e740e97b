import { expect, type Page, test } from "@playwright/test";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import {
  addApp,
  addOrganization,
  addPerson,
  addProject,
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

let parlance: Parlance;
let member: Member;
let organization: Organization;
let app: RegisteredApp;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  organization = await addOrganization(member, "Lighthouse");
  await addProject(member, organization.id, "Website", "website");
  app = await addApp(member, organization.id, { name: "Example partner", redirectUris: [REDIRECT_URI] });
  await connectApp(member, app, [organization]);
  await created(member.visitor, `/api/dashboard/organizations/${organization.id}/api-keys`, {
    name: "Build server",
    kind: "secret",
  });
  await created(member.visitor, `/api/dashboard/organizations/${organization.id}/invitations`, {
    email: "robin@example.com",
    role: "member",
  });
});
test.afterAll(() => parlance?.stop());

const PAGES: { name: string; path: () => string; title: string; before?: (page: Page) => Promise<void> }[] = [
  { name: "projects", path: () => inside(), title: "Projects" },
  {
    name: "creating a project",
    path: () => inside("?create=true"),
    title: "Projects",
    before: (page) => expect(page.getByRole("dialog", { name: "Create a project" })).toBeVisible(),
  },
  { name: "a project", path: () => inside("/projects/website"), title: "Website" },
  { name: "members", path: () => inside("/members"), title: "Members" },
  { name: "connected apps", path: () => inside("/connected-apps"), title: "Connected apps", before: openRow },
  { name: "audit", path: () => inside("/audit"), title: "Audit" },
  { name: "organization settings", path: () => inside("/settings"), title: "Settings" },
  { name: "apps", path: () => inside("/apps"), title: "Apps" },
  { name: "register an app", path: () => inside("/apps/register"), title: "Register an app" },
  { name: "an app", path: () => inside(`/apps/${app.clientId}`), title: "Example partner" },
  { name: "API keys", path: () => inside("/api-keys"), title: "API keys", before: openKey },
  {
    name: "creating an API key",
    path: () => inside("/api-keys?create=true"),
    title: "API keys",
    before: async (page) => {
      await page.getByRole("radio", { name: /^Only some of it/ }).check();
      await page.getByRole("radio", { name: "Only these" }).check();
    },
  },
  { name: "account", path: () => "/settings/account", title: "Account" },
  { name: "my connected apps", path: () => "/settings/connected-apps", title: "My connected apps" },
  { name: "sessions", path: () => "/settings/sessions", title: "Sessions" },
  { name: "create an organization", path: () => "/create-organization", title: "Create an organization" },
  { name: "no such page of mine", path: () => "/settings/nothing", title: "There is no such page" },
  {
    name: "no such organization",
    path: () => "/organizations/nothing",
    title: "This organization is not among yours",
  },
];

test("every page is accessible and fits, wide in light and narrow in dark", async ({ page }) => {
  test.setTimeout(240_000);
  await signInBrowser(page.context(), member);
  const errors = watchErrors(page);
  for (const { name, path, title, before } of PAGES) {
    await page.goto(parlance.url + path());
    await expect.soft(page.getByRole("heading", { level: 1, name: title }), name).toBeVisible();
    await page.waitForLoadState("networkidle");
    await before?.(page);
    await expectGoodLooks(page, name);
  }
  expect(errors).toEqual([]);
});

test("so are the pages that the server writes itself", async ({ page }) => {
  const written = [
    { path: "/nothing", status: 404, title: "There is nothing here" },
    { path: authorizeUrl({ ...app, clientId: "app_unknown" }), status: 400, title: /./ },
  ];
  for (const { path, status, title } of written) {
    const answer = await page.goto(parlance.url + path);
    expect(answer?.status(), path).toBe(status);
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await expectGoodLooks(page, path);
  }
});

function inside(path = ""): string {
  return `/organizations/${organization.slug}${path}`;
}

async function openKey(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Build server/, expanded: false }).click();
  await expect(page.getByText("Made by")).toBeVisible();
}

async function openRow(page: Page): Promise<void> {
  await page
    .getByRole("list", { name: "Connected apps" })
    .getByRole("button", { expanded: false })
    .first()
    .click();
  await expect(page.getByText("Connected by")).toBeVisible();
}
