import { expect, type Locator, type Page, test } from "@playwright/test";
import { framesDuring, watchFrames } from "./frames.ts";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import { addOrganization, addPerson, addProject, created, type Member, signInBrowser } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** With the source language these are fourteen. */
const TARGETS = ["ar", "cs", "da", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt-BR", "zh-Hans"];
const KEYS = 10_000;
const PER_CALL = 500;
/** The table may hold the rows in sight and a few around them, however many keys there are. */
const MOST_ROWS = 50;

/** Keys whose texts are long: one word that no line holds, and a plural in all forms Arabic has. */
const LONG = new Map([
  [
    3,
    {
      en: "{count, plural, one {# order} other {# orders}}",
      de: "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung: {count, plural, one {# Bestellung} other {# Bestellungen}}",
      ar: "{count, plural, zero {لا طلبات} one {طلب واحد} two {طلبان} few {# طلبات} many {# طلبًا} other {# طلب}}",
    },
  ],
]);

let parlance: Parlance;
let member: Member;
let keysPage: string;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  const organization = await addOrganization(member, "Lighthouse");
  const project = await addProject(member, organization.id, "Big", "big");
  keysPage = `${parlance.url}/organizations/${organization.slug}/projects/big/keys`;
  const path = `/api/oauth-client/v1/projects/${project.id}`;
  for (const code of TARGETS) await created(member.visitor, `${path}/languages`, { code });
  for (let from = 0; from < KEYS; from += PER_CALL) {
    const keys = Array.from({ length: PER_CALL }, (_, index) => keyAt(from + index));
    await created(member.visitor, `${path}/keys`, { keys });
  }
});
test.afterAll(() => parlance?.stop());

// A recording reads the whole page after every step, which would be the longest task of all.
test.use({ trace: "off" });

test.beforeEach(async ({ context, page }) => {
  await signInBrowser(context, member);
  await page.setViewportSize({ width: 1440, height: 900 });
});

test("ten thousand keys scroll and filter, and few rows exist at a time", async ({ page }, info) => {
  const errors = watchErrors(page);
  await watchFrames(page);
  await page.goto(keysPage);
  const table = page.getByRole("grid", { name: "Keys" });
  await expect(cell(table, 0)).toBeVisible();
  await page.mouse.move(700, 500);
  const scrolling = await framesDuring(page, async () => {
    for (let step = 0; step < 100; step += 1) {
      await page.mouse.wheel(0, 600);
      await page.waitForTimeout(16);
    }
  });
  info.annotations.push({ type: "scrolling 60,000 px", description: scrolling.words });
  expect(scrolling.mostRows).toBeLessThanOrEqual(MOST_ROWS);
  expect(await firstRow(page)).toBeGreaterThan(500);
  await expectOwnTexts(page, "ar");

  const filtering = await framesDuring(page, async () => {
    await page.getByLabel("Search", { exact: true }).fill("key04");
    await expect(cell(table, 4000)).toBeVisible();
    await page.getByLabel("Texts", { exact: true }).selectOption("missing");
    await page.getByLabel("Missing in").selectOption("da");
    await expect(cell(table, 4001)).toBeHidden();
    await expect(cell(table, 4010)).toBeVisible();
  });
  info.annotations.push({ type: "filtering", description: filtering.words });
  expect(filtering.mostRows).toBeLessThanOrEqual(MOST_ROWS);
  await expect(page).toHaveURL(/state=missing.*in=da|in=da.*state=missing/);
  await expectGoodLooks(page, "ten thousand keys, filtered");
  expect(errors).toEqual([]);
});

test("one key press leads to the last of ten thousand keys, and one back to the first", async ({ page }) => {
  await page.goto(keysPage);
  const table = page.getByRole("grid", { name: "Keys" });
  await expect(cell(table, 0)).toBeVisible();
  await cell(table, 0).focus();
  await page.keyboard.press("Control+End");
  await expect(table.locator("[data-cell]:focus")).toHaveAttribute("data-cell", `${KEYS - 1} 14`, {
    timeout: 30_000,
  });
  await expect(cell(table, KEYS - 1)).toBeInViewport();
  await expectOwnTexts(page, "zh-Hans");
  await expect(table).toHaveAttribute("aria-rowcount", String(KEYS + 1));
  await page.keyboard.press("Control+Home");
  await expect(cell(table, 0)).toBeFocused();
  await expect(cell(table, 0)).toBeInViewport();
  expect(await table.getByRole("row").count()).toBeLessThanOrEqual(MOST_ROWS);
});

