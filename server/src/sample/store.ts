import type { Reader } from "../context.ts";

export async function hasUsers(store: Reader): Promise<boolean> {
  return (await store.selectFrom("users").select("id").limit(1).executeTakeFirst()) !== undefined;
}
