import type { Input } from "@parlance/contract/operations";
import type { Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import { identityOf, type KeyName } from "./key-name.ts";
import { selectKeysById, selectKeysByName } from "./store.ts";

/** What to publish, and to which channel. */
export interface Selection {
  channel: string;
  /** Undefined for everything. */
  filter?: FilterInput | undefined;
}

export type FilterInput = NonNullable<Input<"plans.create">["filter"]>;
type ValueInput = NonNullable<FilterInput["values"]>[number];

/** The part of a project that a publish takes over. */
export interface Filter {
  /** How much of a language is in it. */
  ofLanguage(code: string): "none" | "all" | "some";
  has(code: string, keyName: KeyName): boolean;
}

/** The filter of a selection without one. */
export const EVERYTHING: Filter = { ofLanguage: () => "all", has: () => true };

/**
 * Resolves a filter to languages, namespaces and key names. Throws `not_found`, with a pointer, for a language that is not
 * in `codes` and for a key that the project never had; a key in the trash may be named, to publish its removal.
 */
export async function resolveFilter(
  store: Reader,
  projectId: string,
  codes: readonly string[],
  { languages, namespaces, values }: FilterInput,
): Promise<Filter> {
  const inLanguages =
    languages && new Set(languages.map((code, index) => find(codes, code, `/filter/languages/${index}`)));
  const inNamespaces = namespaces && new Set(namespaces);
  const byLanguage = values && (await resolveValues(store, projectId, codes, values));
  return {
    ofLanguage(code) {
      if (inLanguages && !inLanguages.has(code)) return "none";
      if (byLanguage) return byLanguage.has(code) ? "some" : "none";
      return inNamespaces ? "some" : "all";
    },
    has(code, keyName) {
      if (inLanguages && !inLanguages.has(code)) return false;
      if (inNamespaces && !inNamespaces.has(keyName.namespace)) return false;
      return !byLanguage || byLanguage.get(code)?.has(identityOf(keyName)) === true;
    },
  };
}

/** The identities of the key names that the filter selects, by language. */
async function resolveValues(
  store: Reader,
  projectId: string,
  codes: readonly string[],
  values: readonly ValueInput[],
): Promise<Map<string, Set<string>>> {
  const ids = values.flatMap(({ key }) => ("id" in key ? [key.id] : []));
  const names = values.flatMap(({ key }) => ("id" in key ? [] : [key.name]));
  const byId = new Map((await selectKeysById(store, projectId, ids)).map((key) => [key.id, key]));
  const known = new Set((await selectKeysByName(store, projectId, names)).map(identityOf));
  const byLanguage = new Map<string, Set<string>>();
  for (const [index, { key, language }] of values.entries()) {
    const at = `/filter/values/${index}`;
    const named = "id" in key ? byId.get(key.id) : key;
    const identity = named && identityOf(named);
    if (identity === undefined || !("id" in key || known.has(identity))) {
      throw missing("key", "id" in key ? key.id : key.name, `${at}/key`);
    }
    const code = find(codes, language, `${at}/language`);
    byLanguage.set(code, (byLanguage.get(code) ?? new Set()).add(identity));
  }
  return byLanguage;
}

function find(codes: readonly string[], input: string, pointer: string): string {
  const code = canonicalLanguage(input);
  if (code !== undefined && codes.includes(code)) return code;
  throw missing("language", input, pointer);
}

function missing(what: "key" | "language", name: string, pointer: string): ApiError {
  const found = name.slice(0, 100);
  return new ApiError("not_found", `There is no ${what} ${found} in the project.`, {
    errors: [{ pointer, code: `unknown_${what}`, expected: `a ${what} of the project`, found }],
  });
}
