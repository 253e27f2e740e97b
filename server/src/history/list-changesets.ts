import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, ReadCall } from "../context.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { needLanguage } from "../projects/languages.ts";
import { findChangeset } from "./find-changeset.ts";
import { selectChanges, selectChangesets } from "./store.ts";
import { toChange, toChangeset } from "./view.ts";

/** The last first. */
export async function listChangesets(
  { store }: ReadCall,
  project: PlacedProject,
  { actor, via, keyId, language, limit, cursor }: Input<"changesets.list">,
): Promise<Output<"changesets.list">> {
  const before = decodeCursor(cursor, ["number", "string"]) as [number, string] | undefined;
  const filter = {
    projectId: project.id,
    actor,
    via,
    keyId: keyId?.toLowerCase(),
    language: language && needLanguage(language, "/language"),
  };
  const rows = await selectChangesets(store, filter, { before, limit: limit + 1 });
  return toPage(rows, limit, toChangeset, (row) => [row.createdAt, row.id]);
}

/** A changeset with a page of its changes, by key and language. Throws `not_found`. */
export async function readChangeset(
  { store }: ReadCall,
  project: PlacedProject,
  { changesetId, limit, cursor }: Input<"changesets.get">,
): Promise<Output<"changesets.get">> {
  const changeset = await findChangeset(store, project.id, changesetId);
  const after = decodeCursor(cursor, ["string", "string"]) as [string, string] | undefined;
  const rows = await selectChanges(store, changesetId, { after, limit: limit + 1 });
  const changes = toPage(rows, limit, toChange, (row) => [row.keyId, row.language]);
  return { ...toChangeset(changeset), changes };
}
