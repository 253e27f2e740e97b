import type { PlacedProject, Reader } from "../context.ts";
import { send } from "../database/direct.ts";
import { prepared } from "../database/prepared.ts";
import type { LanguageTable, NamespaceTable, ProjectTable } from "../database/schema.ts";

export type Language = LanguageTable & { status: "active" | "draft" };

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
  /** Ids of the projects to read; `all` for every one. */
  ids: "all" | readonly string[];
  afterSlug: string | undefined;
  limit: number;
}

export async function selectProjects(store: Reader, query: ListQuery): Promise<PlacedProject[]> {
  let rows = selectProject(store).where("projects.organizationId", "=", query.organizationId);
  if (query.ids !== "all") {
    if (query.ids.length === 0) return [];
    rows = rows.where("projects.id", "in", query.ids);
  }
  if (query.afterSlug !== undefined) rows = rows.where("projects.slug", ">", query.afterSlug);
  return rows.orderBy("projects.slug").limit(query.limit).execute();
}

export async function selectLiveIds(
  store: Reader,
  organizationId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await store
    .selectFrom("projects")
    .select("id")
    .where("organizationId", "=", organizationId)
    .where("id", "in", ids)
    .where("deletedAt", "is", null)
    .execute();
  return rows.map((row) => row.id);
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

const languagesOfProject = prepared(
  (store, { projectId }: { projectId: string }) =>
    store
      .selectFrom("languages")
      .selectAll()
      .$narrowType<Pick<Language, "status">>()
      .where("projectId", "=", projectId)
      .where("status", "<>", "removed")
      .orderBy("code"),
  { cached: true },
);

/** The languages of projects, without removed ones. */
export function selectLanguages(store: Reader, projectIds: readonly string[]): Promise<Language[]> {
  const [projectId] = projectIds;
  if (projectId !== undefined && projectIds.length === 1) return languagesOfProject(store, { projectId });
  return store
    .selectFrom("languages")
    .selectAll()
    .$narrowType<Pick<Language, "status">>()
    .where("projectId", "in", projectIds)
    .where("status", "<>", "removed")
    .orderBy("projectId")
    .orderBy("code")
    .execute();
}

/** Adds a language, or brings back a removed one; undefined when the project has it already. */
export function insertLanguage(store: Reader, row: Language): Promise<Language | undefined> {
  return store
    .insertInto("languages")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(["projectId", "code"])
        .doUpdateSet((eb) => ({
          status: eb.ref("excluded.status"),
          revision: eb("languages.revision", "+", 1),
        }))
        .where("languages.status", "=", "removed"),
    )
    .returningAll()
    .$narrowType<Pick<Language, "status">>()
    .executeTakeFirst();
}

export async function setLanguageStatus(
  store: Reader,
  projectId: string,
  code: string,
  status: LanguageTable["status"],
): Promise<void> {
  await store
    .updateTable("languages")
    .set((eb) => ({ status, revision: eb("revision", "+", 1) }))
    .where("projectId", "=", projectId)
    .where("code", "=", code)
    .execute();
}

/** The row of a project; undefined when it was deleted. */
export function selectProjectRow(store: Reader, id: string): Promise<ProjectTable | undefined> {
  return store
    .selectFrom("projects")
    .selectAll()
    .where("id", "=", id)
    .where("deletedAt", "is", null)
    .executeTakeFirst();
}

export async function updateProjectRow(
  store: Reader,
  id: string,
  fields: Partial<ProjectTable>,
): Promise<void> {
  await store.updateTable("projects").set(fields).where("id", "=", id).execute();
}

const namespacesOfProject = prepared(
  (store, { projectId }: { projectId: string }) =>
    store
      .selectFrom("namespaces")
      .select(["name", "keyCount"])
      .where("projectId", "=", projectId)
      .orderBy("name"),
  { cached: true },
);

export function selectNamespaces(store: Reader, projectId: string) {
  return namespacesOfProject(store, { projectId });
}

export function selectNamespacePage(
  store: Reader,
  projectId: string,
  after: string | undefined,
  limit: number,
): Promise<NamespaceTable[]> {
  let rows = store.selectFrom("namespaces").selectAll().where("projectId", "=", projectId);
  if (after !== undefined) rows = rows.where("name", ">", after);
  return rows.orderBy("name").limit(limit).execute();
}

export function selectNamespace(
  store: Reader,
  projectId: string,
  name: string,
): Promise<NamespaceTable | undefined> {
  return store
    .selectFrom("namespaces")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("name", "=", name)
    .executeTakeFirst();
}

export function selectNamespacesNamed(
  store: Reader,
  projectId: string,
  names: readonly string[],
): Promise<NamespaceTable[]> {
  return store
    .selectFrom("namespaces")
    .selectAll()
    .where("projectId", "=", projectId)
    .where("name", "in", names)
    .execute();
}

export async function deleteNamespaceRow(store: Reader, projectId: string, name: string): Promise<void> {
  await store.deleteFrom("namespaces").where("projectId", "=", projectId).where("name", "=", name).execute();
}

export async function updateNamespaceRow(
  store: Reader,
  projectId: string,
  name: string,
  fields: Omit<NamespaceTable, "keyCount">,
): Promise<void> {
  await store
    .updateTable("namespaces")
    .set(fields)
    .where("projectId", "=", projectId)
    .where("name", "=", name)
    .execute();
}

export async function addToNamespace(
  store: Reader,
  row: { projectId: string; name: string; keyCount: number; createdAt: number },
): Promise<void> {
  await send(
    store,
    store
      .insertInto("namespaces")
      .values({ ...row, description: null, team: null, domain: null, aiPrompt: null, tags: "[]" })
      .onConflict((conflict) =>
        conflict.columns(["projectId", "name"]).doUpdateSet((eb) => ({
          keyCount: eb("namespaces.keyCount", "+", eb.ref("excluded.keyCount")),
        })),
      )
      .compile(),
  );
}

/** Raises every revision: the files of every language may differ although no value was written. */
export async function touchLanguages(store: Reader, projectId: string): Promise<void> {
  await send(
    store,
    store
      .updateTable("languages")
      .set((eb) => ({ revision: eb("revision", "+", 1) }))
      .where("projectId", "=", projectId)
      .compile(),
  );
}
