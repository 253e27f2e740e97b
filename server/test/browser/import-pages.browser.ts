import { readFileSync } from "node:fs";
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

test("a file is tried first, then imported for good, and leads to what it changed", async ({ page }) => {
  const id = await addTexts("shop", { "cart.count": { en: "{count} items" }, "cart.title": { en: "Cart" } });
  await refuseFaults(id);
  const errors = watchErrors(page);
  await page.goto(at("shop/imports"));
  await expect(page.getByText("Nothing was imported yet")).toBeVisible();
  await choose(page, "messages.de.json", {
    cart: { count: "{anzahl} Artikel", title: "Warenkorb", new: "Neu hier" },
  });
  await page.getByRole("button", { name: "Try it first" }).click();
  await expect(page.getByText("This was a trial. Nothing was written")).toBeVisible();
  await expect(page.getByText("An import would write 2 texts and create 1 key.")).toBeVisible();
  const problems = page.getByRole("table", { name: "Problems" });
  await expect(problems.getByRole("row").filter({ hasText: "cart.count" }).first()).toContainText("anzahl");
  await expectGoodLooks(page, "the report of a trial");
  expect(await textsOf(id, "de")).toEqual({});

  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: "Import now" }).click();
  await expect(page.getByText("2 texts written, 1 key created")).toBeVisible();
  await expectGoodLooks(page, "the report of an import");
  expect(await textsOf(id, "de")).toEqual({ "cart.new": "Neu hier", "cart.title": "Warenkorb" });
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("link", { name: "See what changed" }).click();
  await expect(page.getByText("Warenkorb")).toBeVisible();

  await page.getByRole("link", { name: "Import and export" }).click();
  const rows = page.getByRole("list", { name: "Imports" }).getByRole("listitem");
  await expect(rows).toHaveCount(2);
  await expect(rows.last()).toContainText("Trial");
  await expectGoodLooks(page, "the list of imports");
  expect(errors).toEqual([]);
});

test("texts that are there can be kept", async ({ page }) => {
  const id = await addTexts("kept", { "cart.title": { en: "Cart", de: "Korb" } });
  await page.goto(at("kept/imports"));
  await choose(page, "de.json", { "cart.title": "Warenkorb", "cart.empty": "Leer" });
  await page.getByLabel("Keep it").check();
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByText("1 text written, 1 key created")).toBeVisible();
  expect(await textsOf(id, "de")).toEqual({ "cart.empty": "Leer", "cart.title": "Korb" });
});

test("a large file arrives whole although an answer is lost and the page is loaded again", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const id = await addTexts("large", {});
  const texts = Object.fromEntries(
    Array.from({ length: 2500 }, (_, index) => [
      `legal.paragraph_${index}`,
      `${index} ${"Wörter ".repeat(500)}`,
    ]),
  );
  let parts = 0;
  await page.route("**/content", async (route) => {
    parts += 1;
    // The first part arrives without an answer, the next one not at all.
    if (parts === 1) await route.fetch();
    return parts <= 2 ? route.abort() : route.continue();
  });
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(at("large/imports"));
  await choose(page, "de.json", texts);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByText("8.4 MB of 10.1 MB uploaded")).toBeVisible();
  await expect.poll(() => parts).toBe(2);
  await page.reload();
  await choose(page, "de.json", texts);
  await expect(page.getByText("uploaded")).toBeHidden();
  await page.getByRole("link", { name: "Keys", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Keys" })).toBeVisible();
  await page.getByRole("link", { name: "Import and export" }).click();
  await page.getByRole("link", { name: /de\.json/ }).click();
  await expect(page.getByText("2,500 texts written, 2,500 keys created")).toBeVisible({ timeout: 60_000 });
  expect(await textsOf(id, "de")).toEqual(texts);
});

test("a file that breaks off is refused where it does", async ({ page }) => {
  await addTexts("broken", {});
  await page.goto(at("broken/imports"));
  await chooseText(page, "de.json", '{"cart.title": "Warenkorb", "cart.emp');
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await expect(page.getByText("It stopped before the end")).toBeVisible();
  await expect(page.getByText("Failed", { exact: true })).toBeVisible();
  await expectGoodLooks(page, "an import that failed");
  await page.getByRole("link", { name: "Start again" }).click();
  await choose(page, "other.json", { "cart.title": "Warenkorb" });
  await expect(page.getByLabel("Language").first()).toHaveValue("de");
});

test("what is exported is what is written, in German and Arabic", async ({ page }) => {
  await addTexts("out", {
    "cart.title": { en: "Cart", de: "Warenkorb", ar: "السلة" },
    "cart.empty": { en: "Your cart is empty", ar: "سلتك فارغة" },
  });
  await page.goto(at("out/imports"));
  const card = page.locator("section").filter({ has: page.getByRole("heading", { name: "Export" }) });
  await card.getByLabel("Language").selectOption("ar");
  expect(JSON.parse(await download(page))).toEqual({ cart: { title: "السلة", empty: "سلتك فارغة" } });
  await card.getByLabel("Format").selectOption("ndjson");
  await card.getByLabel("Language").selectOption("");
  const lines = (await download(page)).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).key).sort()).toEqual(["cart.empty", "cart.title"]);
});

function at(path: string): string {
  return `${parlance.url}/organizations/${organization.slug}/projects/${path}`;
}

function choose(page: Page, name: string, content: unknown): Promise<void> {
  return chooseText(page, name, JSON.stringify(content));
}

async function chooseText(page: Page, name: string, text: string): Promise<void> {
  const file = { name, mimeType: "application/json", buffer: Buffer.from(text) };
  await page.locator("input[type=file]").setInputFiles(file);
}

async function download(page: Page): Promise<string> {
  const arriving = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  return readFileSync(await (await arriving).path(), "utf8");
}

/** A project in English, German and Arabic with these texts. */
async function addTexts(slug: string, keys: Record<string, Record<string, string>>): Promise<string> {
  const { id } = await addProject(member, organization.id, slug, slug);
  const path = `/api/oauth-client/v1/projects/${id}`;
  for (const code of ["de", "ar"]) await created(member.visitor, `${path}/languages`, { code });
  const entries = Object.entries(keys).map(([name, values]) => ({ name, values }));
  if (entries.length > 0) await created(member.visitor, `${path}/keys`, { keys: entries });
  return id;
}

async function refuseFaults(id: string): Promise<void> {
  const answer = await member.visitor.fetch(`/api/oauth-client/v1/projects/${id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ validationMode: { import: "reject" } }),
  });
  expect(answer.status).toBe(200);
}

/** All texts of a language by the names of their keys. */
async function textsOf(id: string, language: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  let cursor: string | null = "";
  do {
    const query: string = new URLSearchParams({
      language,
      limit: "250",
      ...(cursor && { cursor }),
    }).toString();
    const answer = await member.visitor.get(`/api/oauth-client/v1/projects/${id}/values?${query}`);
    const page = (await answer.json()) as {
      items: { name: string; text: string }[];
      nextCursor: string | null;
    };
    for (const { name, text } of page.items) texts[name] = text;
    cursor = page.nextCursor;
  } while (cursor);
  return texts;
}
