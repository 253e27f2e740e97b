import { randomUUID } from "node:crypto";
import type { Input } from "@parlance/contract/operations";
import type { PlacedProject, Reach, WriteWork } from "../context.ts";
import { projectSlugLock } from "../database/locks.ts";
import type { ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { needLanguage, newLanguage } from "./languages.ts";
import { insertLanguage, insertProject, isSlugTaken } from "./store.ts";

/**
 * Creates a project with its source language. Throws `project_limited` when the caller is limited to chosen projects
 * (a new one could not be among them), `conflict` when the slug is taken in the organization.
 */
export async function createProject(
  call: WriteWork,
  reach: Reach,
  input: Input<"projects.create">,
): Promise<PlacedProject> {
  if (reach.projects !== "all") throw new ApiError("project_limited");
  const sourceLanguage = needLanguage(input.sourceLanguage, "/sourceLanguage");
  const row: ProjectTable = {
    id: randomUUID(),
    organizationId: reach.organization.id,
    slug: input.slug,
    name: input.name,
    sourceLanguage,
    fileStructure: input.fileStructure,
    keyFormat: input.keyFormat,
    validationMode: JSON.stringify(input.validationMode),
    publishFrom: input.publishFrom,
    peopleStatus: input.peopleStatus,
    createdAt: call.now,
    updatedAt: call.now,
    deletedAt: null,
  };
  await call.db.lock(call.store, projectSlugLock(row.organizationId, row.slug));
  if (await isSlugTaken(call.store, row.organizationId, row.slug)) {
    throw new ApiError("conflict", `The organization has a project ${row.slug} already.`, {
      errors: [{ pointer: "/slug", code: "exists", found: row.slug }],
    });
  }
  await insertProject(call.store, row);
  await insertLanguage(call.store, newLanguage(row.id, sourceLanguage, "active", call.now));
  return { ...row, organizationSlug: reach.organization.slug };
}
