import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import type { Scenario } from "../../../dashboard/test/mock-answers.ts";
import { startMockDashboard } from "../../../dashboard/test/mock-dashboard.ts";
import { expectGoodLooks, watchErrors } from "./looks.ts";

const PROJECT = "/organizations/acme/projects/web-app";
const IMPORTS = `${PROJECT}/imports`;
/** Of three parts, as the page cuts files. */
const LARGE_FILE = {
  name: "messages.de.json",
  mimeType: "application/json",
  buffer: Buffer.alloc(18e6, " "),
};

const PAGES = [IMPORTS, `${IMPORTS}/imp_1`, `${PROJECT}/namespaces`, `${PROJECT}/settings`];
const HOSTILE_PAGES = [IMPORTS, `${IMPORTS}/imp_1`, `${IMPORTS}/imp_3`];

const STATES: { what: string; scenario?: Scenario; paths: string[]; says: RegExp }[] = [
  {
    what: "a project without imports",
    scenario: "empty",
    paths: [IMPORTS],
    says: /Nothing was imported yet/,
  },
  {
    what: "a project without keys",
    scenario: "empty",
    paths: [`${PROJECT}/namespaces`],
    says: /No namespaces yet/,
  },
  { what: "a page that waits", scenario: "loading", paths: PAGES, says: /^Loading$/ },
  { what: "a page that fails", scenario: "failing", paths: PAGES, says: /This could not be loaded/ },
  {
    what: "a hostile name",
    scenario: "hostile",
    paths: HOSTILE_PAGES,
    says: /<img src=x onerror=alert\(1\)>/,
  },
  { what: "a full page", paths: [PROJECT, `${PROJECT}/namespaces`, `${PROJECT}/settings`], says: /Web app/ },
  { what: "an upload that was left", paths: [`${IMPORTS}/imp_2`], says: /Choose the same file to go on/ },
  { what: "a trial", paths: [`${IMPORTS}/imp_4`], says: /This was a trial/ },
  { what: "a failed import", paths: [`${IMPORTS}/imp_5`], says: /ends in the middle of an object/ },
  { what: "a cancelled import", paths: [`${IMPORTS}/imp_6`], says: /It was cancelled/ },
];

for (const { what, scenario = "full", paths, says } of STATES) {
  test(`${what} says what it is, is accessible and fits`, async ({ page }) => {
    const mock = await startMockDashboard({ scenario });
    try {
      for (const path of paths) {
        await page.goto(mock.url + path);
        await expect.soft(page.getByText(says).first(), path).toBeAttached();
        await expectGoodLooks(page, `${path}, ${scenario}`);
      }
    } finally {
      await mock.close();
    }
  });
}

test("a file's format, language and namespace are guessed and can be corrected", async ({ page }) => {
  await withMock(page, async (url) => {
    await page.goto(url + IMPORTS);
    await choose(page, { name: "checkout.pt_br.json", text: '{"cart": {"title": "Carrinho"}}' });
    await expect(page.getByLabel("Format").first()).toHaveValue("json_nested");
    await expect(page.getByLabel("Language").first()).toHaveValue("pt-BR");
    await expect(page.getByLabel("Namespace").first()).toHaveValue("checkout");
    await expectGoodLooks(page, "a chosen file");
    await page.getByRole("button", { name: "Choose another file" }).click();
    await choose(page, { name: "sv.json", text: '{"title": "Vagn"}' });
    await expect(page.getByLabel("Format").first()).toHaveValue("json_flat");
    await expect(page.getByText("says Swedish, which this project does not have yet")).toBeVisible();
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await expect(page.getByText("Say which language the file is in.")).toBeVisible();
    await page.getByRole("button", { name: "Choose another file" }).click();
    await choose(page, { name: "keys.ndjson", text: '{"key": "a"}\n' });
    await expect(page.getByLabel("Format").first()).toHaveValue("ndjson");
    await page.getByRole("button", { name: "Choose another file" }).click();
    await choose(page, { name: "de.json", text: "" });
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await expect(page.getByText("The file is empty.")).toBeVisible();
  });
});

