import { expect, type Page, test } from "@playwright/test";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import {
  addOrganization,
  addPerson,
  created,
  type Member,
  type Organization,
  signInBrowser,
} from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";
import { addTexts, setText } from "./texts.ts";

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
  const project = await addTexts(member, organization.id, "shop", {
    "cart.title": { en: "Cart", de: "Warenkorb", ar: "السلة" },
  });
  const errors = watchErrors(page);
  await page.goto(at("shop/releases"));
  await expect(page.getByText("Nothing was published yet")).toBeVisible();
  await expectGoodLooks(page, "releases, none yet");

  await publish(page, "First texts");
  await expect(page.getByRole("status").filter({ hasText: "Release 1 is live on production" })).toBeVisible();
  expect(await served("shop", "de")).toEqual({ cart: { title: "Warenkorb" } });

  await setText(member, project, { name: "cart.title", language: "de", text: "Einkaufswagen" });
  await page.getByRole("link", { name: "Publish" }).click();
  await expect(page.getByText("1 text changes for your users at once")).toBeVisible();
  await expect(page.getByText("Einkaufswagen")).toHaveAttribute("lang", "de");
  await expectGoodLooks(page, "publishing");
  await page.goBack();
  await publish(page, "A better word");
  await expect(page.getByText("Serves release 2", { exact: true })).toBeVisible();
  expect(await served("shop", "de")).toEqual({ cart: { title: "Einkaufswagen" } });

  const releases = page.getByRole("list", { name: "Releases", exact: true });
  await page.getByRole("link", { name: "Publish" }).click();
  await expect(page.getByText("Nothing is pending")).toBeVisible();
  await expectGoodLooks(page, "nothing to publish");
  await page.goBack();

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

  const rolledBack = page.getByText("production serves release 1", { exact: true });
  await rolledBack.locator("..").getByRole("button", { name: "Undo" }).click();
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

test("a part of what is pending is published, and the rest stays", async ({ page }) => {
  const project = await addTexts(member, organization.id, "part", {
    "cart.title": { en: "Cart", de: "Warenkorb", ar: "السلة" },
    "cart.empty": { en: "Empty", de: "Leer", ar: "فارغة" },
  });
  const errors = watchErrors(page);
  await page.goto(at("part/publish"));
  await page.getByRole("button", { name: "Languages: All 3" }).click();
  await page.getByRole("button", { name: "Only German" }).click();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/languages=de/);
  const texts = page.getByRole("list", { name: "What changes" });
  await expect(texts.getByRole("listitem")).toHaveCount(2);
  await texts.getByRole("checkbox", { name: "Select cart.title in German" }).check();
  await expectGoodLooks(page, "picking what to publish");
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: "Publish only these" }).click();
  await expect(page.getByRole("heading", { name: "Only what you picked" })).toBeVisible();
  await expect(texts.getByRole("listitem")).toHaveCount(1);

  // What was looked at is what goes live, or nothing does.
  await setText(member, project, { name: "cart.title", language: "de", text: "Einkaufswagen" });
  await page.getByRole("button", { name: "Publish 1 text to production" }).click();
  await expect(page.getByText("Nothing was published: something changed since you looked.")).toBeVisible();
  await expect(texts.getByText("Einkaufswagen")).toBeVisible();
  await page.getByRole("button", { name: "Publish 1 text to production" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Release 1 is live on production" })).toBeVisible();
  expect(await served("part", "de")).toEqual({ cart: { title: "Einkaufswagen" } });

  await page.getByRole("link", { name: "Publish" }).click();
  await expect(texts.getByRole("listitem")).toHaveCount(5);
  expect(errors.filter((error) => !/status of 409/.test(error))).toEqual([]);
});

