import type { FieldError } from "@parlance/contract/errors";
import type { Output } from "@parlance/contract/operations";
import type { Call, Reader } from "../context.ts";
import type { LanguageTable, ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { announce } from "../webhooks/announce.ts";
import { canonicalLanguage, languageName } from "./language-code.ts";
import { insertLanguage, selectLanguages } from "./store.ts";

/**
 * Adds a target language. Throws `invalid_request` for a code that is none, `conflict` when the project has it, in
 * whatever spelling.
 */
export async function addLanguage(
  call: Call,
  project: ProjectTable,
  organizationSlug: string,
  { code, status }: { code: string; status: "active" | "draft" },
): Promise<LanguageTable> {
  const canonical = needLanguage(code, "/code");
  const language = newLanguage(project.id, canonical, status, call.now);
  if (!(await insertLanguage(call.store, language))) {
    throw new ApiError("conflict", `The project has the language ${canonical} already.`, {
      errors: [{ pointer: "/code", code: "exists", found: canonical }],
    });
  }
  await announce(call.store, "language.added", {
    organizationId: project.organizationId,
    projectId: project.id,
    now: call.now,
    data: {
      org: organizationSlug,
      project: project.slug,
      language: canonical,
      languageName: languageName(canonical),
    },
  });
  return language;
}

/** The project's languages by canonical code, source language included. */
export async function languagesOf(store: Reader, projectId: string): Promise<Map<string, LanguageTable>> {
  const rows = await selectLanguages(store, [projectId]);
  return new Map(rows.map((row) => [row.code, row]));
}

/** The canonical code, or `invalid_request` that names the field. */
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
  status: "active" | "draft",
  now: number,
): LanguageTable {
  return { projectId, code, status, translated: 0, revision: 0, createdAt: now };
}

export function toLanguage(
  row: LanguageTable,
  project: ProjectTable,
  keyCount: number,
): Output<"languages.add"> {
  return {
    code: row.code,
    name: languageName(row.code),
    status: row.status,
    isSource: row.code === project.sourceLanguage,
    translated: row.translated,
    coverage: keyCount === 0 ? 0 : Math.floor((row.translated / keyCount) * 1000) / 10,
  };
}
