import type { Input } from "@parlance/contract/operations";
import type { Actor, PlacedProject, WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { touchAllLanguages } from "./counters.ts";
import { updateProjectRow } from "./store.ts";
import { validationModeOf } from "./validation-mode.ts";
import { lockProject } from "./write-lock.ts";

/** Changes the settings of a project. Another `publishFrom` may leave pending changes in every language. */
export async function changeProject(
  work: WriteWork,
  known: PlacedProject,
  { validationMode, ...fields }: Input<"projects.update">,
): Promise<PlacedProject> {
  const project = await lockProject(work, known);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const mode = validationMode && { ...validationModeOf(project), ...validationMode };
  const changed: Partial<ProjectTable> = {
    ...given,
    ...(mode && { validationMode: JSON.stringify(mode) }),
    updatedAt: work.now,
  };
  await updateProjectRow(work.store, project.id, changed);
  const after = { ...project, ...changed };
  if (after.publishFrom !== project.publishFrom) await touchAllLanguages(work, project);
  return after;
}

/** Stores another source language; the caller marks the texts that it makes outdated. */
export async function changeSourceLanguage(
  { store, now }: WriteWork,
  project: PlacedProject,
  sourceLanguage: string,
): Promise<void> {
  await updateProjectRow(store, project.id, { sourceLanguage, updatedAt: now });
}

/** The status of a value that is written without one. */
export function defaultStatus({ peopleStatus }: ProjectTable, actor: Actor): ProjectTable["peopleStatus"] {
  return actor.type === "user" ? peopleStatus : "approved";
}
