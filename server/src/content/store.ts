import type { Reader } from "../context.ts";

export function selectModels(store: Reader, projectId: string, afterSlug: string, limit: number) {
  return store
    .selectFrom("contentModels")
    .select(["id", "slug", "name"])
    .where("projectId", "=", projectId)
    .where("slug", ">", afterSlug)
    .orderBy("slug")
    .limit(limit)
    .execute();
}
