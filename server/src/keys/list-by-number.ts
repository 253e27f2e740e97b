import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import type { ToolInput, ToolOutput } from "@parlance/contract/tools";
import type { PlacedProject, Reach, ReadCall } from "../context.ts";
import type { LanguageTable } from "../database/schema.ts";
import { languagesOf } from "../projects/languages.ts";
import { countedNamespaces } from "../projects/namespaces.ts";
import { needScope } from "../projects/need-scope.ts";
import { needLanguageOf } from "../texts/find-language.ts";
import type { StoredValue } from "../texts/find-values.ts";
import { everyKey, findInOrder, type KeySearch, noteOn } from "./find-in-order.ts";
import { type NamedKey, pageByNumber } from "./page-by-number.ts";
import { textsOfKeys } from "./texts-of-keys.ts";

/** What matches is counted so far, and further only for a page that stands deeper. */
const MOST_COUNTED = 2000;
/** From here on an agent is told how to ask for less. */
const MANY_KEYS = 500;

type Input = ToolInput<"listKeys">;
type Listed = ToolOutput<"listKeys">["k"][number];
type Field = NonNullable<Input["fields"]>[number];
type Placed = ReadCall & { readonly project: PlacedProject; readonly reach: Reach };

interface Page {
  keys: readonly NamedKey[];
  tot: number;
  hasMore: boolean;
  /** What the caller must know of them. */
  notes: string[];
}

/**
 * A page of keys by its number, in the order of lists (decision 21). Counters answer how many there are and where a page
 * begins as long as nothing is looked for; else a bounded part of the project is looked at. What looks at values needs
 * `translations:read`; source texts that nobody asked for are left out without it.
 */
export async function listByNumber(call: Placed, input: Input): Promise<ToolOutput<"listKeys">> {
  const { page, limit } = input;
  const fields = fieldsOf(call.reach, input.fields);
  const languages = await languagesOf(call.store, call.project.id);
  const language =
    fields.has("sourceText") && !looksAtTargets(fields) ? call.project.sourceLanguage : undefined;
  const { keys, tot, hasMore, notes } = await pageOf(call, input, { languages, language });
  const nss = [...new Set(keys.map(({ namespace }) => namespace))];
  const k = await withFields(call, keys, { nss, fields, languages: [...languages.keys()] });
  if (!input.fields && !fields.has("sourceText")) notes.push("Source texts need translations:read.");
  if (tot > MANY_KEYS) notes.push("Narrow with search, namespaces or missingLanguage where you can.");
  return {
    ...{ tot, ret: k.length, pg: page, lim: limit, has_more: hasMore, nss, k },
    ...(notes.length > 0 && { note: notes.join(" ") }),
  };
}

/** The texts that a search asks for; none when it is empty. */
export function partsOf(search: string | readonly string[] | undefined): string[] {
  return [search ?? []].flat().filter((part) => part !== "");
}

/** A list that narrows; undefined for one that is empty, which narrows nothing. */
export function anyOf<Item>(list: readonly Item[] | undefined): readonly Item[] | undefined {
  return list && list.length > 0 ? list : undefined;
}

/** Nothing that is asked for is left out in silence: only what is usual may go. */
function fieldsOf({ scopes, ...reach }: Reach, asked: Input["fields"]): ReadonlySet<Field> {
  if (!asked) return new Set(scopes.includes("translations:read") ? ["id", "sourceText"] : ["id"]);
  if (asked.some((field) => field !== "id")) needScope({ scopes, ...reach }, "translations:read");
  return new Set(asked);
}