test("what was written is listed, opened and taken back, except what changed since", async ({ page }) => {
  const project = await addTexts(member, organization.id, "told", {
    "cart.title": { en: "Cart", de: "Wagen", ar: "السلة" },
  });
  await created(member.visitor, `/api/oauth-client/v1/projects/${project.id}/keys`, {
    message: "For the new checkout",
    keys: [
      { name: "checkout.pay", values: { en: "Pay", de: "Zahlen", ar: "ادفع" } },
      { name: "checkout.back", values: { en: "Back" } },
    ],
  });
  await setText(member, project, { name: "checkout.back", language: "de", text: "Zurück" });
  const errors = watchErrors(page);
  await page.goto(at("told/changes"));
  const changes = page.getByRole("list", { name: "Changes" });
  await expect(changes.getByRole("listitem")).toHaveCount(3);
  await expect(
    changes.getByRole("link", { name: /Noor.*2 keys and 4 texts.*For the new checkout/s }),
  ).toBeVisible();
  await expectGoodLooks(page, "changes");
  await page.setViewportSize({ width: 1280, height: 900 });
  await changes.getByRole("link", { name: /For the new checkout/ }).click();
  await expect(page.getByText("ادفع")).toHaveAttribute("dir", "rtl");
  await expectGoodLooks(page, "a change");
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.getByRole("button", { name: "Take back" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("checkout.back");
  await expect(dialog).toContainText("Somebody added texts to the key since.");
  await expectGoodLooks(page, "taking a change back");
  await page.setViewportSize({ width: 1280, height: 900 });
  await dialog.getByLabel("Message").fill("Too early");
  await dialog.getByRole("button", { name: /^Take back \d+ changes$/ }).click();
  await expect(
    page.getByRole("status").filter({ hasText: /Took back \d+ changes, left \d+ as they are/ }),
  ).toBeVisible();

  await page.getByRole("link", { name: "All changes" }).click();
  await expect(changes.getByRole("listitem")).toHaveCount(4);
  await expect(changes.getByRole("listitem").first()).toContainText("Too early");
  await page.getByLabel("Written through").selectOption("import");
  await expect(page.getByText("Nothing was written so")).toBeVisible();
  await page.getByRole("button", { name: "Show all changes" }).click();
  await expect(changes.getByRole("listitem")).toHaveCount(4);
  expect(errors).toEqual([]);
});

test("the project's pages and keys are found from anywhere in it by keyboard", async ({ page }) => {
  await addTexts(member, organization.id, "found", {
    "cart.title": { en: "Cart", de: "Warenkorb" },
    "cart.empty": { en: "Empty" },
  });
  await page.goto(at("found/releases"));
  await expect(page.getByText("Nothing was published yet")).toBeVisible();
  const menu = page.getByRole("combobox", { name: "Search pages, projects, keys and actions" });
  await page.keyboard.press("Control+k");
  await expect(menu).toBeFocused();
  await page.keyboard.type("changes");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Changes" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await expect(menu).toBeFocused();
  await page.keyboard.type("warenko");
  const key = page.getByRole("option", { name: /cart\.title/ });
  await expect(key).toBeVisible();
  await expectGoodLooks(page, "keys in the menu of everything");
  await page.setViewportSize({ width: 1280, height: 900 });
  await expect(key).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/keys\?q=cart\.title/);
  await expect(page.getByRole("grid", { name: "Keys" }).getByRole("row")).toHaveCount(2);
});

test("a member reads releases and finds nothing to publish with", async ({ browser }) => {
  await addTexts(member, organization.id, "seen", { "cart.title": { en: "Cart" } });
  const robin = await addPerson(parlance, "Robin", "robin@example.com");
  const invited = await member.visitor.post(`/api/dashboard/organizations/${organization.id}/invitations`, {
    email: robin.email,
    role: "member",
  });
  expect(invited.status).toBe(201);
  const mail = parlance.mails().findLast(({ to }) => to === robin.email);
  const token = /\/invitations\/([\w-]+)/.exec(mail?.text ?? "")?.[1];
  const accepted = await robin.visitor.post(`/api/dashboard/invitations/by-token/${token}/accept`, {});
  expect(accepted.status).toBe(200);
  const context = await browser.newContext({ locale: "en-US" });
  await signInBrowser(context, robin);
  const theirs = await context.newPage();
  await theirs.goto(at("seen/releases"));
  await expect(theirs.getByText("Nothing was published yet")).toBeVisible();
  await expect(theirs.getByText("Owners and admins publish and move channels.")).toBeVisible();
  await expect(theirs.getByRole("link", { name: "Publish" })).toHaveCount(0);
  await theirs.goto(at("seen/publish"));
  await expect(theirs.getByText("Only owners and admins see this")).toBeVisible();
  await context.close();
});

function at(path: string): string {
  return `${parlance.url}/organizations/${organization.slug}/projects/${path}`;
}

async function publish(page: Page, message: string): Promise<void> {
  await page.getByRole("link", { name: "Publish" }).first().click();
  await page.getByLabel("Message").fill(message);
  await page.getByRole("button", { name: "Publish to production" }).click();
  await expect(page.getByRole("heading", { name: "Releases", exact: true })).toBeVisible();
}

/** What the CDN answers for one language right now. */
async function served(tree: string, language: string): Promise<unknown> {
  const answer = await fetch(
    `${parlance.url}/cdn/${organization.slug}/${tree}/${language}/translations.json`,
  );
  const body = (await answer.json()) as { translations: unknown };
  return body.translations;
}
