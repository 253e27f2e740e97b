import type { OperationName, Output, Request as Sent } from "@parlance/contract/operations";
import { QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiProblem, call } from "../api.ts";

// Of its own, so that the first page does not carry what only writes need.
export { useWrite } from "./write.ts";

const PAGE_SIZE = 50;

/** Operations that answer a page of a list. */
type ListName = {
  [Name in OperationName]: Output<Name> extends { items: unknown[]; nextCursor: string | null }
    ? Name
    : never;
}[OperationName];

export type Item<Name extends ListName> = Output<Name>["items"][number];

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (count, error) => count < 1 && isTransient(error), retryDelay: 600 },
  },
});

/** Reads with one operation. */
export function useCall<Name extends OperationName>(name: Name, input: Sent<Name>) {
  return useQuery({ queryKey: [name, input], queryFn: ({ signal }) => call(name, input, signal) });
}

/** Reads a list page by page; `data` are the items read so far, `first` is what the first page says beside its own. */
export function useList<Name extends ListName>(
  name: Name,
  input: Omit<Sent<Name>, "cursor" | "limit">,
  { enabled = true, pageSize = PAGE_SIZE }: { enabled?: boolean; pageSize?: number } = {},
) {
  const query = useInfiniteQuery({
    enabled,
    queryKey: [name, input],
    queryFn: ({ pageParam, signal }) =>
      call(
        name,
        { ...input, limit: pageSize, cursor: pageParam } as unknown as Sent<Name>,
        signal,
      ) as Promise<{
        items: Item<Name>[];
        nextCursor: string | null;
      }>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    // Coming back to the window must not read forty pages again.
    refetchOnWindowFocus: ({ state }) => (state.data?.pages.length ?? 0) <= 1,
  });
  const pages = query.data?.pages;
  const items = useMemo(() => pages?.flatMap((page) => page.items), [pages]);
  // Rows that were read are not out of date because the next could not be: `MoreRows` says that below them.
  const first = pages?.[0] as Output<Name> | undefined;
  return { ...query, data: items, first, error: query.isFetchNextPageError ? null : query.error };
}

/** All items of a list that is short by nature (one's organizations). */
export async function callAll<Name extends ListName>(
  name: Name,
  input: Omit<Sent<Name>, "cursor" | "limit">,
  signal?: AbortSignal,
): Promise<Item<Name>[]> {
  const items: Item<Name>[] = [];
  let cursor: string | undefined;
  do {
    const answer = await call(name, { ...input, limit: 250, cursor } as unknown as Sent<Name>, signal);
    items.push(...answer.items);
    cursor = answer.nextCursor ?? undefined;
  } while (cursor);
  return items;
}

function isTransient(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
}
