import { expect, type Page, test } from "@playwright/test";
import { expectGoodLooks, sidewaysPixels, watchErrors } from "./looks.ts";
import {
  addOrganization,
  addPerson,
  addProject,
  created,
  type Member,
  type Organization,
  signInBrowser,
} from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** A key from the dialog to the call that it makes, and to its end. */
let parlance: Parlance;
let member: Member;
let organization: Organization;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  organization = await addOrganization(member, "Lighthouse");
  await addProject(member, organization.id, "Website", "website");
  await addProject(member, organization.id, "Mobile app", "mobile-app");
});
test.afterAll(() => parlance?.stop());

const open = async (page: Page, query = "") => {
  await signInBrowser(page.context(), member);
  await page.goto(`${parlance.url}/organizations/${organization.slug}/api-keys${query}`);
  await expect(page.getByRole("heading", { level: 1, name: "API keys" })).toBeVisible();
};

/** The status of a call with the key. */
async function ask(key: string, path = "/organizations"): Promise<number> {
  const answer = await fetch(`${parlance.url}/api/oauth-client${path}`, { headers: { "x-api-key": key } });
  return answer.status;
}

test("a key is made, shown once, used, and revoked, without a mouse", async ({ page }) => {
  const errors = watchErrors(page);
  await open(page);
  await expect(page.getByText("No API keys yet")).toBeVisible();
  await page.getByRole("button", { name: "Create API key" }).first().press("Enter");
  const dialog = page.getByRole("dialog", { name: "Create an API key" });
  await expect(dialog.getByLabel("Name")).toBeFocused();

  // Nothing is sent before it is right.
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Name the program that will use it.")).toBeVisible();
  await page.keyboard.type("Build server");
  await dialog.getByRole("radio", { name: /^Everything that you may do/ }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(dialog.getByRole("radio", { name: /^Only some of it/ })).toBeChecked();
  await dialog.getByRole("radio", { name: /^All projects/ }).focus();
  await page.keyboard.press("ArrowDown");
  await dialog.getByRole("textbox", { name: "Name" }).press("Enter");
  await expect(dialog.getByText("Choose at least one project.")).toBeVisible();
  await dialog.getByRole("checkbox", { name: "Website" }).press("Space");
  await dialog.getByRole("button", { name: "Create API key" }).press("Enter");

  await expect(dialog).toBeHidden();
  const shown = page.getByRole("heading", { name: "Secret key Build server" });
  await expect(shown).toBeFocused();
  await expect(page.getByText("You will not see this again")).toBeVisible();
  await expectGoodLooks(page, "a new key");
  const key = await page.getByText(/^bi-[A-Za-z]{64}$/).innerText();
  expect([await ask(key), await ask(key, `/v1/projects/${organization.slug}%2Fwebsite`)]).toEqual([200, 200]);
  expect(await ask(key, `/v1/projects/${organization.slug}%2Fmobile-app`)).toBe(404);
  await page.getByRole("button", { name: "I stored it" }).press("Enter");
  await expect(page.getByText(key)).toBeHidden();

  const rows = page.getByRole("list", { name: "API keys" });
  await page.reload();
  await expect(rows).toContainText("1 project");
  await expect(rows).toContainText(key.slice(-4));
  await expect(page.locator("body")).not.toContainText(key);
  await rows.getByRole("button", { name: /^Build server/, expanded: false }).press("Enter");
  await expect(rows).toContainText("And no more than the role of Noor allows.");

  await rows.getByRole("button", { name: "Revoke Build server" }).press("Enter");
  const question = page.getByRole("dialog", { name: "Revoke Build server?" });
  await expect(question).toContainText("stops working at once");
  await question.getByRole("button", { name: "Revoke Build server" }).press("Enter");
  await expect(page.getByText("No API keys yet")).toBeVisible();
  expect(await ask(key)).toBe(401);
  expect(errors).toEqual([]);
});

test("a public key asks for no permissions and says that everybody may see it", async ({ page }) => {
  await open(page, "?create=true");
  const dialog = page.getByRole("dialog", { name: "Create an API key" });
  await dialog.getByLabel("Name").fill("Shop window");
  await dialog.getByRole("radio", { name: /^Public/ }).check();
  await expect(dialog.getByText("Permissions")).toBeHidden();
  await expectGoodLooks(page, "making a public key");
  await dialog.getByRole("button", { name: "Create API key" }).click();
  await expect(page.getByRole("heading", { name: "Public key Shop window" })).toBeFocused();
  const key = await page.getByText(/^bi_pub_[A-Za-z]{64}$/).innerText();
  expect(await ask(key)).toBe(401);
  await page.getByRole("button", { name: /^Shop window/ }).click();
  await expect(page.getByText("Read published content", { exact: true })).toBeVisible();
});

test("a key that cannot be made says why, and what was typed stays", async ({ page }) => {
  await open(page, "?create=true");
  const dialog = page.getByRole("dialog", { name: "Create an API key" });
  await dialog.getByLabel("Name").fill("Build server");
  await page.route("**/api-keys", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ status: 503, json: { error: "temporarily_unavailable" } })
      : route.continue(),
  );
  await dialog.getByRole("button", { name: "Create API key" }).click();
  await expect(dialog.getByRole("alert")).toContainText("could not finish this");
  await expect(dialog.getByLabel("Name")).toHaveValue("Build server");
});

test("names of any length and direction fit, narrow and wide", async ({ page }) => {
  const names = [
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "منصة الترجمة العربية للمؤسسات والخوادم",
    "W".repeat(120),
  ];
  for (const name of names) {
    const project = await addProject(member, organization.id, name, `p${names.indexOf(name)}`);
    const fields = { name, kind: "secret", projects: [project.id] };
    await created(member.visitor, `/api/dashboard/organizations/${organization.id}/api-keys`, fields);
  }
  await open(page);
  for (const name of names) {
    const row = page.getByRole("button", { name: new RegExp(`^${name.slice(0, 30)}`) });
    await row.click();
    await expect(row).toHaveAttribute("aria-expanded", "true");
  }
  await expectGoodLooks(page, "long names");
  for (const name of names) {
    await page.getByRole("button", { name: `Revoke ${name.slice(0, 30)}` }).click();
    await expect(page.getByRole("dialog")).toContainText(name.slice(0, 30));
    expect.soft(await sidewaysPixels(page), name).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "Cancel" }).click();
  }
  await page.goto(`${parlance.url}/organizations/${organization.slug}/api-keys?create=true`);
  await page.getByRole("radio", { name: "Only these" }).check();
  await page.getByRole("radio", { name: /^Only some of it/ }).check();
  await expectGoodLooks(page, "choosing among long names");
});
