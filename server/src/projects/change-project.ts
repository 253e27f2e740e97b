import type { Input } from "@parlance/contract/operations";
import type { Actor, WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import type { Project } from "./find-project.ts";
import { updateProjectRow } from "./store.ts";
import { validationModeOf } from "./validation-mode.ts";
import { lockProject, touchAllLanguages } from "./write-lock.ts";

/** Changes a project's settings. With another `publishFrom` every language may be pending. */
export async function changeProject(
  call: WriteWork,
  known: Project,
  { validationMode, ...fields }: Input<"projects.update">,
): Promise<Project> {
  const project = await lockProject(call, known);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const mode = validationMode && { ...validationModeOf(project), ...validationMode };
  const changed: Partial<ProjectTable> = {
    ...given,
    ...(mode && { validationMode: JSON.stringify(mode) }),
    updatedAt: call.now,
  };
  await updateProjectRow(call.store, project.id, changed);
  const after = { ...project, ...changed };
  if (after.publishFrom !== project.publishFrom) await touchAllLanguages(call, project);
  return after;
}

/** Stores another source language. What is known of texts beside their sources is the caller's to set right. */
export async function changeSourceLanguage(
  call: WriteWork,
  project: ProjectTable,
  sourceLanguage: string,
): Promise<ProjectTable> {
  const changed = { sourceLanguage, updatedAt: call.now };
  await updateProjectRow(call.store, project.id, changed);
  return { ...project, ...changed };
}

/** The status of a value that is written without one. */
export function defaultStatus({ peopleStatus }: ProjectTable, actor: Actor): ProjectTable["peopleStatus"] {
  return actor.type === "user" ? peopleStatus : "approved";
}
