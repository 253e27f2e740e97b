import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { watchErrors } from "./looks.ts";
import { addOrganization, addPerson, addProject, created, type Member, signInBrowser } from "./people.ts";
import { type Parlance, reservePartnerUrl, startParlance } from "./programs.ts";

/** A page of an app that has nothing but a browser: the user connects in a popup, which sends its address to who opened it. */
const PAGE = `<!doctype html><html lang="en"><title>App</title><button>Connect</button><ul></ul><p role="status"></p>
<script type="module">
import { createParlance, memoryStore } from "/sdk/index.js";
const settings = await (await fetch("/settings.json")).json();
const redirectUri = location.origin + "/callback";
const scopes = ["org:read", "projects:read"];
const parlance = createParlance({ ...settings, redirectUri, scopes, store: memoryStore() });
const userId = "me";
document.querySelector("button").addEventListener("click", async () => {
  const popup = window.open("about:blank", "_blank", "width=600,height=800");
  popup.location = await parlance.authorizeUrl({ userId });
});
addEventListener("message", async ({ origin, data }) => {
  if (origin !== location.origin) return;
  for (const { id, organizationId } of await parlance.callback({ userId, url: data })) {
    for await (const { name } of parlance.client(id).projects.list.each({ organizationId })) {
      document.querySelector("ul").append(Object.assign(document.createElement("li"), { textContent: name }));
    }
    await parlance.disconnect(id);
    document.querySelector("p").textContent = await parlance.client(id).me().catch((error) => error.name);
  }
});
</script></html>`;
const CALLBACK = `<!doctype html><html lang="en"><title>Connected</title>
<script>opener.postMessage(location.href, location.origin); close();</script></html>`;

const ROOT = join(import.meta.dirname, "../../..");
const built = mkdtempSync(join(tmpdir(), "parlance-sdk-browser-"));
let parlance: Parlance;
let server: Server;
let member: Member;
let url: string;

test.beforeAll(async () => {
  execFileSync(process.execPath, [join(ROOT, "sdk/build/build.ts"), built]);
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  const organization = await addOrganization(member, "Northwind");
  await addProject(member, organization.id, "Website", "website");
  url = await reservePartnerUrl();
  const registered = await created<{ app: { id: string } }>(
    member.visitor,
    `/api/dashboard/organizations/${organization.id}/apps`,
    { name: "Page app", type: "spa", redirectUris: [`${url}/callback`] },
  );
  server = serve({ url: parlance.url, clientId: registered.app.id });
  await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), "127.0.0.1", resolve));
});
test.afterAll(async () => {
  server?.close();
  rmSync(built, { recursive: true, force: true });
  await parlance?.stop();
});

test("the SDK connects a page of another origin in a popup, calls for it, and knows when it is revoked", async ({
  page,
}) => {
  const errors = watchErrors(page);
  await signInBrowser(page.context(), member);
  await page.goto(url);
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Connect" }).click();
  const popup = await opened;
  await popup.getByRole("button", { name: "Authorize" }).click();
  await popup.getByRole("link", { name: "Continue to your app" }).click();
  await expect(page.getByRole("listitem")).toHaveText(["Website"]);
  await expect(page.getByRole("status")).toHaveText("ConnectionRevokedError");
  expect(errors).toEqual([]);
});

/** The app's page, its callback, and the modules of the package as they are. */
function serve(settings: object): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const isModule = /^\/sdk\/[\w/-]+\.js$/.test(pathname);
    const answer = (type: string, body: string | Buffer) =>
      response.writeHead(200, { "content-type": type }).end(body);
    if (pathname === "/") answer("text/html; charset=utf-8", PAGE);
    else if (pathname === "/callback") answer("text/html; charset=utf-8", CALLBACK);
    else if (pathname === "/settings.json") answer("application/json", JSON.stringify(settings));
    else if (isModule) answer("text/javascript", readFileSync(join(built, pathname.slice("/sdk/".length))));
    else response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
  });
}
