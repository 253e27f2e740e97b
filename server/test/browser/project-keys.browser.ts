import { expect, test } from "@playwright/test";
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

test("texts are found and written without a mouse, each in its own direction", async ({ page }) => {
  await addTexts(member, organization.id, "web", {
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

  // Ctrl+Enter goes from text to text; the last one has none below it.
  await page.goto(at("web/keys?languages=de"));
  await table.getByRole("gridcell", { name: "{count} Artikel" }).click();
  await page.keyboard.type(" insgesamt");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByLabel("German text of cart.empty")).toBeFocused();
  await expect(table.getByRole("gridcell", { name: "{count} Artikel insgesamt" })).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByLabel("German text of cart.title")).toBeFocused();
  await page.keyboard.press("Control+Enter");
  await expect(table.locator('[data-cell="2 2"]')).toBeFocused();
  expect(errors).toEqual([]);
});

test("a text that breaks the rules is refused beside where it is written", async ({ page }) => {
  await addTexts(member, organization.id, "rules", {
    "cart.count": { en: "{count} items", de: "{count} Artikel" },
  });
  await page.goto(at("rules/keys?languages=de"));
  await page.getByRole("gridcell", { name: "{count} Artikel" }).click();
  await page.getByLabel("German text of cart.count").fill("{anzahl} Artikel");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("alert")).toContainText("count");
  await expect(page.getByLabel("German text of cart.count")).toBeFocused();
  await expectGoodLooks(page, "a refused text");
});

test("who writes what somebody else changed meanwhile sees both texts and chooses", async ({ page }) => {
  const project = await addTexts(member, organization.id, "both", {
    "cart.title": { en: "Cart", de: "Wagen" },
  });
  await page.goto(at("both/keys?languages=de"));
  await page.getByRole("gridcell", { name: "Wagen" }).click();
  await setText(member, project, { name: "cart.title", language: "de", text: "Korb" });
  await page.getByLabel("German text of cart.title").fill("Warenkorb");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("gridcell").getByRole("status")).toContainText("Noor wrote here meanwhile");
  await expect(page.getByRole("gridcell").getByText("Korb", { exact: true })).toBeVisible();
  await expectGoodLooks(page, "a collision");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("gridcell", { name: "Warenkorb" })).toBeFocused();
});

test("a half-written text stays with its key when rows come and go above it", async ({ page }) => {
  const project = await addTexts(member, organization.id, "rows", {
    "cart.title": { en: "Cart", de: "Wagen" },
  });
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
  const project = await addTexts(member, organization.id, "past", {
    "cart.title": { en: "Cart", de: "Warenkorb" },
  });
  await setText(member, project, { name: "cart.title", language: "de", text: "Wagen" });
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
  await addTexts(member, organization.id, "trash", { "cart.title": { en: "Cart" } });
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
  const project = await addTexts(member, organization.id, "named", {
    "cart.title": { en: "Cart" },
    "cart.empty": { en: "Empty" },
  });
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
  await addTexts(member, organization.id, "many", {
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

function at(path: string): string {
  return `${parlance.url}/organizations/${organization.slug}/projects/${path}`;
}