test("a file is chosen from the keyboard, or dropped", async ({ page }) => {
  await withMock(page, async (url) => {
    // From here on Chromium asks us for files; told so only when the key is pressed, it may come too late.
    const choosing = page.waitForEvent("filechooser");
    await page.goto(url + IMPORTS);
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    await page.getByLabel("Drop a file here, or choose one").focus();
    await expect(page.getByLabel("Drop a file here, or choose one")).toBeFocused();
    await page.keyboard.press("Enter");
    const file = { name: "de.json", mimeType: "application/json", buffer: Buffer.from('{"a": "A"}') };
    await (await choosing).setFiles(file);
    await expect(page.getByText("de.json", { exact: true }).first()).toBeVisible();
    await page.getByRole("button", { name: "Choose another file" }).press("Enter");
    const data = await page.evaluateHandle(() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(['{"a": "A"}'], "fr.json"));
      return dropped;
    });
    await page.getByText("Drop a file here, or choose one").dispatchEvent("drop", { dataTransfer: data });
    await expect(page.getByLabel("Language").first()).toHaveValue("fr");
    await page.getByRole("button", { name: "Import", exact: true }).press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "fr.json" })).toContainText("Done", {
      timeout: 30_000,
    });
  });
});

test("an upload goes on by itself after a broken connection, and while other pages are looked at", async ({
  page,
}) => {
  await withMock(page, async (url) => {
    const offsets: string[] = [];
    let broken = 0;
    await page.route("**/content", (route) => {
      const offset = route.request().headers()["upload-offset"] ?? "";
      offsets.push(offset);
      if (offset === "0" || broken === 1) return route.continue();
      broken += 1;
      return route.abort("connectionreset");
    });
    await page.goto(url + IMPORTS);
    await page.locator("input[type=file]").setInputFiles(LARGE_FILE);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await expect(page.getByText("The connection broke")).toBeVisible();
    await page.getByRole("link", { name: "Namespaces" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Namespaces" })).toBeVisible();
    await page.getByRole("link", { name: "Import and export" }).click();
    await page
      .getByRole("link", { name: /messages\.de\.json/ })
      .first()
      .click();
    await expect(page.getByText("Done", { exact: true })).toBeVisible({ timeout: 30_000 });
    expect(offsets).toEqual(["0", "8388608", "8388608", "16777216"]);
  });
});

test("an upload goes on after a reload with the same file, and refuses another one", async ({ page }) => {
  await withMock(page, async (url) => {
    let isDown = true;
    const offsets: string[] = [];
    await page.route("**/content", (route) => {
      const offset = route.request().headers()["upload-offset"] ?? "";
      if (offset !== "0" && isDown) return route.abort();
      offsets.push(offset);
      return route.continue();
    });
    page.on("dialog", (dialog) => dialog.accept());
    await page.goto(url + IMPORTS);
    await page.locator("input[type=file]").setInputFiles(LARGE_FILE);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await expect(page.getByText("The connection broke")).toBeVisible();
    await page.reload();
    await expect(page.getByText("8.4 MB of 18 MB uploaded")).toBeVisible();
    isDown = false;
    await choose(page, { name: "messages.de.json", text: "{}" });
    await expect(page.getByText("This is another file.")).toBeVisible();
    await page.locator("input[type=file]").setInputFiles(LARGE_FILE);
    await expect(page.getByRole("progressbar", { name: "Import" })).toBeVisible();
    await expect(page.getByText("per second")).toBeVisible();
    await expect(page.getByText("Done", { exact: true })).toBeVisible({ timeout: 30_000 });
    expect(offsets).toEqual(["0", "8388608", "16777216"]);
  });
});

test("thousands of problems scroll, are read on, and leave as a table or line by line", async ({ page }) => {
  await withMock(page, async (url) => {
    await page.goto(`${url}${IMPORTS}/imp_3`);
    const rows = page.getByRole("table", { name: "Problems" }).getByRole("row");
    await expect(rows.filter({ hasText: "abschnitt_0." })).toBeVisible();
    await page.keyboard.press("End");
    await expect(rows.filter({ hasText: /abschnitt_(4\d|5\d)\./ }).first()).toBeAttached();
    expect(await rows.count()).toBeLessThan(60);
    await expectGoodLooks(page, "problems");
    const csv = await download(page, "Table (CSV)");
    expect(csv.name).toMatch(/\.problems\.csv$/);
    expect(csv.text.trim().split("\r\n")).toHaveLength(2001);
    expect(csv.text).toContain('"count, Donaudampfschifffahrtsgesellschaftskapitän"');
    const ndjson = await download(page, "A line each (NDJSON)");
    const lines = ndjson.text.trim().split("\n");
    expect(lines).toHaveLength(2000);
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ row: 4, code: "unknown_language", found: "kl" });
  });
});

