import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import type { FormatFacts } from "@parlance/contract/formats";
import type { BytesAnswer } from "@parlance/contract/operation";
import type { Input } from "@parlance/contract/operations";
import type { ReadCall } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { FORMATS } from "../formats/formats.ts";
import type { FileKey } from "../formats/row.ts";
import { ApiError } from "../platform/api-error.ts";
import { languagesOf } from "../projects/languages.ts";
import { needLanguageOf } from "../texts/find-language.ts";
import { type ExportedValue, selectKeyPage, selectValues } from "./store.ts";

const KEYS_PER_PAGE = 500;
const STATUSES = ["draft", "reviewed", "approved"] as const;

/**
 * The keys and texts of a project as a file that is made while it is read. Throws `invalid_request` when the fields do
 * not fit the format, and `not_found` for a language that the project does not have.
 */
export async function exportFile(
  call: ReadCall,
  project: ProjectTable,
  request: Input<"exports.get">,
): Promise<BytesAnswer> {
  const format = FORMATS[request.format];
  if (format.languages !== "many" && request.language === undefined) {
    const expected = `a language, because ${request.format} holds one`;
    throw new ApiError("invalid_request", `The field /language is missing: ${expected}.`, {
      errors: [{ pointer: "/language", code: "required", expected }],
    });
  }
  const all = await languagesOf(call.store, project.id);
  const language = request.language && needLanguageOf(all, request.language, "/language");
  const fallback = format.namespaces === "one" ? DEFAULT_NAMESPACE : undefined;
  const namespace = request.namespace ?? fallback;
  const statuses = STATUSES.slice(STATUSES.indexOf(request.status ?? "draft"));
  const keys = { projectId: project.id, namespace };
  return {
    contentType: format.contentType,
    fileName: [project.slug, language, namespace, format.extensions[0]].filter(Boolean).join("."),
    bytes: format.write({
      sourceLanguage: project.sourceLanguage,
      languages: language ? languagesIn(format, project, language) : [...all.keys()],
      namespace: namespace ?? null,
      pages: (languages) => readPages(call, keys, { languages, statuses }),
    }),
  };
}

/** The languages of a file for one language; a pair also holds the source texts. */
export function languagesIn(
  { languages }: Pick<FormatFacts, "languages">,
  { sourceLanguage }: Pick<ProjectTable, "sourceLanguage">,
  language: string,
): string[] {
  return languages === "pair" ? [...new Set([sourceLanguage, language])] : [language];
}

interface KeySelection {
  projectId: string;
  namespace: string | undefined;
}

interface ValueSelection {
  languages: readonly string[];
  statuses: readonly (typeof STATUSES)[number][];
}

async function* readPages(
  { store }: ReadCall,
  keys: KeySelection,
  { languages, statuses }: ValueSelection,
): AsyncGenerator<FileKey[]> {
  let page: KeyTable[];
  let after: KeyTable | undefined;
  do {
    page = await selectKeyPage(store, { ...keys, after, limit: KEYS_PER_PAGE });
    const ids = page.map((key) => key.id);
    const values = ids.length > 0 ? await selectValues(store, ids, languages, statuses) : [];
    const valuesOf = Map.groupBy(values, (value) => value.keyId);
    yield page.map((key) => toFileKey(key, valuesOf.get(key.id) ?? []));
    after = page.at(-1);
  } while (page.length === KEYS_PER_PAGE);
}

function toFileKey(key: KeyTable, values: readonly ExportedValue[]): FileKey {
  const { namespace, name, description, format, maxLength } = key;
  return { namespace, name, description, format, maxLength, tags: JSON.parse(key.tags), values };
}
