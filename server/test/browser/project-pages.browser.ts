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
  const project = await addTexts("part", {
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
  await setText(project, "cart.title", "de", "Einkaufswagen");
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
  const project = await addTexts("told", { "cart.title": { en: "Cart", de: "Wagen", ar: "السلة" } });
  await created(member.visitor, `/api/oauth-client/v1/projects/${project.id}/keys`, {
    message: "For the new checkout",
    keys: [
      { name: "checkout.pay", values: { en: "Pay", de: "Zahlen", ar: "ادفع" } },
      { name: "checkout.back", values: { en: "Back" } },
    ],
  });
  await setText(project, "checkout.back", "de", "Zurück");
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

test("texts are found and written without a mouse, each in its own direction", async ({ page }) => {
  await addTexts("web", {
    "cart.title": { en: "Cart", de: "Warenkorb", ar: "السلة" },
    "cart.empty": { en: "Your cart is empty", ar: "سلتك فارغة" },
    "cart.count": { en: "{count} items", de: "{count} Artikel", ar: "{count} عناصر" },
  });
  const errors = watchErrors(page);
  await page.goto(at("web/keys?languages=de,ar"));
  const table = page.getByRole("grid", { name: "Keys" });
  await expect(table.getByText("السلة")).toHaveAttribute("dir", "rtl");
  await expect(table.getByText("السلة")).toHaveAttribute("lang", "ar");
  await expect(table.getByText("Warenkorb")).toHaveAttribute("lang", "de");
  await expect(table.getByText("Warenkorb")).toHaveAttribute("dir", "ltr");
  await expectGoodLooks(page, "keys");
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.keyboard.press("/");
  await expect(page.getByLabel("Search", { exact: true })).toBeFocused();
  await page.keyboard.type("فارغة");
  await expect(table.getByRole("row")).toHaveCount(2);
  await expect(page).toHaveURL(/q=/);
  for (let tabs = 0; tabs < 6; tabs += 1) {
    await page.keyboard.press("Tab");
    if ((await table.locator("[data-cell]:focus").count()) > 0) break;
  }
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("gridcell", { name: "No text yet" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Ihr Warenkorb ist lee");
  await expectGoodLooks(page, "writing a text");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("gridcell", { name: "No text yet" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Ihr Warenkorb ist leer");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("gridcell", { name: "Ihr Warenkorb ist leer" })).toBeFocused();
  await page.reload();
  await expect(table.getByText("Ihr Warenkorb ist leer")).toBeVisible();
  expect(errors).toEqual([]);
});

test("a text that breaks the rules is refused beside where it is written", async ({ page }) => {
  await addTexts("rules", { "cart.count": { en: "{count} items", de: "{count} Artikel" } });
  await page.goto(at("rules/keys?languages=de"));
  await page.getByRole("gridcell", { name: "{count} Artikel" }).click();
  await page.getByLabel("German text of cart.count").fill("{anzahl} Artikel");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("alert")).toContainText("count");
  await expect(page.getByLabel("German text of cart.count")).toBeFocused();
  await expectGoodLooks(page, "a refused text");
});

test("who writes what somebody else changed meanwhile sees both texts and chooses", async ({ page }) => {
  const project = await addTexts("both", { "cart.title": { en: "Cart", de: "Wagen" } });
  await page.goto(at("both/keys?languages=de"));
  await page.getByRole("gridcell", { name: "Wagen" }).click();
  await setText(project, "cart.title", "de", "Korb");
  await page.getByLabel("German text of cart.title").fill("Warenkorb");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("gridcell").getByRole("status")).toContainText("Noor wrote here meanwhile");
  await expect(page.getByRole("gridcell").getByText("Korb", { exact: true })).toBeVisible();
  await expectGoodLooks(page, "a collision");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("gridcell", { name: "Warenkorb" })).toBeFocused();
});

test("a half-written text stays with its key when rows come and go above it", async ({ page }) => {
  const project = await addTexts("rows", { "cart.title": { en: "Cart", de: "Wagen" } });
  await page.clock.install();
  await page.goto(at("rows/keys?languages=de"));
  await page.getByRole("gridcell", { name: "Wagen" }).click();
  const editor = page.getByLabel("German text of cart.title");
  await editor.fill("Ein halber Sa");
  await created(member.visitor, `/api/oauth-client/v1/projects/${project.id}/keys`, {
    keys: [{ name: "alpha", values: { en: "First", de: "Erster" } }],
  });
  // Who comes back to the window after a while reads the keys again.
  await page.clock.fastForward(60_000);
  await page.evaluate(() => dispatchEvent(new Event("visibilitychange")));
  await expect(page.getByRole("gridcell", { name: "alpha" })).toBeVisible();
  await expect(editor).toHaveValue("Ein halber Sa");
  await editor.fill("Warenkorb");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("gridcell", { name: "Warenkorb" })).toBeFocused();
  await expect(page.getByRole("gridcell", { name: "Erster" })).toBeVisible();
});

test("the history of a text is shown, and its last change taken back", async ({ page }) => {
  const project = await addTexts("past", { "cart.title": { en: "Cart", de: "Warenkorb" } });
  await setText(project, "cart.title", "de", "Wagen");
  await page.goto(at("past/keys?languages=de"));
  await page.getByRole("gridcell", { name: "cart.title" }).click();
  await page.getByLabel("History in").selectOption("de");
  const history = page.getByRole("region", { name: "History" });
  await expect(history.getByRole("listitem")).toHaveCount(2);
  await expectGoodLooks(page, "a key's history");
  await history.getByRole("button", { name: "Take back" }).click();
  await page.getByRole("button", { name: "Take back 1 text" }).click();
  await expect(history.getByRole("listitem")).toHaveCount(3);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("gridcell", { name: "Warenkorb" })).toBeVisible();
});

test("a key is created, moved to the trash and taken back", async ({ page }) => {
  await addTexts("trash", { "cart.title": { en: "Cart" } });
  await page.goto(at("trash/keys"));
  await page.getByRole("button", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("cart.checkout");
  await dialog.getByLabel("Text in English").fill("Check out");
  await expectGoodLooks(page, "creating a key");
  await page.setViewportSize({ width: 1280, height: 900 });
  await dialog.getByRole("button", { name: "Create key" }).click();
  const cell = page.getByRole("gridcell", { name: "cart.checkout" });
  await expect(cell).toBeVisible();
  await cell.click();
  await expectGoodLooks(page, "a key");
  await dialog.getByRole("button", { name: "Move to the trash" }).click();
  await expect(cell).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(cell).toBeVisible();
  await expect(page.getByText("Check out")).toBeVisible();

  await cell.click();
  await dialog.getByRole("button", { name: "Move to the trash" }).click();
  await expect(cell).toBeHidden();
  await page.getByRole("link", { name: "Trash" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "cart.checkout" })).toBeVisible();
  await expectGoodLooks(page, "the trash");
  await page.getByRole("button", { name: "Restore cart.checkout" }).click();
  await expect(page.getByText("The trash is empty")).toBeVisible();
});

test("a key is renamed and described, and who collides with somebody else sees both sides", async ({
  page,
}) => {
  const errors = watchErrors(page);
  const project = await addTexts("named", { "cart.title": { en: "Cart" }, "cart.empty": { en: "Empty" } });
  await page.goto(at("named/keys"));
  const dialog = page.getByRole("dialog");
  await page.getByRole("gridcell", { name: "cart.title" }).click();
  await dialog.getByRole("button", { name: "Change key" }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("cart.empty");
  await dialog.getByLabel("Maximum length").fill("some");
  await dialog.getByRole("button", { name: "Save key" }).click();
  await expect(dialog.getByText("Enter a whole number, or leave it empty.")).toBeVisible();
  await expectGoodLooks(page, "changing a key");
  await page.setViewportSize({ width: 1280, height: 900 });
  await dialog.getByLabel("Maximum length").fill("40");
  await dialog.getByRole("button", { name: "Save key" }).click();
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");

  const theirs = { key: { name: "cart.title" }, name: "basket.title", description: "On top" };
  const path = `/api/oauth-client/v1/projects/${project.id}/keys/update`;
  expect((await member.visitor.post(path, { keys: [theirs] })).status).toBe(200);
  await dialog.getByLabel("Name", { exact: true }).fill("cart.heading");
  await dialog.getByLabel("Tags").fill("cart, web");
  await dialog.getByRole("button", { name: "Save key" }).click();
  const both = dialog.getByRole("status").filter({ hasText: "Both of you changed the same" });
  await expect(both).toContainText("basket.title");
  await expect(both).toContainText("cart.heading");
  await expect(dialog.getByLabel("Description")).toHaveValue("On top");
  await expectGoodLooks(page, "a key that somebody else changed");
  await page.setViewportSize({ width: 1280, height: 900 });
  await dialog.getByRole("button", { name: "Save key" }).click();
  await expect(dialog.getByRole("heading", { name: "cart.heading" })).toBeVisible();
  await expect(dialog.getByText("On top")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("gridcell", { name: /cart\.heading.*cart.*web/s })).toBeVisible();
  expect(errors.filter((error) => !/status of 409/.test(error))).toEqual([]);
});

test("keys are selected by keyboard and changed together, and each change is taken back", async ({
  page,
}) => {
  const errors = watchErrors(page);
  await addTexts("many", {
    "cart.count": { en: "{count} items", de: "{count} Artikel" },
    "cart.empty": { en: "Your cart is empty" },
    "cart.title": { en: "Cart", de: "Warenkorb" },
    "cart.total": { en: "Total", de: "Summe" },
  });
  await page.goto(at("many/keys?languages=de"));
  const table = page.getByRole("grid", { name: "Keys" });
  const bar = page.getByRole("toolbar", { name: "Selected keys" });
  const dialog = page.getByRole("dialog");
  const chosen = () => table.locator("tbody [aria-selected=true]");
  await table.locator('[data-cell="0 0"]').focus();
  await page.keyboard.press(" ");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(bar).toContainText("3 keys selected");
  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
  await table.getByRole("checkbox", { name: "Select cart.count" }).check();
  await table.getByRole("checkbox", { name: "Select cart.title" }).click({ modifiers: ["Shift"] });
  await expect(chosen()).toHaveCount(3);
  await expectGoodLooks(page, "selected keys");
  await page.setViewportSize({ width: 1280, height: 900 });

  await bar.getByRole("button", { name: "Move", exact: true }).click();
  await dialog.getByLabel("Namespace").fill("shop");
  await expectGoodLooks(page, "moving keys");
  await page.setViewportSize({ width: 1280, height: 900 });
  await dialog.getByRole("button", { name: "Move 3 keys" }).click();
  await expect(table.getByText("shop", { exact: true })).toHaveCount(3);
  await expect(bar).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(table.getByText("shop", { exact: true })).toHaveCount(0);

  await table.locator('[data-cell="0 0"]').focus();
  await page.keyboard.press("Control+a");
  await expect(bar).toContainText("4 keys selected");
  await bar.getByRole("button", { name: "Tags" }).click();
  await dialog.getByLabel("Add a tag").fill("checkout");
  await dialog.getByRole("button", { name: "Change tags of 4 keys" }).click();
  await expect(table.getByText("checkout", { exact: true })).toHaveCount(4);

  await table.getByRole("checkbox", { name: "Select cart.title" }).check();
  await bar.getByRole("button", { name: "Tags" }).click();
  await dialog.getByLabel("checkout").check();
  await dialog.getByRole("button", { name: "Change tags of 1 key" }).click();
  await expect(table.getByText("checkout", { exact: true })).toHaveCount(3);

  await table.getByRole("checkbox", { name: "Select all keys that were read" }).check();
  await bar.getByRole("button", { name: "Approve" }).click();
  await dialog.getByLabel("Language").selectOption("de");
  await dialog.getByLabel("Status").selectOption("draft");
  await dialog.getByRole("button", { name: "Mark as draft in German" }).click();
  await expect(page.getByText("Draft: 3 texts in German; 1 key has none")).toBeVisible();
  await expect(table.getByText("Draft", { exact: true })).toHaveCount(3);

  await table.getByRole("checkbox", { name: "Select cart.count" }).check();
  await table.getByRole("checkbox", { name: "Select cart.empty" }).check();
  await bar.getByRole("button", { name: "Move to the trash" }).click();
  await expect(table.getByRole("row")).toHaveCount(3);
  await page
    .getByText("Moved 2 keys to the trash")
    .locator("..")
    .getByRole("button", { name: "Undo" })
    .click();
  await expect(table.getByRole("row")).toHaveCount(5);
  expect(errors).toEqual([]);
});

test("the project's pages and keys are found from anywhere in it by keyboard", async ({ page }) => {
  await addTexts("found", { "cart.title": { en: "Cart", de: "Warenkorb" }, "cart.empty": { en: "Empty" } });
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
  await addTexts("seen", { "cart.title": { en: "Cart" } });
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