test("an import that is not there is said so and not looked for again", async ({ page }) => {
  const mock = await startMockDashboard();
  try {
    let looks = 0;
    await page.route("**/imports/imp_none", (route) => {
      if (route.request().resourceType() === "fetch") looks += 1;
      return route.continue();
    });
    await page.goto(`${mock.url}${IMPORTS}/imp_none`);
    await expect(page.getByText("There is nothing here")).toBeVisible();
    await expectGoodLooks(page, "no such import");
    expect(looks).toBe(1);
  } finally {
    await mock.close();
  }
});

test("progress that cannot be read for a moment is told and read again", async ({ page }) => {
  const mock = await startMockDashboard();
  try {
    let isDown = false;
    await page.route("**/api/**/imports/imp_1", (route) => (isDown ? route.abort() : route.continue()));
    await page.goto(`${mock.url}${IMPORTS}/imp_1`);
    await expect(page.getByRole("progressbar")).toBeVisible();
    isDown = true;
    await expect(page.getByText("This may be out of date")).toBeVisible();
    isDown = false;
    await expect(page.getByText("This may be out of date")).toBeHidden();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Done");
  } finally {
    await mock.close();
  }
});

test("an import that writes asks before it stops", async ({ page }) => {
  await withMock(page, async (url) => {
    await page.goto(`${url}${IMPORTS}/imp_1`);
    await page.getByRole("button", { name: "Cancel import" }).click();
    await expect(page.getByRole("dialog")).toContainText("What was written so far stays");
    await page.getByRole("button", { name: "Stop the import" }).click();
    await expect(page.getByText("It was cancelled")).toBeVisible();
  });
});

test("a language is found by its own name, paused, removed and brought back from the keyboard", async ({
  page,
}) => {
  await withMock(page, async (url) => {
    await page.goto(url + PROJECT);
    await page.getByRole("button", { name: "Add language" }).press("Enter");
    await expect(page.getByRole("combobox", { name: "Language" })).toBeFocused();
    await page.keyboard.type("sven");
    await expect(page.getByRole("option", { name: /Swedish/ })).toBeVisible();
    await expectGoodLooks(page, "adding a language");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("combobox", { name: "Language" })).toHaveValue("sv");
    await page.keyboard.press("Enter");
    const row = page.getByRole("listitem").filter({ hasText: "Swedish" });
    await expect(row).toContainText("0 of 2,120 keys");
    await page.getByRole("button", { name: "Actions for Swedish" }).press("Enter");
    await pick(page, "Make it a draft");
    await expect(row.getByText("Draft")).toBeVisible();
    await page.getByRole("button", { name: "Actions for Swedish" }).press("Enter");
    await pick(page, "Remove");
    await expect(page.getByRole("dialog")).toContainText("come back if you add Swedish again");
    await page.getByRole("button", { name: "Remove Swedish" }).press("Enter");
    await expect(row).toHaveCount(0);
    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await expect(row).toBeVisible();
  });
});

