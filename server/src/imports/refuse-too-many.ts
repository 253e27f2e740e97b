import { MOST_OPEN } from "@parlance/contract/import-limits";
import type { WriteWork } from "../context.ts";
import { openImportsLock } from "../database/locks.ts";
import type { ProjectTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { countOpen } from "./store.ts";

/**
 * Throws `conflict` when a file of `size` bytes would be too much beside what the project, or all projects of its
 * organization, have open. Until this transaction ends, no other import of the organization is opened.
 */
export async function refuseTooMany(call: WriteWork, project: ProjectTable, size: number): Promise<void> {
  const { id, organizationId } = project;
  await call.db.lock(call.store, openImportsLock(organizationId));
  refuseBeyond("project", await countOpen(call.store, { projectId: id }), size);
  refuseBeyond("organization", await countOpen(call.store, { organizationId }), size);
}

function refuseBeyond(
  owner: keyof typeof MOST_OPEN,
  open: { imports: number; bytes: number },
  size: number,
): void {
  const most = MOST_OPEN[owner];
  if (open.imports >= most.imports) {
    throw tooMany(`The ${owner} has ${open.imports} imports under way, of at most ${most.imports}.`, {
      expected: `at most ${most.imports} imports under way`,
      found: String(open.imports),
    });
  }
  if (open.bytes + size > most.bytes) {
    const [there, limit] = [open.bytes, most.bytes].map((bytes) => bytes.toLocaleString("en"));
    throw tooMany(`The files under way in the ${owner} have ${there} bytes already, of at most ${limit}.`, {
      expected: `at most ${most.bytes} bytes with this file`,
      found: String(open.bytes + size),
    });
  }
}

/** The fault is of no field: what is open is as much a part of it. */
function tooMany(sentence: string, bound: { expected: string; found: string }): ApiError {
  return new ApiError("conflict", `${sentence} Wait until one is over, or cancel one.`, {
    errors: [{ pointer: "", code: "too_much_under_way", ...bound }],
  });
}
