import { sql } from "kysely";
import type { MigrationStep } from "../migrate.ts";

/** Under which slugs what was ever published, so that an address keeps its meaning whoever deletes and makes what. */
export const rememberPublishedSlugs: MigrationStep = async (db) => {
  await db.schema
    .createTable("publishedSlugs")
    .addColumn("organizationSlug", "text", (c) => c.notNull())
    .addColumn("projectSlug", "text", (c) => c.notNull())
    .addColumn("lastRelease", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("publishedSlugsKey", ["organizationSlug", "projectSlug"])
    .execute();
  await sql`
    insert into "publishedSlugs" ("organizationSlug", "projectSlug", "lastRelease")
    select "organizations"."slug", "projects"."slug", max("releases"."number")
    from "releases"
    join "projects" on "projects"."id" = "releases"."projectId"
    join "organizations" on "organizations"."id" = "projects"."organizationId"
    group by "organizations"."slug", "projects"."slug"`.execute(db);
};