test("another language becomes the source after it was said what that means", async ({ page }) => {
  await withMock(page, async (url) => {
    await page.goto(url + PROJECT);
    await page.getByRole("button", { name: "Actions for German" }).press("Enter");
    await pick(page, "Make it the source");
    await expect(page.getByRole("dialog")).toContainText("English is translated like the others");
    await expectGoodLooks(page, "another source language");
    await page.getByRole("button", { name: "Make German the source" }).click();
    await expect(page.getByText("The translations of 12 keys are outdated now")).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: "German" })).toContainText("Source");
  });
});

test("Esc closes the suggestions first and the dialog after", async ({ page }) => {
  await withMock(page, async (url) => {
    await page.goto(url + PROJECT);
    await page.getByRole("button", { name: "Add language" }).click();
    await expect(page.getByRole("combobox", { name: "Language" })).toBeFocused();
    await page.keyboard.type("fr");
    await expect(page.getByRole("listbox")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("listbox")).toBeHidden();
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  });
});

test("a namespace is described, and a project renamed, ruled and deleted", async ({ page }) => {
  await withMock(page, async (url) => {
    await page.goto(`${url}${PROJECT}/namespaces`);
    await page.getByRole("button", { name: "Edit checkout" }).click();
    await expectGoodLooks(page, "a namespace");
    await page.getByLabel("Name", { exact: true }).fill("cart");
    await page.getByLabel("Tags").fill("web, shop, web");
    await page.getByRole("button", { name: "Save" }).click();
    const row = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: "cart" }) });
    await expect(row.getByText("shop", { exact: true })).toBeVisible();

    await page.getByRole("link", { name: "Settings" }).last().click();
    await page.getByLabel("Name", { exact: true }).fill("Shop");
    await page.getByRole("button", { name: "Save name" }).click();
    await expect(page.getByText("Name saved")).toBeVisible();
    await page.getByLabel("A faulty text in an imported file").selectOption("reject");
    await page.getByRole("button", { name: "Save rules" }).click();
    await expect(page.getByText("Rules saved")).toBeVisible();
    await page.reload();
    await expect(page.getByLabel("A faulty text in an imported file")).toHaveValue("reject");
    await page.getByRole("button", { name: "Delete Shop" }).click();
    await page.getByRole("button", { name: "Delete project" }).click();
    await expect(page.getByRole("dialog")).toContainText("Type web-app to confirm.");
    await page.getByLabel("Type web-app to confirm").fill("web-app");
    await page.getByRole("button", { name: "Delete project" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Projects" })).toBeVisible();
    await expect(page.getByRole("link", { name: /^Shop/ })).toHaveCount(0);
  });
});

async function withMock(page: Page, work: (url: string) => Promise<void>): Promise<void> {
  const mock = await startMockDashboard();
  const errors = watchErrors(page);
  try {
    await work(mock.url);
    expect(errors.filter((error) => !/net::ERR_/.test(error))).toEqual([]);
  } finally {
    await mock.close();
  }
}

function choose(page: Page, { name, text }: { name: string; text: string }): Promise<void> {
  const file = { name, mimeType: "application/json", buffer: Buffer.from(text) };
  return page.locator("input[type=file]").setInputFiles(file);
}

/** By keyboard. A menu that has just opened takes the focus for its first item, as a person would see. */
async function pick(page: Page, item: string): Promise<void> {
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.getByRole("menuitem", { name: item }).press("Enter");
}

async function download(page: Page, item: string): Promise<{ name: string; text: string }> {
  await page.getByRole("button", { name: "Download the problems" }).click();
  const arriving = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: item }).click();
  const file = await arriving;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}
