import { getJson } from "../api.ts";

/** Everything in a list of the server that is short by nature, such as one's organizations. */
export async function allItems<Item>(path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: "250", ...(cursor !== null && { cursor }) });
    const page: { items: Item[]; nextCursor: string | null } = await getJson(`${path}?${query}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}
