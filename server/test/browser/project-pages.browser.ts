import { expect, type Page, test } from "@playwright/test";
import { expectGoodLooks, watchErrors } from "./looks.ts";
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

let parlance: Parlance;
let member: Member;
let organization: Organization;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  organization = await addOrganization(member, "Lighthouse");
});
test.afterAll(() => parlance?.stop());

test.beforeEach(async ({ context }) => {
  await signInBrowser(context, member);
});

test("a release is published, replaced and rolled back, and the CDN follows", async ({ page }) => {
  const project = await addTexts("shop", { "cart.title": { en: "Cart", de: "Warenkorb", ar: "السلة" } });
  const errors = watchErrors(page);
  await page.goto(at("shop/releases"));
  await expect(page.getByText("Nothing was published yet")).toBeVisible();
  await expectGoodLooks(page, "releases, none yet");

  await publish(page, "First texts");
  await expect(page.getByRole("status").filter({ hasText: "Release 1 is live on production" })).toBeVisible();
  expect(await served("shop", "de")).toEqual({ cart: { title: "Warenkorb" } });

  await setText(project, "cart.title", "de", "Einkaufswagen");
  await publish(page, "A better word");
  await expect(page.getByText("Serves release 2", { exact: true })).toBeVisible();
  expect(await served("shop", "de")).toEqual({ cart: { title: "Einkaufswagen" } });

  const releases = page.getByRole("list", { name: "Releases", exact: true });
  await releases.getByRole("button", { name: /^Release 2/ }).click();
  const before = releases.getByText("Warenkorb");
  await expect(before).toHaveAttribute("lang", "de");
  await expect(before).toHaveAttribute("dir", "ltr");
  await expectGoodLooks(page, "releases");

  await page.getByRole("button", { name: "Roll back to release 1" }).click();
  await expect(page.getByRole("dialog")).toContainText("It serves release 2 now and release 1 afterwards.");
  await expectGoodLooks(page, "rolling back");
  await page.getByRole("button", { name: "Roll back production to release 1" }).click();
  await expect(page.getByText("Serves release 1", { exact: true })).toBeVisible();
  expect(await served("shop", "de")).toEqual({ cart: { title: "Warenkorb" } });

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("Serves release 2", { exact: true })).toBeVisible();
  expect(await served("shop", "de")).toEqual({ cart: { title: "Einkaufswagen" } });

  await page.getByRole("button", { name: "Add channel" }).click();
  await page.getByLabel("Name of the channel").fill("staging");
  await page.getByLabel("Release", { exact: true }).fill("1");
  await page.getByRole("dialog").getByRole("button", { name: "Add channel" }).click();
  await expect(page.getByRole("list", { name: "Channels" })).toContainText("stagingServes release 1");
  expect(await served("shop/@staging", "de")).toEqual({ cart: { title: "Warenkorb" } });
  expect(errors).toEqual([]);
});

function at(path: string): string {
  return `${parlance.url}/organizations/${organization.slug}/projects/${path}`;
}

async function publish(page: Page, message: string): Promise<void> {
  await page.getByRole("button", { name: "Publish" }).first().click();
  await page.getByLabel("Message").fill(message);
  await page.getByRole("button", { name: "Publish to production" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
}

/** What the CDN answers for one language right now. */
async function served(tree: string, language: string): Promise<unknown> {
  const answer = await fetch(
    `${parlance.url}/cdn/${organization.slug}/${tree}/${language}/translations.json`,
  );
  const body = (await answer.json()) as { translations: unknown };
  return body.translations;
}

/** A project in English, German and Arabic with these texts, none published. */
async function addTexts(slug: string, keys: Record<string, Record<string, string>>): Promise<{ id: string }> {
  const project = await addProject(member, organization.id, slug, slug);
  const path = `/api/oauth-client/v1/projects/${project.id}`;
  for (const code of ["de", "ar"]) await created(member.visitor, `${path}/languages`, { code });
  await created(member.visitor, `${path}/keys`, {
    keys: Object.entries(keys).map(([name, values]) => ({ name, values })),
  });
  return project;
}

async function setText({ id }: { id: string }, name: string, language: string, text: string): Promise<void> {
  const answer = await member.visitor.post(`/api/oauth-client/v1/projects/${id}/values`, {
    values: [{ key: { name }, language, text }],
  });
  expect(answer.status).toBe(200);
}
