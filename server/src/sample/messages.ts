import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The languages of the messages in the package beside English, as its folders are called. */
const FOLDERS = ["cs", "de", "es", "fr", "it", "ja", "ko", "pl", "pt-br", "ru", "tr", "zh-cn", "zh-tw"];
const MESSAGES = 2120;

interface SampleMessages {
  /** Canonical codes, English first. */
  languages: string[];
  keys: { name: string; texts: Record<string, string> }[];
}

interface Diagnostic {
  code: number;
  key: string;
  message: string;
}

/**
 * The diagnostic messages of the TypeScript compiler in 14 languages, read from the development dependency
 * `typescript-messages`. Throws when it is not installed or holds other messages than it should.
 */
export function readDiagnosticMessages(): SampleMessages {
  const require = createRequire(import.meta.url);
  const compiler = require("typescript-messages") as { Diagnostics: Record<string, Diagnostic> };
  const library = dirname(require.resolve("typescript-messages"));
  const translations = FOLDERS.map((folder) => {
    const path = join(library, folder, "diagnosticMessages.generated.json");
    const texts: Record<string, string> = JSON.parse(readFileSync(path, "utf8"));
    return { language: Intl.getCanonicalLocales(folder)[0] as string, texts };
  });
  const names = Object.keys(translations[0]?.texts ?? {});
  const english = englishTexts(Object.values(compiler.Diagnostics));
  const keys = names.map((name) => ({
    name,
    texts: Object.fromEntries([
      ["en", english(name)],
      ...translations.map(({ language, texts }) => [language, texts[name]]),
    ]) as Record<string, string>,
  }));
  checkComplete(keys);
  return { languages: ["en", ...translations.map(({ language }) => language)], keys };
}

/** By key; two messages were reworded after the translations were made, and are the same only by their code. */
function englishTexts(diagnostics: readonly Diagnostic[]): (name: string) => string | undefined {
  const byKey = new Map(diagnostics.map(({ key, message }) => [key, message]));
  const byCode = new Map(diagnostics.map(({ code, message }) => [String(code), message]));
  return (name) => byKey.get(name) ?? byCode.get(name.slice(name.lastIndexOf("_") + 1));
}

function checkComplete(keys: SampleMessages["keys"]): void {
  const whole = keys.filter(({ texts }) =>
    Object.values(texts).every((text) => typeof text === "string" && text !== ""),
  );
  if (whole.length !== MESSAGES) {
    throw new Error(`typescript-messages holds ${whole.length} whole messages, not ${MESSAGES}.`);
  }
}
