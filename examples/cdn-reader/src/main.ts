import { createCdn, type Manifest, type Messages } from "@parlance/sdk";
import { textOf } from "./text-of.ts";

/** A question that nothing came of costs the server a 304 without a body. */
const EVERY_MS = 3000;

// #region read
/** A project's published files: no token, no account, from any origin. */
const cdn = createCdn({ url: import.meta.env.VITE_PROJECT_CDN });

/** The texts of a language, and below them those of the source language, for what is not translated. */
async function read({ sourceLanguage }: Manifest, language: string): Promise<Messages[]> {
  return Promise.all([cdn.messages(language), cdn.messages(sourceLanguage)]);
}
// #endregion

const manifest = await cdn.manifest();
const select = document.querySelector("select") as HTMLSelectElement;
for (const { code, nativeName } of manifest.languages) select.add(new Option(nativeName, code));
select.value = languageOf(navigator.languages, manifest);
select.addEventListener("change", show);

// #region live
let shown: Messages[] = [];

/** Shows the language that is chosen. What has not changed since the last time is the same object, by its ETag. */
async function show(): Promise<void> {
  const language = select.value;
  const texts = await read(manifest, language);
  const isNews = texts.some((messages, at) => messages !== shown[at]);
  if (!isNews || language !== select.value) return;
  shown = texts;
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
    const name = element.dataset.text as string;
    element.textContent = texts.map((messages) => textOf(messages, name)).find(Boolean) ?? name;
  }
}

/** Goes on asking: the network may be away for a while, and the page keeps what it shows. */
async function follow(): Promise<void> {
  await show().catch((error: unknown) => console.warn("The texts could not be read.", error));
  setTimeout(follow, EVERY_MS);
}
// #endregion

await follow();

/** The first language of the visitor that is published, else the source language. */
function languageOf(wanted: readonly string[], { languages, sourceLanguage }: Manifest): string {
  const codes = languages.map(({ code }) => code);
  const found = wanted
    .flatMap((code) => [code, code.split("-")[0] as string])
    .find((code) => codes.includes(code.toLowerCase()));
  return found?.toLowerCase() ?? sourceLanguage;
}
