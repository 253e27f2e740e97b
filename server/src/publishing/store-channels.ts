import type { Reader } from "../context.ts";

/** False when there is none of that name. */
export async function deleteChannelRow(store: Reader, projectId: string, name: string): Promise<boolean> {
  const { numDeletedRows } = await store
    .deleteFrom("channels")
    .where("projectId", "=", projectId)
    .where("name", "=", name)
    .executeTakeFirst();
  return numDeletedRows > 0;
}