async function pageOf(
  call: Placed,
  { search, missingLanguage, page, limit, ...input }: Input,
  { languages, language }: { languages: ReadonlyMap<string, LanguageTable>; language: string | undefined },
): Promise<Page> {
  const { project, reach, store } = call;
  const skip = (page - 1) * limit;
  const parts = partsOf(search);
  const namespaces = anyOf(input.namespaces);
  if (missingLanguage !== undefined) needScope(reach, "translations:read");
  const missing = missingLanguage && needLanguageOf(languages, missingLanguage, "/missingLanguage");
  const counted = await countedNamespaces(store, project.id);
  const among = namespaces ? counted.filter(({ name }) => namespaces.includes(name)) : counted;
  const total = among.reduce((sum, { keyCount }) => sum + keyCount, 0);
  if (parts.length === 0 && !missing) {
    const bounds = { namespaces: among, areAll: !namespaces };
    const keys = await pageByNumber(call, project.id, bounds, { skip, limit, language });
    return { keys, tot: total, hasMore: skip + limit < total, notes: [] };
  }
  const wanted = { ...everyKey(project.id, namespaces), parts, missing: missing ? [missing] : [] };
  if (parts.length > 0 || namespaces || !missing) return searched(call, wanted, { skip, limit });
  const tot = total - (languages.get(missing)?.translated ?? 0);
  return searched(call, wanted, { skip, limit, tot });
}

/** @param tot how many match, where that is known */
async function searched(
  call: ReadCall,
  wanted: KeySearch,
  { skip, limit, tot }: { skip: number; limit: number; tot?: number },
): Promise<Page> {
  const last = skip + limit;
  const enough = tot === undefined ? Math.max(last, MOST_COUNTED) + 1 : last + 1;
  const found = await findInOrder(call, wanted, enough);
  const { keys, end } = found;
  const note = tot !== undefined && end === "enough" ? undefined : noteOn(found);
  const notes = note ? [note] : [];
  return { keys: keys.slice(skip, last), tot: tot ?? keys.length, hasMore: keys.length > last, notes };
}

async function withFields(
  { store, project: { sourceLanguage } }: Placed,
  keys: readonly NamedKey[],
  {
    nss,
    fields,
    languages,
  }: { nss: readonly string[]; fields: ReadonlySet<Field>; languages: readonly string[] },
): Promise<Listed[]> {
  const hasTargets = looksAtTargets(fields);
  const read = [
    ...(fields.has("sourceText") && keys.some(({ text }) => text === undefined) ? [sourceLanguage] : []),
    ...(hasTargets ? languages.filter((code) => code !== sourceLanguage) : []),
  ];
  const texts = await textsOfKeys(
    store,
    keys.map(({ id }) => id),
    read,
  );
  const indexOf = new Map(nss.map((namespace, index) => [namespace, index]));
  return keys.map(({ id, namespace, name, text }) => {
    const values = texts.get(id);
    const listed: Listed = { k: name, ns: indexOf.get(namespace) ?? 0 };
    if (fields.has("id")) listed.id = id;
    if (fields.has("sourceText")) listed.src = text ?? values?.get(sourceLanguage)?.text ?? null;
    if (hasTargets) Object.assign(listed, targetsOf(fields, values, sourceLanguage));
    return listed;
  });
}

function looksAtTargets(fields: ReadonlySet<Field>): boolean {
  return (["translations", "translatedLanguages", "translatedLanguageCount"] as const).some((field) =>
    fields.has(field),
  );
}

function targetsOf(
  fields: ReadonlySet<Field>,
  values: ReadonlyMap<string, StoredValue> | undefined,
  sourceLanguage: string,
): Pick<Listed, "tl" | "tlc" | "tr"> {
  const translated = [...(values?.values() ?? [])].filter(({ language }) => language !== sourceLanguage);
  return {
    ...(fields.has("translatedLanguages") && { tl: translated.map(({ language }) => language) }),
    ...(fields.has("translatedLanguageCount") && { tlc: translated.length }),
    ...(fields.has("translations") && {
      tr: Object.fromEntries(translated.map(({ language, text }) => [language, text])),
    }),
  };
}

/** A namespace as tools name it. */
export function shortNamespace(namespace: string): string | null {
  return namespace === DEFAULT_NAMESPACE ? null : namespace;
}
