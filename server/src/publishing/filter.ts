import type { Input } from "@parlance/contract/operations";
import type { Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import { selectKeysById, selectKeysByName } from "./store.ts";

export type AskedFilter = NonNullable<Input<"plans.create">["filter"]>;
type Asked = NonNullable<AskedFilter["values"]>[number];

/** The part of a project that a release is about. */
export interface Filter {
  /** Whether anything of a language is in it: nothing, all, or some. */
  ofLanguage(code: string): "none" | "all" | "some";
  has(code: string, namespace: string, name: string): boolean;
}

export const EVERYTHING: Filter = { ofLanguage: () => "all", has: () => true };

/**
 * Resolves what was asked for to languages, namespaces and names. Throws `not_found`, naming it, for a language that is
 * not in `codes` and for a key that the project never had; a key in the trash may be named, to publish its removal.
 */
export async function resolveFilter(
  store: Reader,
  projectId: string,
  codes: readonly string[],
  { languages, namespaces, values }: AskedFilter,
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
    has(code, namespace, name) {
      if (inLanguages && !inLanguages.has(code)) return false;
      if (inNamespaces && !inNamespaces.has(namespace)) return false;
      return !byLanguage || byLanguage.get(code)?.has(placeOf(namespace, name)) === true;
    },
  };
}

async function resolveValues(
  store: Reader,
  projectId: string,
  codes: readonly string[],
  values: readonly Asked[],
): Promise<Map<string, Set<string>>> {
  const ids = values.flatMap(({ key }) => ("id" in key ? [key.id] : []));
  const names = values.flatMap(({ key }) => ("id" in key ? [] : [key.name]));
  const byId = new Map((await selectKeysById(store, projectId, ids)).map((key) => [key.id, key]));
  const known = new Set(
    (await selectKeysByName(store, projectId, names)).map(({ namespace, name }) => placeOf(namespace, name)),
  );
  const byLanguage = new Map<string, Set<string>>();
  for (const [index, { key, language }] of values.entries()) {
    const at = `/filter/values/${index}`;
    const named = "id" in key ? byId.get(key.id) : key;
    const place = named && placeOf(named.namespace, named.name);
    if (place === undefined || !("id" in key || known.has(place))) {
      throw missing("key", "id" in key ? key.id : key.name, `${at}/key`);
    }
    const code = find(codes, language, `${at}/language`);
    byLanguage.set(code, (byLanguage.get(code) ?? new Set()).add(place));
  }
  return byLanguage;
}

function find(codes: readonly string[], asked: string, pointer: string): string {
  const code = canonicalLanguage(asked);
  if (code !== undefined && codes.includes(code)) return code;
  throw missing("language", asked, pointer);
}

function missing(what: "key" | "language", name: string, pointer: string): ApiError {
  const found = name.slice(0, 100);
  return new ApiError("not_found", `There is no ${what} ${found} in the project.`, {
    errors: [{ pointer, code: `unknown_${what}`, expected: `a ${what} of the project`, found }],
  });
}

function placeOf(namespace: string, name: string): string {
  return `${namespace}\n${name}`;
}