test("every language is reached by keyboard while key and source text stay", async ({ page }) => {
  await page.goto(keysPage);
  const table = page.getByRole("grid", { name: "Keys" });
  await expect(cell(table, 0)).toBeVisible();
  await cell(table, 0).focus();
  const met: string[] = [];
  for (let column = 0; column < TARGETS.length + 1; column += 1) {
    await page.keyboard.press("ArrowRight");
    const here = table.locator(`[data-cell="0 ${column + 1}"]`);
    await expect(here).toBeFocused();
    await expect(here).toBeInViewport({ ratio: 1 });
    await expect(cell(table, 0)).toBeInViewport();
    await expect(table.getByText("Text 0", { exact: true })).toBeInViewport();
    // A cell that waits for its text has none yet.
    await expect(here.locator("[lang]").or(here.getByText("No text yet"))).toBeVisible();
    const text = here.locator("[lang]");
    if ((await text.count()) > 0) met.push((await text.getAttribute("lang")) ?? "");
  }
  // One in ten lacks its Danish text; the first key is among them.
  expect(met).toEqual(["en", ...TARGETS.filter((code) => code !== "da")]);
});

test("long German and Arabic texts are whole, in their own direction, and written without a mouse", async ({
  page,
}) => {
  const errors = watchErrors(page);
  await page.goto(`${keysPage}?q=key00003&languages=de,ar`);
  const table = page.getByRole("grid", { name: "Keys" });
  const german = table.locator('[lang="de"]');
  const arabic = table.locator('[lang="ar"]');
  await expect(german).toHaveAttribute("dir", "ltr");
  await expect(arabic).toHaveAttribute("dir", "rtl");
  for (const text of [german, arabic]) {
    const cut = await text.evaluate((node) => [
      node.scrollWidth - node.clientWidth,
      node.scrollHeight - node.clientHeight,
    ]);
    // A pixel may be lost to rounding.
    expect(Math.max(...cut), await text.innerText()).toBeLessThanOrEqual(1);
  }
  await expectGoodLooks(page, "long German and Arabic");
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.keyboard.press("/");
  while ((await table.locator("[data-cell]:focus").count()) === 0) await page.keyboard.press("Tab");
  for (let column = 0; column < 2; column += 1) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const editor = page.getByLabel("German text of area0.key00003");
  await expect(editor).toBeFocused();
  await expect(editor).toHaveAttribute("dir", "ltr");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("{count, plural, one {# Auftrag} other {# Aufträge}}");
  await page.keyboard.press("Enter");
  await expect(german).toHaveText("{count, plural, one {# Auftrag} other {# Aufträge}}");
  await expect(table.locator('[data-cell="0 2"]')).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("F2");
  await expect(page.getByLabel("Arabic text of area0.key00003")).toHaveAttribute("dir", "rtl");
  await expectGoodLooks(page, "writing Arabic");
  await page.keyboard.press("Escape");
  await expect(table.locator('[data-cell="0 3"]')).toBeFocused();
  expect(errors).toEqual([]);
});

test("on a narrow screen one language stands at a time, and buttons lead to the others", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(`${keysPage}?q=key00001&languages=ar,de,fr`);
  const table = page.getByRole("grid", { name: "Keys" });
  const texts = () =>
    table.locator("[lang]").evaluateAll((all) => all.map((text) => (text as HTMLElement).lang));
  await expect.poll(texts).toEqual(["en", "ar"]);
  await page.getByRole("button", { name: "2 more languages" }).click();
  await expect.poll(texts).toEqual(["en", "de"]);
  await expect(table.getByText("German (2 of 3)")).toBeInViewport();
  await table.locator('[data-cell="0 3"]').focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(texts).toEqual(["en", "fr"]);
});

