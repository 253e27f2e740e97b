import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { clearMessagesCache, createI18nCore } from "@better-i18n/core";
import type { Manifest } from "@parlance/contract/cdn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answered, type Named, type Scene, startScene } from "../refusals/scene.ts";

let scene: Scene;
let cdn: string;
beforeAll(async () => {
  scene = await startScene();
  cdn = `${scene.base}/cdn`;
});
afterAll(() => scene.server.close());

describe("@better-i18n/core 0.2.4, unmodified", () => {
  test("reads manifest and messages, and sees a publish when it asks again and in a fresh process", async () => {
    const project = await published("single_file");
    const client = createI18nCore({ project, defaultLocale: "en", cdnBaseUrl: cdn });
    expect(await client.getLocales()).toEqual(["de", "en", "pt-br"]);
    expect(await client.getLanguages()).toContainEqual(
      expect.objectContaining({ code: "pt-br", nativeName: expect.stringMatching(/^português/i) }),
    );
    const before = await client.getManifest();
    const messages = { translations: { title: "Olá" }, auth: { log: { in: "Entrar" } } };
    for (const locale of ["pt-br", "pt_BR", "pt-BR"]) {
      expect(await client.getMessages(locale)).toEqual(messages);
    }

    await write(project, "pt-BR", "Oi");
    await publish(project);
    expect(await client.getManifest()).toEqual(before);
    const after = (await client.getManifest({ forceRefresh: true })) as unknown as Manifest;
    expect(after.release).toBe(2);
    expect(changedLocales(before as unknown as Manifest, after)).toEqual(["pt-br"]);
    clearMessagesCache();
    expect(await client.getMessages("pt-br")).toMatchObject({ translations: { title: "Oi" } });
    expect(await inFreshProcess(project, "pt-br")).toMatchObject({
      release: 2,
      messages: { translations: { title: "Oi" } },
    });
  });

  test("reads a namespaced project as it reads any other", async () => {
    const project = await published("namespaced_folders");
    const client = createI18nCore({ project, defaultLocale: "en", cdnBaseUrl: cdn });
    expect(await client.getMessages("de")).toEqual({
      title: "Hallo",
      translations: { title: "Hallo" },
      auth: { log: { in: "Anmelden" } },
    });
  });

  test("is told plainly what does not exist", async () => {
    const project = await published("single_file");
    const config = { project, defaultLocale: "en", cdnBaseUrl: cdn, logLevel: "silent" } as const;
    await expect(createI18nCore(config).getMessages("it")).rejects.toThrow("(404)");
    const nobody = createI18nCore({ ...config, project: "nobody/nothing" });
    await expect(nobody.getManifest()).rejects.toThrow("(404)");
    const staticData = { it: { translations: { title: "Ciao" } } };
    expect(await createI18nCore({ ...config, staticData }).getMessages("it")).toEqual(staticData.it);
  });
});

/** `org/project` with three languages and two namespaces, as clients name it. */
async function published(fileStructure: "single_file" | "namespaced_folders"): Promise<string> {
  const { organization, people } = scene;
  const { browser } = people.owner;
  const { id, slug } = await answered<Named>(
    browser.post("/api/oauth-client/v1/projects", {
      organizationId: organization.id,
      name: "Website",
      slug: `website-${++projects}`,
      sourceLanguage: "en",
      fileStructure,
    }),
  );
  for (const code of ["de", "pt-BR"]) {
    await answered(browser.post(`/api/oauth-client/v1/projects/${id}/languages`, { code }));
  }
  const keys = [
    { name: "title", values: { en: "Hello", de: "Hallo", "pt-BR": "Olá" } },
    { namespace: "auth", name: "log.in", values: { en: "Log in", de: "Anmelden", "pt-BR": "Entrar" } },
  ];
  await answered(browser.post(`/api/oauth-client/v1/projects/${id}/keys`, { keys }));
  const project = `${organization.slug}/${slug}`;
  await publish(project);
  return project;
}

let projects = 0;

function publish(project: string): Promise<unknown> {
  return answered(scene.people.owner.browser.post(`${api(project)}/releases`, {}));
}

function write(project: string, language: string, text: string): Promise<unknown> {
  const values = [{ key: { name: "title" }, language, text }];
  return answered(scene.people.owner.browser.post(`${api(project)}/values`, { values }));
}

function api(project: string): string {
  return `/api/oauth-client/v1/projects/${encodeURIComponent(project)}`;
}

function changedLocales(before: Manifest, after: Manifest): string[] {
  return Object.keys(after.files).filter(
    (locale) => after.files[locale]?.lastModified !== before.files[locale]?.lastModified,
  );
}

async function inFreshProcess(project: string, locale: string): Promise<object> {
  const program = `
    import { createI18nCore } from "@better-i18n/core";
    const client = createI18nCore(${JSON.stringify({ project, defaultLocale: "en", cdnBaseUrl: cdn })});
    const [{ release }, messages] = [await client.getManifest(), await client.getMessages("${locale}")];
    console.log(JSON.stringify({ release, messages }));
  `;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
  });
  return JSON.parse(stdout);
}
