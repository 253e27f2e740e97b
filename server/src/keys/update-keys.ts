import type { Input, Output } from "@parlance/contract/operations";
import { MOST_TAGS } from "@parlance/contract/operations/keys";
import type { PlacedProject, Work, WriteCall, WriteWork } from "../context.ts";
import type { KeyTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan } from "../texts/apply-plan.ts";
import { changeOfKey, type NewFields } from "../texts/change-key.ts";
import { findMoveFaults } from "../texts/check-names.ts";
import { type Fault, inOrder, refuseFaults } from "../texts/faults.ts";
import { findMovedKey } from "../texts/find-collisions.ts";
import { allKeysByIds, findKey } from "../texts/find-keys.ts";
import { toKey } from "../texts/new-key.ts";
import { type KeyChange, type Planned, planOf } from "../texts/plan.ts";
import { findNamedKeys } from "./named-keys.ts";

type Fields<Name extends "keys.update" | "keys.updateMany"> = Omit<Input<Name>, "projectId">;
type Changes = Omit<Fields<"keys.updateMany">["keys"][number], "key" | "revision">;

/** One key to be changed. */
interface Update {
  key: KeyTable;
  /** The revision that its writer knows; undefined when they do not care. */
  expected: number | undefined;
  changes: Changes;
}

type PointerOf = (index: number, field: "revision" | "addTags" | "name") => string;
type PlannedUpdates = Planned & { changes: KeyChange[] };

/**
 * Renames, moves or describes a key. Throws `not_found`, `conflict` when its new name is taken or collides, and with
 * both sides when its revision is not the expected one.
 */
export async function updateKey(
  call: WriteCall,
  known: PlacedProject,
  { keyId, message, ...changes }: Fields<"keys.update">,
): Promise<Output<"keys.update">> {
  const project = await lockProject(call, known);
  const key = await findKey(call.store, project.id, keyId);
  const update = { key, expected: call.expectedRevision, changes };
  const pointerOf: PointerOf = (_, field) => (field === "revision" ? "" : `/${field}`);
  const { plan, ...planned } = await planUpdates(call, project, [update], pointerOf);
  if (planned.collisions.length > 0) {
    const sentence = "Nothing was stored: the key was changed meanwhile.";
    throw new ApiError("conflict", sentence, { errors: planned.collisions });
  }
  refuseFaults(planned.faults);
  const changesetId = await applyPlan(call, project, plan, { message });
  return { changesetId, key: toKey(planned.changes[0]?.after ?? key) };
}

/**
 * Changes many keys in one changeset, all or none; they may also change names among themselves. Throws `not_found`,
 * `conflict` and `invalid_request` as `updateKey` does; `errors` names every item.
 */
export async function updateKeys(
  work: WriteWork,
  known: PlacedProject,
  { keys, message }: Fields<"keys.updateMany">,
): Promise<Output<"keys.updateMany">> {
  const project = await lockProject(work, known);
  const { plan, faults, changes } = await planNamedUpdates(work, project, keys);
  refuseFaults(faults);
  const changesetId = await applyPlan(work, project, plan, { message });
  const updated = plan.changed.length;
  const items = changes.map(({ after }) => toKey(after));
  return { changesetId, updated, unchanged: keys.length - updated, items };
}

/** Where an item names no key, only that is found. */
export async function planNamedUpdates(
  work: Work,
  project: PlacedProject,
  items: Fields<"keys.updateMany">["keys"],
): Promise<PlannedUpdates> {
  const references = items.map(({ key }) => key);
  const named = await findNamedKeys(work.store, project, references, (index) => `/keys/${index}/key`);
  if (named.faults.length > 0) return { plan: planOf({}), faults: named.faults, collisions: [], changes: [] };
  const ids = named.keys.map(({ id }) => id);
  const rows = await allKeysByIds(work.store, project.id, ids);
  const updates = items.map(({ key: _, revision: expected, ...changes }, index): Update => {
    return { key: rows.get(ids[index] ?? "") as KeyTable, expected, changes };
  });
  return planUpdates(work, project, updates, (index, field) => `/keys/${index}/${field}`);
}

async function planUpdates(
  { store, now }: Work,
  project: PlacedProject,
  updates: readonly Update[],
  pointerOf: PointerOf,
): Promise<PlannedUpdates> {
  const faults: Fault[] = [];
  const collisions: Fault[] = [];
  const changes = updates.map(({ key, expected, changes: request }, index) => {
    const fields = fieldsOf(key, request);
    const count = fields.tags?.length ?? 0;
    if (count > MOST_TAGS) faults.push(tooManyTags(pointerOf(index, "addTags"), count));
    const moved = findMovedKey(pointerOf(index, "revision"), { key, expected, yours: request });
    if (moved) {
      faults.push(moved);
      collisions.push(moved);
    }
    return changeOfKey(key, fields, now);
  });
  faults.push(...(await findMoveFaults(store, project, changes, (index) => pointerOf(index, "name"))));
  const changed = changes.filter(({ change }) => change);
  return { plan: planOf({ changed }), faults: inOrder(faults), collisions, changes };
}

/** Tags that come and go become the list of all that the key has then. */
function fieldsOf(key: KeyTable, { addTags = [], removeTags = [], tags, ...fields }: Changes): NewFields {
  if (tags === undefined && addTags.length + removeTags.length === 0) return fields;
  const all = new Set<string>([...(tags ?? JSON.parse(key.tags)), ...addTags]);
  return { ...fields, tags: [...all].filter((tag) => !removeTags.includes(tag)) };
}

function tooManyTags(pointer: string, count: number): Fault {
  return {
    pointer,
    code: "too_many_tags",
    expected: `at most ${MOST_TAGS} tags on a key`,
    found: `${count}`,
  };
}
