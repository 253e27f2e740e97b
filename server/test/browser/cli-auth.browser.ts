import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import { expectGoodLooks, watchErrors } from "./looks.ts";
import { addOrganization, addPerson, addProject, type Member, PASSWORD, signInBrowser } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** What a command line sees that opens /cli-auth and waits on this machine (contract/cli §1). */
let parlance: Parlance;
let member: Member;
test.beforeAll(async () => {
  parlance = await startParlance();
  member = await addPerson(parlance, "Noor", "noor@example.com");
  for (const name of ["Lighthouse", "Harbour"]) {
    const organization = await addOrganization(member, name);
    await addProject(member, organization.id, `${name} website`, `${name.toLowerCase()}-website`);
  }
});
test.afterAll(() => parlance?.stop());

/** Listens as the program does, and answers what it was told. */
async function waitAsProgram(): Promise<{ callback: string; told: Promise<URL>; stop: () => void }> {
  let tell: (url: URL) => void = () => {};
  const told = new Promise<URL>((resolve) => {
    tell = resolve;
  });
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/callback") {
      // A referrer would carry the address of our page to whatever listens.
      url.searchParams.set("referrer", request.headers.referer ?? "none");
      tell(url);
    }
    response.setHeader("content-type", "text/html").end("<h1>Back to your terminal</h1>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const callback = `http://localhost:${(server.address() as AddressInfo).port}/callback`;
  return { callback, told, stop: () => server.close() };
}

const addressFor = (callback: string) => `${parlance.url}/cli-auth?callback=${encodeURIComponent(callback)}`;

async function whoHolds(key: string): Promise<{ user: { email: string } }> {
  const answer = await fetch(`${parlance.url}/api/auth/get-session`, {
    headers: { "x-api-key": key, accept: "application/json" },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { user: { email: string } };
}

async function projectsOf(key: string): Promise<string[]> {
  const headers = { "x-api-key": key };
  const list = async (path: string) => {
    const answer = await fetch(`${parlance.url}/api/oauth-client${path}`, { headers });
    return ((await answer.json()) as { items: { id: string; name: string }[] }).items;
  };
  const [organization, ...more] = await list("/organizations");
  expect(more).toEqual([]);
  return (await list(`/organizations/${organization?.id}/projects`)).map(({ name }) => name);
}

async function keyNames(page: Page): Promise<string[]> {
  const { items } = (await (
    await page.request.get(`${parlance.url}/api/dashboard/organizations`)
  ).json()) as { items: { id: string }[] };
  const names: string[] = [];
  for (const { id } of items) {
    const keys = await page.request.get(`${parlance.url}/api/dashboard/organizations/${id}/api-keys`);
    names.push(...((await keys.json()) as { items: { name: string }[] }).items.map(({ name }) => name));
  }
  return names;
}

test("somebody signs in on the way, picks where, and the program gets a key that works", async ({ page }) => {
  const errors = watchErrors(page);
  const program = await waitAsProgram();
  await page.goto(addressFor(program.callback));
  await page.getByLabel("E-mail address").fill(member.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { name: "Sign in a command-line program" })).toBeVisible();
  await expect(page.getByText(new URL(program.callback).host)).toBeVisible();
  // Nothing happened so far: that takes a click.
  expect(await keyNames(page)).toEqual([]);
  await page.getByLabel("Organization").selectOption("Lighthouse");
  await page.getByRole("radio", { name: "Only these" }).check();
  await expect(page.getByRole("button", { name: "Create key and go on" })).toBeDisabled();
  await page.getByRole("checkbox", { name: "Lighthouse website" }).check();
  await page.getByLabel("Name of this computer").fill("Laptop");
  await expectGoodLooks(page, "making a key");
  await page.getByRole("button", { name: "Create key and go on" }).press("Enter");

  const told = await program.told;
  await expect(page.getByRole("heading", { name: "Back to your terminal" })).toBeVisible();
  const { api_key: key = "", ...rest } = Object.fromEntries(told.searchParams);
  expect(key).toMatch(/^bi-[A-Za-z]{64}$/);
  expect(rest).toEqual({ referrer: "none" });
  expect((await whoHolds(key)).user.email).toBe(member.email);
  expect(await projectsOf(key)).toEqual(["Lighthouse website"]);
  expect(await keyNames(page)).toEqual(["Command line: Laptop"]);
  expect(errors).toEqual([]);
  expect(parlance.output()).not.toContain(key);
  program.stop();
});

test("who cancels makes no key, and the program is told", async ({ page }) => {
  await signInBrowser(page.context(), member);
  const before = await keyNames(page);
  const program = await waitAsProgram();
  await page.goto(addressFor(program.callback));
  await page.getByRole("button", { name: "Cancel" }).click();
  expect((await program.told).searchParams.get("error")).toBe("access_denied");
  expect((await program.told).searchParams.has("api_key")).toBe(false);
  expect(await keyNames(page)).toEqual(before);
  program.stop();
});

test("a link that leads the key elsewhere shows no form", async ({ page }) => {
  await signInBrowser(page.context(), member);
  const elsewhere = [
    "https://evil.example/callback",
    "http://evil.example/callback",
    "http://localhost:9876@evil.example/",
    `${parlance.url}/sign-in`,
    "javascript:alert(1)",
  ];
  for (const callback of elsewhere) {
    await page.goto(addressFor(callback));
    await expect(page.getByRole("heading", { name: "No program waits for this" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Create key and go on" })).toHaveCount(0);
  }
  await expectGoodLooks(page, "no program");
});

test("somebody without an organization is told what to do", async ({ page }) => {
  const alone = await addPerson(parlance, "Ida", "ida@example.com");
  await signInBrowser(page.context(), alone);
  const program = await waitAsProgram();
  await page.goto(addressFor(program.callback));
  await expect(page.getByRole("heading", { name: "Only owners and admins make keys" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect((await program.told).searchParams.get("error")).toBe("access_denied");
  program.stop();
});
