import { describe, expect, it } from "vitest";
import { buildFiles } from "./build-files.ts";

const VALUES = [
  { namespace: "auth", name: "login.button", text: "Log in" },
  { namespace: "auth", name: "login.title", text: "Welcome" },
  { namespace: "default", name: "auth.reset", text: "Reset" },
  { namespace: "default", name: "title", text: "Hello" },
];

async function build(keyFormat: "nested" | "flat", namespaces: string[] | null, values = VALUES) {
  const files = await buildFiles({ keyFormat }, "pt-BR", namespaces, [values]);
  return Object.fromEntries([...files].map(([path, bytes]) => [path, JSON.parse(bytes.toString())]));
}

describe("published files (CDN contract §3, decision 0003)", () => {
  it("holds all namespaces of a locale in one file, default called translations, names nested at their dots", async () => {
    expect(await build("nested", null)).toEqual({
      "pt-br/translations.json": {
        auth: { login: { button: "Log in", title: "Welcome" } },
        translations: { auth: { reset: "Reset" }, title: "Hello" },
      },
    });
  });

  it("keeps the dots of flat names, still below their namespace", async () => {
    expect(await build("flat", null)).toEqual({
      "pt-br/translations.json": {
        auth: { "login.button": "Log in", "login.title": "Welcome" },
        translations: { "auth.reset": "Reset", title: "Hello" },
      },
    });
  });

  it("gives every namespace a file, and the combined one carries the default keys at top level too", async () => {
    expect(await build("nested", ["auth", "default", "empty"])).toEqual({
      "pt-br/auth.json": { login: { button: "Log in", title: "Welcome" } },
      "pt-br/empty.json": {},
      "pt-br/translations.json": {
        auth: { login: { button: "Log in", title: "Welcome" }, reset: "Reset" },
        title: "Hello",
        translations: { auth: { reset: "Reset" }, title: "Hello" },
      },
    });
  });

  it("lets a namespace have its place where a default key has the same name", async () => {
    const values = [...VALUES, { namespace: "title", name: "a", text: "A" }];
    expect(
      (await build("flat", ["auth", "default", "title"], values))["pt-br/translations.json"],
    ).toMatchObject({
      title: { a: "A" },
      translations: { title: "Hello" },
    });
  });

  it("takes hostile names for names", async () => {
    const values = ["__proto__.polluted", "constructor", "a..b", ".", "toString.call"].map((name) => ({
      namespace: "default",
      name,
      text: name,
    }));
    const [text = ""] = [...(await buildFiles({ keyFormat: "nested" }, "en", null, [values])).values()].map(
      String,
    );
    expect(text).toBe(
      '{"translations":{"__proto__":{"polluted":"__proto__.polluted"},"constructor":"constructor",' +
        '"a":{"":{"b":"a..b"}},"":{"":"."},"toString":{"call":"toString.call"}}}',
    );
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it("is an empty object for a locale without values", async () => {
    expect(await build("nested", null, [])).toEqual({ "pt-br/translations.json": {} });
  });
});
