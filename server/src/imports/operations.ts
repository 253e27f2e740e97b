import type { Call, Handlers } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { cancelImport } from "./cancel-import.ts";
import { createImport } from "./create-import.ts";
import { findImport } from "./find-import.ts";
import { listProblems } from "./list-problems.ts";
import { receive } from "./receive.ts";
import { selectImports } from "./store.ts";
import { type ImportView, toImport } from "./view.ts";

type Names =
  | "imports.create"
  | "imports.upload"
  | "imports.list"
  | "imports.get"
  | "imports.problems"
  | "imports.cancel";

export const importHandlers: Handlers<Names> = {
  async "imports.create"(call, input) {
    const importId = await createImport(call, call, input);
    call.note({ importId, size: input.size, format: input.format });
    return show(call, importId);
  },

  async "imports.upload"(call, input) {
    await receive(call, call, input);
    return show(call, input.importId);
  },

  async "imports.list"(call, { limit, cursor }) {
    const before = decodeCursor(cursor, ["number", "string"]) as [number, string] | undefined;
    const rows = await selectImports(call.store, call.project.id, before, limit + 1);
    return toPage(rows, limit, toImport, (row) => [row.createdAt, row.id]);
  },

  "imports.get": (call, { importId }) => show(call, importId),

  "imports.problems": (call, input) => listProblems(call.store, call.project.id, input),

  async "imports.cancel"(call, { importId }) {
    const { state } = await findImport(call.store, call.project.id, importId);
    const ended = await cancelImport(call, importId);
    if (!ended && state !== "cancelled") throw new ApiError("conflict", "The import is over already.");
    return show(call, importId);
  },
};

async function show(call: Call & { project: { id: string } }, importId: string): Promise<ImportView> {
  return toImport(await findImport(call.store, call.project.id, importId));
}
