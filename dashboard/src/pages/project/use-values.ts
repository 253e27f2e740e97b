import { type QueryClient, useQueries, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { call } from "../../api.ts";
import type { Item } from "../../data/queries.ts";

export type Value = Item<"values.list">;

/** Keys whose values are requested together; below what one call takes. */
const CHUNK = 50;

/**
 * The values of the given keys in the given languages, one small request per chunk and language. `valueOf` answers
 * `undefined` while it is not known and `null` when there is none.
 */
export function useValues(
  projectId: string,
  {
    keyIds,
    first,
    last,
    pinned,
    languages,
  }: {
    keyIds: string[];
    first: number;
    last: number;
    /** A row whose values stay known when it is out of sight: somebody may be writing in it. */
    pinned: number;
    languages: string[];
  },
) {
  // Chunks begin at fixed places, so that scrolling asks for each once.
  const starts = new Set<number>([startOf(pinned)]);
  for (let at = startOf(first); at <= last; at += CHUNK) starts.add(at);
  const chunks = [...starts].filter((at) => at < keyIds.length).map((at) => keyIds.slice(at, at + CHUNK));
  const parts = chunks.flatMap((ids) => languages.map((language) => ({ ids, language })));
  const queries = useQueries({
    queries: parts.map(({ ids, language }) => {
      const input = { projectId, language, keyIds: ids.join(","), limit: CHUNK };
      return {
        queryKey: ["values.list", input],
        queryFn: ({ signal }: { signal: AbortSignal }) => call("values.list", input, signal),
      };
    }),
  });
  // When rows come or go, chunks hold other keys and are read again; until then each key shows what it had.
  const before = useRef<ReadonlyMap<string, Value | null>>(new Map());
  const known = new Map<string, Value | null>();
  queries.forEach(({ data }, index) => {
    const part = parts[index];
    if (!part) return;
    for (const id of part.ids) {
      const valueKey = `${id} ${part.language}`;
      const had = before.current.get(valueKey);
      if (data) known.set(valueKey, null);
      else if (had !== undefined) known.set(valueKey, had);
    }
    for (const value of data?.items ?? []) known.set(`${value.keyId} ${part.language}`, value);
  });
  before.current = known;
  const failed = queries.filter(({ data, error }) => error && !data);
  return {
    valueOf: (keyId: string, language: string) => known.get(`${keyId} ${language}`),
    error: failed[0]?.error ?? null,
    retry: () => failed.forEach((query) => void query.refetch()),
  };
}

function startOf(row: number): number {
  return row - (row % CHUNK);
}

/**
 * Writes one value unless it was written since `revision` (0 for none), and shows it wherever it stands. Rejects with
 * `ApiProblem` when the server refuses it; the answer may hold warnings.
 */
export function useSetValue(projectId: string, sourceLanguage: string | undefined) {
  const client = useQueryClient();
  return async (keyId: string, language: string, text: string, revision: number) => {
    const values = [{ key: { id: keyId }, language, text, revision }];
    const answer = await call("values.set", { projectId, values }).catch((error: unknown) => {
      void readAgain(client, keyId, language);
      throw error;
    });
    await readAgain(client, keyId, language === sourceLanguage ? undefined : language);
    for (const queryKey of [["projects.get"], ["pending.list"], ["values.history"]]) {
      void client.invalidateQueries({ queryKey });
    }
    return answer;
  };
}

/** Only the chunks that hold the key; in all languages without one, as a new source text makes the others outdated. */
function readAgain(client: QueryClient, keyId: string, language: string | undefined): Promise<unknown> {
  return client.invalidateQueries({
    predicate: ({ queryKey: [name, input] }) => {
      if (name !== "values.list") return false;
      const request = input as { keyIds: string; language: string };
      return request.keyIds.includes(keyId) && (!language || request.language === language);
    },
  });
}
