import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { build, type PreviewServer, preview } from "vite";
import { watchErrors } from "./looks.ts";
import { addOrganization, addPerson, addProject, created, type Member } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

const ROOT = join(import.meta.dirname, "use-intl");
const TEXTS = {
  title: { en: "Cart", de: "Warenkorb" },
  items: {
    en: "{count, plural, one {# item} other {# items}}",
    de: "{count, plural, one {# Stück} other {# Stücke}}",
  },
  help: { en: "Need <link>help</link>?", de: "Brauchen Sie <link>Hilfe</link>?" },
};

let parlance: Parlance;
let member: Member;
let program: PreviewServer;
let built: string;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  built = mkdtempSync(join(tmpdir(), "parlance-use-intl-"));
  const shared = { root: ROOT, configFile: false, logLevel: "warn" } as const;
  await build({ ...shared, build: { outDir: built, emptyOutDir: true } });
  program = await preview({ ...shared, build: { outDir: built }, preview: { host: "127.0.0.1", port: 0 } });
});
test.afterAll(async () => {
  await program?.close();
  rmSync(built, { recursive: true, force: true });
  await parlance?.stop();
});

for (const fileStructure of ["single_file", "namespaced_folders"]) {
  test(`@better-i18n/use-intl 0.1.8, built by Vite, renders a ${fileStructure} project and what is published next`, async ({
    page,
  }) => {
    const errors = watchErrors(page);
    const { id, name } = await publishedProject(fileStructure);
    await open(page, name, "de");
    await expect(page.getByRole("heading", { name: "Warenkorb" })).toBeVisible();
    await expect(page.getByText("3 Stücke")).toBeVisible();
    await expect(page.getByRole("link", { name: "Hilfe" })).toBeVisible();
    await expect(page.getByRole("listitem")).toHaveText(["Deutsch", "English"]);
    await open(page, name, "en");
    await expect(page.getByText("3 items")).toBeVisible();

    const value = { key: { namespace: "cart", name: "title" }, language: "de", text: "Einkaufswagen" };
    await expectOk(member.visitor.post(`${id}/values`, { values: [value] }));
    await open(page, name, "de");
    await expect(page.getByRole("heading", { name: "Warenkorb" })).toBeVisible();
    await expectOk(member.visitor.post(`${id}/releases`, {}));
    await page.reload();
    await expect(page.getByRole("heading", { name: "Einkaufswagen" })).toBeVisible();
    expect(errors).toEqual([]);
  });
}

/** Its address in the API, and its name as clients write it. */
async function publishedProject(fileStructure: string): Promise<{ id: string; name: string }> {
  const slug = fileStructure.replace("_", "-");
  const organization = await addOrganization(member, slug);
  const project = await addProject(member, organization.id, "Shop", "shop", { fileStructure });
  const id = `/api/oauth-client/v1/projects/${project.id}`;
  await created(member.visitor, `${id}/languages`, { code: "de" });
  const keys = Object.entries(TEXTS).map(([name, values]) => ({ namespace: "cart", name, values }));
  await created(member.visitor, `${id}/keys`, { keys });
  await expectOk(member.visitor.post(`${id}/releases`, {}));
  return { id, name: `${organization.slug}/${project.slug}` };
}

async function open(page: Page, project: string, locale: string): Promise<void> {
  const settings = new URLSearchParams({ cdn: `${parlance.url}/cdn`, project, locale });
  await page.goto(`${program.resolvedUrls?.local[0]}?${settings}`);
}

async function expectOk(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  expect(response.ok, `${response.url} answered ${response.status}: ${await response.text()}`).toBe(true);
}
