import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BULK_LIMIT } from "@parlance/contract/operations/keys";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDiagnosticMessages } from "../../src/sample/messages.ts";
import { startWorld, type World } from "../conformance/world.ts";
import { call, connect, exchange, installationToken, refusal, tokens } from "../support/flow.ts";

const SCOPES =
  "projects:read projects:write keys:read keys:write translations:read translations:write translations:publish";
/** As the package calls its folders → as the store does. */
const CODES: Record<string, string> = {
  cs: "cs",
  de: "de",
  es: "es",
  fr: "fr",
  it: "it",
  ja: "ja",
  ko: "ko",
  pl: "pl",
  "pt-br": "pt-BR",
  ru: "ru",
  tr: "tr",
  "zh-cn": "zh-CN",
  "zh-tw": "zh-TW",
};

interface Project {
  id: string;
  keyCount: number;
  languages: { code: string; isSource: boolean; translated: number; coverage: number }[];
  cdn: { manifest: string; pattern: string };
}

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test("2,120 messages in 13 languages go in by installation token and come out of the CDN equal", {
  timeout: 120_000,
}, async () => {
  const written = readPackage();
  const english = readDiagnosticMessages().keys.map(({ name, texts }) => [name, texts.en as string] as const);
  expect(Object.keys(written)).toEqual(Object.keys(CODES));
  const names = english.map(([name]) => name);
  expect(names).toHaveLength(2120);

  const app = await world.app({ scopes: SCOPES.split(" ") });
  const connected = await connect(world.owner.browser, app, { scope: SCOPES });
  const token = await installationToken(world.base, await tokens(exchange(world.base, app, connected)));
  const send = async <Answer>(path: string, status: number, body?: object): Promise<Answer> => {
    const response = await call(world.base, path, token, {
      ...(body && {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    if (response.status !== status) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };

  const { id } = await send<Project>("/v1/projects", 201, {
    name: "Compiler messages",
    slug: "compiler-messages",
    sourceLanguage: "en",
  });
  const project = `/v1/projects/${id}`;
  for (const folder of Object.keys(written)) {
    const { code } = await send<{ code: string }>(`${project}/languages`, 201, { code: folder });
    expect(code).toBe(CODES[folder]);
  }
  for (const part of inParts(english)) {
    const keys = part.map(([name, text]) => ({ name, format: "plain", values: { en: text } }));
    await send(`${project}/keys`, 201, { keys });
  }
  for (const [language, texts] of Object.entries(written)) {
    for (const part of inParts(Object.entries(texts))) {
      const values = part.map(([name, text]) => ({ key: { name }, language, text }));
      const { updated } = await send<{ updated: number }>(`${project}/values`, 200, { values });
      expect(updated).toBe(part.length);
    }
  }
  await send(`${project}/releases`, 201, { message: "All of them" });

  const stored = await send<Project>(project, 200);
  expect(stored.keyCount).toBe(2120);
  expect(stored.languages.map(({ code }) => code).sort()).toEqual(["en", ...Object.values(CODES)].sort());
  for (const { translated, coverage } of stored.languages)
    expect([translated, coverage]).toEqual([2120, 100]);
  const brazilian = await send<{ items: { language: string }[] }>(
    `${project}/values?language=pt-br&limit=1`,
    200,
  );
  expect(brazilian.items[0]?.language).toBe("pt-BR");

  const manifest = (await (await fetch(stored.cdn.manifest)).json()) as { files: object };
  expect(Object.keys(manifest.files).sort()).toEqual(["en", ...Object.keys(CODES)].sort());
  const expected = { en: Object.fromEntries(english), ...written };
  for (const [folder, texts] of Object.entries(expected)) {
    const file = await fetch(stored.cdn.pattern.replace("{locale}", folder));
    expect([folder, file.status]).toEqual([folder, 200]);
    expect(await file.json()).toEqual({ translations: texts });
  }
});

test("a thousand and one keys or values in one call are refused, and none is taken", async () => {
  const connected = await connect(world.owner.browser, world.web);
  const issued = await tokens(exchange(world.base, world.web, connected));
  const token = await installationToken(world.base, issued);
  const many = Array.from({ length: BULK_LIMIT + 1 }, (_, index) => ({ name: `key ${index}` }));
  const headers = { "content-type": "application/json" };
  const refused = await call(world.base, `/v1/projects/${world.projectId}/keys`, token, {
    method: "POST",
    headers,
    body: JSON.stringify({ keys: many }),
  });
  expect(await refusal(refused)).toEqual([400, "invalid_request"]);
  const kept = await call(world.base, `/v1/projects/${world.projectId}/keys`, token);
  expect(await kept.json()).toMatchObject({ items: [] });
});

/** The translated messages as the package ships them, by folder. */
function readPackage(): Record<string, Record<string, string>> {
  const library = dirname(createRequire(import.meta.url).resolve("typescript-messages"));
  const fileOf = (folder: string) => join(library, folder, "diagnosticMessages.generated.json");
  const folders = readdirSync(library).filter((folder) => existsSync(fileOf(folder)));
  return Object.fromEntries(
    folders.sort().map((folder) => [folder, JSON.parse(readFileSync(fileOf(folder), "utf8"))]),
  );
}

function inParts<Item>(items: readonly Item[]): Item[][] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += BULK_LIMIT) {
    parts.push(items.slice(start, start + BULK_LIMIT));
  }
  return parts;
}
