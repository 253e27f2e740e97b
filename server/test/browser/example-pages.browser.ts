import { expect, type Page, test } from "@playwright/test";
import { servePages } from "./built-pages.ts";
import { watchErrors } from "./looks.ts";
import {
  addApp,
  addOrganization,
  addPerson,
  addProject,
  created,
  type Member,
  type Organization,
  signInBrowser,
} from "./people.ts";
import { type Parlance, reservePartnerUrl, startParlance } from "./programs.ts";

/** Examples that are pages, from an origin of their own, against a whole server. */
let parlance: Parlance;
let noor: Member;
let northwind: Organization;
let project: { id: string; slug: string };
test.beforeAll(async () => {
  parlance = await startParlance();
  noor = await addPerson(parlance, "Noor", "noor@example.com");
  northwind = await addOrganization(noor, "Northwind", "northwind");
  project = await addProject(noor, northwind.id, "Website", "website");
});
test.afterAll(() => parlance?.stop());

test("cdn-reader switches language, and shows what is published next without being asked", async ({
  page,
}) => {
  const errors = watchErrors(page);
  const api = `/api/oauth-client/v1/projects/${project.id}`;
  const { visitor } = noor;
  await created(visitor, `${api}/languages`, { code: "de" });
  const keys = [
    { namespace: "shop", name: "title", values: { en: "Cart", de: "Warenkorb" } },
    { namespace: "shop", name: "welcome", values: { en: "Welcome <b>back</b>" } },
  ];
  await created(visitor, `${api}/keys`, { keys });
  await created(visitor, `${api}/releases`, {});

  const url = await reservePartnerUrl();
  const settings = { VITE_PROJECT_CDN: `${parlance.url}/cdn/northwind/website` };
  const pages = await servePages("cdn-reader", { url, settings });
  try {
    const answers: number[] = [];
    page.on("response", (response) => {
      if (response.url().startsWith(settings.VITE_PROJECT_CDN)) answers.push(response.status());
    });
    await page.goto(url);
    const title = page.getByRole("heading", { level: 1 });
    await expect(title).toHaveText("Cart");
    await page.getByRole("combobox").selectOption({ label: "Deutsch" });
    await expect(title).toHaveText("Warenkorb");
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    // What is not translated is shown in the source language, and markup in a text is text.
    await expect(page.getByText("Welcome <b>back</b>")).toBeVisible();

    const value = { key: { namespace: "shop", name: "title" }, language: "de", text: "Einkaufswagen" };
    await visitor.post(`${api}/values`, { values: [value] });
    await expect.poll(() => answers).toContain(304);
    await expect(title).toHaveText("Warenkorb");
    await created(visitor, `${api}/releases`, {});
    await expect(title).toHaveText("Einkaufswagen");
    expect(errors).toEqual([]);
  } finally {
    await pages.stop();
  }
});

test("spa-pkce asks in a window, calls with tokens that no storage holds, and ends its connection", async ({
  page,
  context,
}) => {
  const errors = watchErrors(page);
  const url = await reservePartnerUrl();
  const { clientId, clientSecret } = await addApp(noor, northwind.id, {
    type: "spa",
    name: "Sprout",
    redirectUris: [`${url}/callback.html`],
  });
  expect(clientSecret).toBeNull();
  const settings = { VITE_PARLANCE_URL: parlance.url, VITE_PARLANCE_CLIENT_ID: clientId };
  const pages = await servePages("spa-pkce", { url, settings });
  try {
    await signInBrowser(context, noor);
    await page.goto(url);
    const status = page.getByRole("status");

    await test.step("a Cancel and a closed window change nothing", async () => {
      const refused = await openPopup(page);
      await refused.getByRole("button", { name: "Cancel" }).click();
      await expect(status).toHaveText("You did not allow the connection. Nothing was changed.");
      await expect.poll(() => refused.isClosed()).toBe(true);
      const closed = await openPopup(page);
      await closed.close();
      await expect(status).toHaveText("The window was closed. Nothing was changed.");
    });

    await test.step("what another window says is not heard", async () => {
      const popup = await openPopup(page);
      await page.evaluate(() =>
        window.postMessage({ answer: "?code=planted&state=planted" }, location.origin),
      );
      await expect(status).toHaveText("Waiting for Parlance …");
      await popup.getByRole("button", { name: "Authorize" }).click();
      await popup.getByRole("link", { name: "Continue to your app" }).click();
    });

    await expect(status).toHaveText("Connected.");
    await expect(page.getByRole("listitem")).toHaveText(["northwind: Website"]);
    expect(await stored(page)).toEqual([0, 0, ""]);

    await test.step("a page of another origin that opens the callback hears nothing", async () => {
      const foreign = await context.newPage();
      await context.route("http://elsewhere.test/", (route) =>
        route.fulfill({ contentType: "text/html", body: "<script>var heard = []</script>" }),
      );
      await foreign.goto("http://elsewhere.test/");
      const opened = foreign.waitForEvent("popup");
      await foreign.evaluate((callback) => {
        window.addEventListener("message", ({ data }) => Object.assign(window, { heard: data }));
        window.open(callback);
      }, `${url}/callback.html?code=secret&state=any`);
      const callback = await opened;
      // The query leaves the address as the last thing that the page does.
      await callback.waitForURL(`${url}/callback.html`);
      expect(await foreign.evaluate(() => (window as { heard?: unknown }).heard)).toEqual([]);
      await foreign.close();
    });

    await page.getByRole("button", { name: "Disconnect" }).click();
    await expect(status).toHaveText("Disconnected.");
    const listed = await noor.visitor.get("/api/dashboard/connections");
    expect(((await listed.json()) as { items: unknown[] }).items).toEqual([]);
    expect(errors).toEqual([]);
  } finally {
    await pages.stop();
  }
});

async function openPopup(page: Page): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Connect to Parlance" }).click();
  const popup = await opened;
  await expect(popup.getByRole("heading", { name: /wants to work with your translations/ })).toBeVisible();
  return popup;
}

/** What a page keeps where other scripts of its origin find it after it is gone. */
function stored(page: Page): Promise<unknown[]> {
  return page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
}
