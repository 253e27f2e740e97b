import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { addOrganization, addPerson } from "../../test/support/people.ts";
import { openAccounts } from "../accounts/accounts.ts";
import { openCdn } from "../cdn/open-cdn.ts";
import { readDiagnosticMessages } from "./messages.ts";
import { createSample } from "./sample.ts";
import { seedProject } from "./seed-project.ts";

const LANGUAGES = ["cs", "de", "es", "fr", "it", "ja", "ko", "pl", "pt-BR", "ru", "tr", "zh-CN", "zh-TW"];

describe("the diagnostic messages", () => {
  it("are 2,120, whole in English and 13 languages, under canonical codes", () => {
    const { languages, keys } = readDiagnosticMessages();
    expect(languages).toEqual(["en", ...LANGUAGES]);
    expect(keys).toHaveLength(2120);
    const first = keys.find(({ name }) => name === "Unterminated_string_literal_1002");
    expect(first?.texts).toMatchObject({
      en: "Unterminated string literal.",
      "zh-CN": "未终止的字符串字面量。",
    });
    for (const { texts } of keys) expect(Object.keys(texts)).toHaveLength(14);
  });
});

/** 30,000 values with their history, on a machine that may be busy. */
const PATIENCE_MILLISECONDS = 120_000;

describe.each(ENGINES)("the sample project on $engine", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it(
    "comes out of the CDN equal to what went in, in every language",
    async () => {
      const context = testContext(database.db);
      const person = await addPerson(context.db);
      const organization = await addOrganization(context.db, "Sample", person);
      const project = await seedProject(context, {
        organization,
        user: { id: person.userId, name: person.name, email: person.email },
      });
      expect(project.sourceLanguage).toBe("en");

      const cdn = openCdn(context);
      const server = createServer((incoming, response) => void cdn.handle(incoming, response));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const { keys } = readDiagnosticMessages();
      for (const language of ["en", ...LANGUAGES]) {
        const path = `/cdn/${organization.slug}/compiler-messages/${language.toLowerCase()}/translations.json`;
        const body = (await (await fetch(`http://127.0.0.1:${port}${path}`)).json()) as {
          translations: Record<string, string>;
        };
        expect(body).toEqual({
          translations: Object.fromEntries(keys.map(({ name, texts }) => [name, texts[language]])),
        });
      }
      server.close();
    },
    PATIENCE_MILLISECONDS,
  );

  it(
    "is made by one of several nodes that start at once, and stops none of them",
    async () => {
      const empty = await open();
      const said = vi.spyOn(console, "log").mockImplementation(() => {});
      const context = testContext(empty.db);
      const node = () => createSample(context, openAccounts(context));
      await Promise.all([node(), node(), node()]);
      await node();
      expect(said).toHaveBeenCalledTimes(1);
      said.mockRestore();
      for (const table of ["users", "organizations", "apps", "projects", "releases"] as const) {
        const rows = await empty.db.read.selectFrom(table).select("id").execute();
        expect([table, rows.length]).toEqual([table, 1]);
      }
      await empty.close();
    },
    PATIENCE_MILLISECONDS,
  );
});
