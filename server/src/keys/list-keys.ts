import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, Reach, ReadCall } from "../context.ts";
import type { KeyTable } from "../database/schema.ts";
import { encodeCursor, toPage } from "../platform/cursor.ts";
import { isComplete, languagesOf } from "../projects/languages.ts";
import { needScope } from "../projects/need-scope.ts";
import type { KeyName } from "../texts/find-keys.ts";
import { needLanguageOf } from "../texts/find-language.ts";
import { toKey } from "../texts/new-key.ts";
import { candidatesOf } from "./candidates.ts";
import { findListPosition } from "./list-position.ts";
import { type KeyFilter, selectKeyAhead, selectKeys } from "./store.ts";

/**
 * So many keys are looked at in list order before an index is asked: what is frequent fills a page by then. Where no
 * index helps, the next page goes on from there, so that the longest page is near that of a project which has no more
 * keys than these.
 */
const KEYS_LOOKED_AT = 1000;

type Page = Output<"keys.list">;

/**
 * A page of the keys that every filter lets through. The work of a page does not grow with the project: a page may hold
 * fewer keys than asked, even none, although its `nextCursor` leads on. What looks at values needs `translations:read`;
 * without it, `q` is looked for in names only.
 */
export async function listKeys(
  call: ReadCall,
  { project, reach }: { project: PlacedProject; reach: Reach },
  { limit, cursor, ...request }: Input<"keys.list">,
): Promise<Page> {
  const filter = await filterOf(call, project, reach, request);
  const { after } = await findListPosition(call.store, project.id, cursor);
  const page = (rows: readonly KeyTable[]) => toPage(rows, limit, toKey, (key) => [key.id]);
  if (isPlain(filter)) return page(await selectKeys(call.store, filter, { after, limit: limit + 1 }));

  const [missing] = filter.missing;
  if (missing !== undefined && (await isComplete(call.store, project.id, missing))) return page([]);
  const first = await walk(call, filter, after, limit);
  if (first.rows.length > limit || !first.end) return page(first.rows);
  const ids = await candidatesOf(call, filter);
  if (ids) return page(await selectKeys(call.store, filter, { after, ids, limit: limit + 1 }));
  return { items: first.rows.map(toKey), nextCursor: encodeCursor([first.end.id]) };
}

async function filterOf(
  call: ReadCall,
  project: PlacedProject,
  reach: Reach,
  { namespace, q, tag, status, outdated, ...codes }: Omit<Input<"keys.list">, "limit" | "cursor">,
): Promise<KeyFilter> {
  const byValue = status ?? outdated ?? codes.missing ?? codes.language;
  if (byValue !== undefined) needScope(reach, "translations:read");
  const languages = await languagesOf(call.store, project.id);
  const language = codes.language && needLanguageOf(languages, codes.language, "/language");
  const among = language ? [language] : [...languages.keys()];
  return {
    projectId: project.id,
    namespace,
    parts: q === undefined ? [] : [q],
    searched: reach.scopes.includes("translations:read") ? among : [],
    tag,
    statuses: status ? [status] : [],
    outdated: outdated === "true",
    missing: codes.missing ? [needLanguageOf(languages, codes.missing, "/missing")] : [],
    languages: among,
  };
}

function isPlain({ parts, tag, statuses, outdated, missing }: KeyFilter): boolean {
  return [parts, statuses, missing].every((list) => list.length === 0) && tag === undefined && !outdated;
}

/** Looks at the next keys in list order; `end` is the last of them when there are more behind it. */
async function walk(call: ReadCall, filter: KeyFilter, after: KeyName | undefined, limit: number) {
  const end = await selectKeyAhead(call.store, filter, after, KEYS_LOOKED_AT);
  return { rows: await selectKeys(call.store, filter, { after, until: end, limit: limit + 1 }), end };
}