test("the languages one chooses stay in the address", async ({ page }) => {
  await page.goto(`${keysPage}?q=key00001`);
  await page.getByRole("button", { name: "Languages: All 13" }).click();
  const choice = page.getByRole("dialog", { name: "Languages" });
  await choice.getByLabel("Find in languages").fill("german");
  await choice.getByRole("button", { name: "Only German" }).click();
  await choice.getByLabel("Find in languages").fill("arab");
  await choice.getByLabel("Arabic", { exact: true }).check();
  await expectGoodLooks(page, "choosing languages");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/languages=de(,|%2C)ar/);
  await page.reload();
  const table = page.getByRole("grid", { name: "Keys" });
  await expect(table.getByRole("columnheader")).toHaveText(["Key", "English", /^German/, /^Arabic/]);
});

test("what could not be read says so, is not asked for again and again, and comes after trying again", async ({
  page,
}) => {
  const broken = { status: 503, json: { error: "temporarily_unavailable", request_id: "rid_example" } };
  const nextPages = /\/keys\?.*cursor=/;
  const values = /\/values\?/;
  let asked = 0;
  await page.route(nextPages, (route) => {
    asked += 1;
    return route.fulfill(broken);
  });
  await page.route(values, (route) => route.fulfill(broken));
  await page.goto(keysPage);
  const table = page.getByRole("grid", { name: "Keys" });
  await expect(page.getByText("Some texts could not be loaded")).toBeVisible();
  await expectGoodLooks(page, "texts that could not be loaded");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.unroute(values);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(table.getByText("Text 0", { exact: true })).toBeVisible();

  await cell(table, 0).focus();
  await page.keyboard.press("Control+End");
  await expect(page.getByText("The next rows could not be loaded.")).toBeVisible();
  const before = asked;
  await page.keyboard.press("PageUp");
  await page.keyboard.press("PageDown");
  await page.waitForTimeout(1500);
  expect(asked).toBe(before);
  await page.unroute(nextPages);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.keyboard.press("Shift+Tab");
  await expect(table).toHaveAttribute("aria-rowcount", "-1");
  await expect(page.getByText("The next rows could not be loaded.")).toBeHidden();
});

/** A key's first cell. */
function cell(table: Locator, row: number): Locator {
  return table.getByRole("gridcell", { name: nameOf(row) });
}

function nameOf(row: number): string {
  return `area${Math.floor(row / 1000)}.key${String(row).padStart(5, "0")}`;
}

/** One key in ten lacks its Danish text. */
function keyAt(row: number) {
  const values: Record<string, string> = { en: `Text ${row}` };
  for (const code of TARGETS) values[code] = textOf(row, code);
  if (row % 10 === 0) delete values.da;
  return { name: nameOf(row), values: LONG.get(row) ?? values };
}

function textOf(row: number, code: string): string {
  return `${code} ${row}`;
}

/** The number of the first key in sight. */
async function firstRow(page: Page): Promise<number> {
  const rows = await rowsInSight(page);
  return Number(/key(\d+)/.exec(rows[0]?.name ?? "")?.[1]);
}

/** Each row in sight comes to show its key's own texts, the one in this language among them. */
async function expectOwnTexts(page: Page, language: string): Promise<void> {
  await expect
    .poll(async () => {
      const rows = await rowsInSight(page);
      const wrong = rows.filter(({ name, texts }) => {
        const row = Number(/key(\d+)/.exec(name)?.[1]);
        return texts.en !== `Text ${row}` || texts[language] !== textOf(row, language);
      });
      return { wrong, any: rows.length > 8 };
    })
    .toEqual({ wrong: [], any: true });
}

/** What stands in the window: the keys' names and their texts by language. */
function rowsInSight(page: Page): Promise<{ name: string; texts: Record<string, string> }[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("[role=grid] tbody tr")]
      .filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      })
      .map((row) => {
        const texts = [...row.querySelectorAll<HTMLElement>("[lang]")];
        return {
          name: row.querySelector<HTMLElement>("td")?.innerText.trim() ?? "",
          texts: Object.fromEntries(texts.map((text) => [text.lang, text.innerText])),
        };
      }),
  );
}
