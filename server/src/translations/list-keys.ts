import type { Input, Output } from "@parlance/contract/operations";
import type { Call, Reach } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { toKey } from "../keys/create-keys.ts";
import { type KeyName, placeOf } from "../keys/find-keys.ts";
import { encodeCursor, toPage } from "../platform/cursor.ts";
import { isComplete, languagesOf } from "../projects/languages.ts";
import { needScope } from "../projects/need-scope.ts";
import { needLanguageOf } from "./find-language.ts";
import { type KeyFilter, selectKeyAhead, selectKeys, selectKeysWithValues } from "./store-lists.ts";

/**
 * So many keys are looked at in list order before an index is asked: what is frequent fills a page by then. Where no
 * index helps, the next page goes on from there, so that the longest page is near that of a project which has no more
 * keys than these.
 */
const KEYS_LOOKED_AT = 1000;
/** Above this, what an index finds is too much to be sorted for one page. */
const MOST_CANDIDATES = 2000;

type Page = Output<"keys.list">;

/**
 * A page of the keys that every filter lets through. The work of a page does not grow with the project: a page may hold
 * fewer keys than asked, even none, although its `nextCursor` leads on. What looks at values needs `translations:read`;
 * without it, `q` is looked for in names only.
 */
export async function listKeys(
  call: Call,
  { project, reach }: { project: ProjectTable; reach: Reach },
  { limit, cursor, ...wanted }: Input<"keys.list">,
): Promise<Page> {
  const filter = await filterOf(call, project, reach, wanted);
  const { after } = await placeOf(call.store, project.id, cursor);
  const page = (rows: readonly KeyTable[]) => toPage(rows, limit, toKey, (key) => [key.id]);
  if (isPlain(filter)) return page(await selectKeys(call.store, filter, { after, limit: limit + 1 }));

  if (filter.missing !== undefined && (await isComplete(call.store, project.id, filter.missing)))
    return page([]);
  const first = await walk(call, filter, after, limit);
  if (first.rows.length > limit || !first.end) return page(first.rows);
  const ids = await candidatesOf(call, filter);
  if (ids) return page(await selectKeys(call.store, filter, { after, ids, limit: limit + 1 }));
  return { items: first.rows.map(toKey), nextCursor: encodeCursor([first.end.id]) };
}

async function filterOf(
  call: Call,
  project: ProjectTable,
  reach: Reach,
  { namespace, q, tag, status, outdated, ...codes }: Omit<Input<"keys.list">, "limit" | "cursor">,
): Promise<KeyFilter> {
  const byValue = status ?? outdated ?? codes.missing ?? codes.language;
  if (byValue !== undefined) needScope(reach, "translations:read");
  const languages = await languagesOf(call.store, project.id);
  const language = codes.language && needLanguageOf(languages, codes.language, "/language");
  return {
    projectId: project.id,
    namespace,
    q,
    inTexts: reach.scopes.includes("translations:read"),
    tag,
    status,
    outdated: outdated === "true",
    missing: codes.missing && needLanguageOf(languages, codes.missing, "/missing"),
    languages: language ? [language] : [...languages.keys()],
  };
}

function isPlain({ q, tag, status, outdated, missing }: KeyFilter): boolean {
  return [q, tag, status, missing].every((part) => part === undefined) && !outdated;
}

/** Looks at the next keys in list order; `end` is the last of them when there are more behind it. */
async function walk(call: Call, filter: KeyFilter, after: KeyName | undefined, limit: number) {
  const end = await selectKeyAhead(call.store, filter, after, KEYS_LOOKED_AT);
  return { rows: await selectKeys(call.store, filter, { after, until: end, limit: limit + 1 }), end };
}

/** Ids from an index, all keys that the filter lets through among them; undefined when no index has few enough. */
async function candidatesOf(call: Call, filter: KeyFilter): Promise<string[] | undefined> {
  const { projectId, q, outdated, status } = filter;
  const query = { projectId, part: q ?? "", most: MOST_CANDIDATES };
  const found = await call.db.textSearch.keysWith(call.store, query);
  if (found || !(outdated || (status && status !== "approved"))) return found;
  return selectKeysWithValues(call.store, filter, MOST_CANDIDATES);
}
