import type { Input, Output } from "@parlance/contract/operations";
import type { Reach, WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { inOrder, refuseFaults } from "../keys/faults.ts";
import { findKeys } from "../keys/find-keys.ts";
import { languagesOf } from "../projects/languages.ts";
import { lockProject } from "../projects/write-lock.ts";
import { findCollisions } from "./find-collisions.ts";
import { currentAt, findPlaces, pairOf } from "./find-places.ts";
import { type ValueWrite, writeValues } from "./write-values.ts";

/**
 * Gives values another status in one changeset, all or none. Texts stay, and so does the flag of those whose source
 * text changed since. A key without a value in the language is counted and nothing else. Throws `not_found` for an
 * unknown key or language, `conflict` for a value that is named twice or has another revision than the one expected;
 * `errors` names every item.
 */
export async function setStatus(
  call: WriteWork,
  { project, reach }: { project: ProjectTable; reach: Reach },
  { values, status, message }: Input<"values.setStatus">,
): Promise<Output<"values.setStatus">> {
  await lockProject(call, project);
  const references = values.map((value) => value.key);
  const keyOf = await findKeys(call.store, project.id, references);
  const { places, faults } = findPlaces(values, keyOf, await languagesOf(call.store, project.id));
  const current = await currentAt(call, places);
  const all = places.map(({ at, item, key, language }) => {
    const before = current.get(pairOf({ keyId: key.id, language }));
    return { at, before, expected: item.revision, text: before?.text ?? "", status };
  });
  refuseFaults(inOrder([...faults, ...(await findCollisions(call.store, all))]));
  const writes = all.flatMap(({ before }): ValueWrite[] => {
    if (!before || before.status === status) return [];
    const { keyId, language, text, outdatedAt } = before;
    return [{ keyId, language, text, status, before, outdatedAt }];
  });
  const missing = all.filter(({ before }) => !before).length;
  const counts = { updated: writes.length, unchanged: all.length - writes.length - missing, missing };
  if (writes.length === 0) return { changesetId: null, ...counts };
  const changesetId = await writeValues(call, project, reach.organization.slug, {
    message,
    keyChanges: [],
    writes,
  });
  return { changesetId, ...counts };
}
