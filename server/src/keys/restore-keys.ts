import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, Work, WriteWork } from "../context.ts";
import type { KeyTable } from "../database/schema.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan, recorded } from "../texts/apply-plan.ts";
import { findNameFaults } from "../texts/check-names.ts";
import { type Fault, type Repoint, refuseFaults, repointed } from "../texts/faults.ts";
import { allKeysByIds } from "../texts/find-keys.ts";
import { toKey } from "../texts/new-key.ts";
import { type Planned, planOf } from "../texts/plan.ts";
import { namedTwice } from "./named-keys.ts";

/**
 * Takes keys out of the trash with the values they had, all or none. Throws `not_found` for one that is not there,
 * `conflict` where its name was taken meanwhile or collides; `errors` names every item, with pointers into `ids`
 * unless `repoint` says where its caller has them.
 */
export async function restoreKeys(
  work: WriteWork,
  known: PlacedProject,
  { ids, message }: Input<"keys.restore">,
  repoint?: Repoint,
): Promise<Output<"keys.restore">> {
  const project = await lockProject(work, known);
  const { plan, faults, keys } = repointed(await planRestoration(work, project, ids), repoint);
  refuseFaults(faults);
  const changesetId = recorded(await applyPlan(work, project, plan, { message }));
  return { changesetId, items: keys.map((key) => toKey({ ...key, revision: key.revision + 1 })) };
}

/** Where an id is of no key in the trash, only that is found. */
export async function planRestoration(
  { store }: Work,
  project: PlacedProject,
  ids: readonly string[],
): Promise<Planned & { keys: KeyTable[] }> {
  const lowerCase = ids.map((id) => id.toLowerCase());
  const found = await allKeysByIds(store, project.id, lowerCase);
  const keys = new Map<string, KeyTable>();
  const faults: Fault[] = [];
  const pointerOf = (index: number) => `/ids/${index}`;
  for (const [index, id] of lowerCase.entries()) {
    const pointer = pointerOf(index);
    const key = found.get(id);
    if (!key || key.deletedAt === null) {
      faults.push({ pointer, code: "unknown_key", expected: "a deleted key", found: id });
    } else if (keys.has(id)) faults.push(namedTwice(pointer, id));
    else keys.set(id, key);
  }
  const restored = [...keys.values()];
  if (faults.length === 0) faults.push(...(await findNameFaults(store, project, restored, { pointerOf })));
  return { plan: planOf({ restored }), faults, collisions: [], keys: restored };
}
