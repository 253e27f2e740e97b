import type { FieldError } from "@parlance/contract/errors";
import type { Output } from "@parlance/contract/operations";
import type { PlacedProject, Reader, WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { announce } from "../webhooks/announce.ts";
import { organizationOf } from "./find-project.ts";
import { canonicalLanguage, languageName as nameOfLanguage } from "./language-code.ts";
import {
  insertLanguage,
  type Language,
  selectLanguages,
  selectNamespaces,
  setLanguageStatus,
} from "./store.ts";
import { lockProject } from "./write-lock.ts";

export type { Language };

/**
 * Adds a target language; one that was removed comes back as it was left. Throws `invalid_request` for an invalid code,
 * `conflict` when the project has it already, in any spelling.
 */
export async function addLanguage(
  work: WriteWork,
  project: PlacedProject,
  { code, status }: { code: string; status: "active" | "draft" },
): Promise<Language> {
  const canonical = needLanguage(code, "/code");
  const language = await insertLanguage(work.store, newLanguage(project.id, canonical, status, work.now));
  if (!language) {
    throw new ApiError("conflict", `The project has the language ${canonical} already.`, {
      errors: [{ pointer: "/code", code: "exists", found: canonical }],
    });
  }
  const languageName = nameOfLanguage(canonical);
  await announce(work.store, "language.added", {
    ...{ organization: organizationOf(project), project, now: work.now },
    data: { language: canonical, languageName },
  });
  return language;
}

/** Changes a language. Throws `not_found` when the project does not have it, `conflict` for a source language as draft. */
export async function updateLanguage(
  work: WriteWork,
  known: PlacedProject,
  { code, status }: { code: string; status: Language["status"] },
): Promise<Language> {
  const project = await lockProject(work, known);
  const language = await findLanguage(work.store, project, code);
  if (status === "draft") refuseSource(project, language, "cannot be a draft");
  if (language.status !== status) await setLanguageStatus(work.store, project.id, language.code, status);
  return { ...language, status };
}

/**
 * Removes a target language from lists, coverage and the next release. Its values stay, and return with it when it is
 * added again. Throws as `updateLanguage` does.
 */
export async function removeLanguage(work: WriteWork, known: PlacedProject, code: string): Promise<string> {
  const project = await lockProject(work, known);
  const language = await findLanguage(work.store, project, code);
  refuseSource(project, language, "cannot be removed");
  await setLanguageStatus(work.store, project.id, language.code, "removed");
  await announce(work.store, "language.removed", {
    ...{ organization: organizationOf(project), project, now: work.now },
    data: { language: language.code },
  });
  return language.code;
}

async function findLanguage(store: Reader, project: ProjectTable, code: string): Promise<Language> {
  const canonical = needLanguage(code, "/code");
  const language = (await languagesOf(store, project.id)).get(canonical);
  if (!language) throw new ApiError("not_found", `The project has no language ${canonical}.`);
  return language;
}

function refuseSource(project: ProjectTable, { code }: Language, what: string): void {
  if (code !== project.sourceLanguage) return;
  throw new ApiError("conflict", `${code} is the project's source language and ${what}.`, {
    errors: [{ pointer: "/code", code: "source_language", found: code }],
  });
}

/** The languages of a project by canonical code, the source language included. */
export async function languagesOf(store: Reader, projectId: string): Promise<Map<string, Language>> {
  const rows = await selectLanguages(store, [projectId]);
  return new Map(rows.map((row) => [row.code, row]));
}

/** Whether every key has a value in this language, from counters. */
export async function isComplete(store: Reader, projectId: string, code: string): Promise<boolean> {
  const language = (await languagesOf(store, projectId)).get(code);
  return language?.translated === (await countAllKeys(store, projectId));
}

export async function countAllKeys(store: Reader, projectId: string): Promise<number> {
  const namespaces = await selectNamespaces(store, projectId);
  return namespaces.reduce((sum, namespace) => sum + namespace.keyCount, 0);
}

/** The canonical code. Throws `invalid_request` with the pointer for an invalid one. */
export function needLanguage(code: string, pointer: string): string {
  const canonical = canonicalLanguage(code);
  if (canonical !== undefined) return canonical;
  const error = notALanguage(pointer, code);
  throw new ApiError("invalid_request", `The field ${pointer} is not a language code.`, { errors: [error] });
}

export function notALanguage(pointer: string, found: string): FieldError {
  return { pointer, code: "invalid_language", expected: "a BCP 47 code such as de or pt-BR", found };
}

export function newLanguage(
  projectId: string,
  code: string,
  status: Language["status"],
  now: number,
): Language {
  return { projectId, code, status, translated: 0, revision: 0, createdAt: now };
}

export function toLanguage(row: Language, project: ProjectTable, keyCount: number): Output<"languages.add"> {
  return {
    code: row.code,
    name: nameOfLanguage(row.code),
    status: row.status,
    isSource: row.code === project.sourceLanguage,
    translated: row.translated,
    coverage: keyCount === 0 ? 0 : Math.floor((row.translated / keyCount) * 1000) / 10,
  };
}
