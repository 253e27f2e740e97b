import type { Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { type NamedImport, selectImport } from "./store.ts";

/** The import of a project with this id. Throws `not_found` that names the id. */
export async function findImport(store: Reader, projectId: string, id: string): Promise<NamedImport> {
  const found = await selectImport(store, projectId, id);
  if (!found) throw new ApiError("not_found", `The project has no import ${id}.`);
  return found;
}
