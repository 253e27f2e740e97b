import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import type { BytesAnswer } from "@parlance/contract/operation";
import type { Input } from "@parlance/contract/operations";
import type { Call } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { type FileWriter, JsonWriter, NdjsonWriter } from "../formats/write.ts";
import { ApiError } from "../platform/api-error.ts";
import { languagesOf } from "../projects/languages.ts";
import { needLanguageOf } from "../translations/find-language.ts";
import { type ExportedValue, selectKeyPage, selectValues } from "./store.ts";

type Wish = Input<"exports.get">;

const KEYS_PER_PAGE = 500;
const STATUSES = ["draft", "reviewed", "approved"] as const;

/**
 * A project's keys and texts as a file that is made while it is read. Throws `invalid_request` where format and fields do
 * not fit, `not_found` for a language that the project has not.
 */
export async function exportFile(call: Call, project: ProjectTable, wish: Wish): Promise<BytesAnswer> {
  const isJson = wish.format !== "ndjson";
  if (isJson && wish.language === undefined) {
    const expected = `a language, because ${wish.format} holds one`;
    throw new ApiError("invalid_request", `The field /language is missing: ${expected}.`, {
      errors: [{ pointer: "/language", code: "required", expected }],
    });
  }
  const all = await languagesOf(call.store, project.id);
  const languages = wish.language ? [needLanguageOf(all, wish.language, "/language")] : [...all.keys()];
  const namespace = wish.namespace ?? (isOfOneNamespace(wish) ? DEFAULT_NAMESPACE : undefined);
  const statuses = STATUSES.slice(STATUSES.indexOf(wish.status ?? "draft"));
  const name = [project.slug, ...(wish.language ? languages : []), ...(namespace ? [namespace] : [])];
  return {
    contentType: isJson ? "application/json; charset=utf-8" : "application/x-ndjson; charset=utf-8",
    fileName: `${name.join(".")}.${isJson ? "json" : "ndjson"}`,
    bytes: write(call, writerOf(wish), { projectId: project.id, namespace, languages, statuses }),
  };
}

interface Selection {
  projectId: string;
  namespace: string | undefined;
  languages: readonly string[];
  statuses: readonly (typeof STATUSES)[number][];
}

async function* write(
  { store }: Call,
  writer: FileWriter,
  { languages, statuses, ...keys }: Selection,
): AsyncGenerator<Uint8Array> {
  let page: KeyTable[];
  let after: KeyTable | undefined;
  do {
    page = await selectKeyPage(store, { ...keys, after, limit: KEYS_PER_PAGE });
    const ids = page.map((key) => key.id);
    const values = ids.length > 0 ? await selectValues(store, ids, languages, statuses) : [];
    const valuesOf = Map.groupBy(values, (value) => value.keyId);
    const text = page.map((key) => writer.write(toFileKey(key, valuesOf.get(key.id) ?? []))).join("");
    if (text !== "") yield Buffer.from(text);
    after = page.at(-1);
  } while (page.length === KEYS_PER_PAGE);
  const end = writer.end();
  if (end !== "") yield Buffer.from(end);
}

function toFileKey(key: KeyTable, values: readonly ExportedValue[]) {
  const { namespace, name, description, format, maxLength } = key;
  return { namespace, name, description, format, maxLength, tags: JSON.parse(key.tags), values };
}

function isOfOneNamespace({ format }: Wish): boolean {
  return format === "json_flat" || format === "json_nested";
}

function writerOf({ format }: Wish): FileWriter {
  return format === "ndjson" ? new NdjsonWriter() : new JsonWriter(format);
}
