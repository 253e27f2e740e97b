import type { Reader } from "../context.ts";
import type { LanguageTable, ProjectTable } from "../database/schema.ts";

export type Project = ProjectTable & { organizationSlug: string };

export function selectProject(store: Reader) {
  return store
    .selectFrom("projects")
    .innerJoin("organizations", "organizations.id", "projects.organizationId")
    .selectAll("projects")
    .select("organizations.slug as organizationSlug")
    .where("projects.deletedAt", "is", null)
    .where("organizations.deletedAt", "is", null);
}

interface ListQuery {
  organizationId: string;
  /** Only these; `all` for every one. */
  ids: "all" | readonly string[];
  afterSlug: string | undefined;
  limit: number;
}

export async function selectProjects(store: Reader, query: ListQuery): Promise<Project[]> {
  let rows = selectProject(store).where("projects.organizationId", "=", query.organizationId);
  if (query.ids !== "all") {
    if (query.ids.length === 0) return [];
    rows = rows.where("projects.id", "in", query.ids);
  }
  if (query.afterSlug !== undefined) rows = rows.where("projects.slug", ">", query.afterSlug);
  return rows.orderBy("projects.slug").limit(query.limit).execute();
}

export async function isSlugTaken(store: Reader, organizationId: string, slug: string): Promise<boolean> {
  const found = await selectProject(store)
    .where("projects.organizationId", "=", organizationId)
    .where("projects.slug", "=", slug)
    .executeTakeFirst();
  return found !== undefined;
}

export async function insertProject(store: Reader, row: ProjectTable): Promise<void> {
  await store.insertInto("projects").values(row).execute();
}

export function selectLanguages(store: Reader, projectIds: readonly string[]): Promise<LanguageTable[]> {
  return store
    .selectFrom("languages")
    .selectAll()
    .where("projectId", "in", projectIds)
    .orderBy("projectId")
    .orderBy("code")
    .execute();
}

/** False when the project has the language already. */
export async function insertLanguage(store: Reader, row: LanguageTable): Promise<boolean> {
  const result = await store
    .insertInto("languages")
    .values(row)
    .onConflict((conflict) => conflict.columns(["projectId", "code"]).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export function selectNamespaces(store: Reader, projectId: string) {
  return store
    .selectFrom("namespaces")
    .select(["name", "keyCount"])
    .where("projectId", "=", projectId)
    .orderBy("name")
    .execute();
}

export async function addToNamespace(
  store: Reader,
  row: { projectId: string; name: string; keyCount: number; createdAt: number },
): Promise<void> {
  await store
    .insertInto("namespaces")
    .values({ ...row, description: null, team: null, domain: null, aiPrompt: null, tags: "[]" })
    .onConflict((conflict) =>
      conflict.columns(["projectId", "name"]).doUpdateSet((eb) => ({
        keyCount: eb("namespaces.keyCount", "+", eb.ref("excluded.keyCount")),
      })),
    )
    .execute();
}

export async function addToLanguage(
  store: Reader,
  projectId: string,
  code: string,
  translated: number,
): Promise<void> {
  await store
    .updateTable("languages")
    .set((eb) => ({
      translated: eb("translated", "+", translated),
      revision: eb("revision", "+", 1),
    }))
    .where("projectId", "=", projectId)
    .where("code", "=", code)
    .execute();
}
