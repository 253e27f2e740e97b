import type { PlacedProject, Work } from "../context.ts";
import type { KeyTable } from "../database/schema.ts";
import { changeOfKey } from "./change-key.ts";
import { findNameFaults } from "./check-names.ts";
import type { Fault } from "./faults.ts";
import { findMovedKey } from "./find-collisions.ts";
import { allKeysByIds } from "./find-keys.ts";
import type { KeyChange, Planned } from "./plan.ts";
import type { StoredTexts } from "./stored-plan.ts";

export interface ReplannedKeys extends Pick<Planned, "faults" | "collisions"> {
  created: KeyTable[];
  changed: KeyChange[];
  trashed: KeyTable[];
  restored: KeyTable[];
  /** Every key that exists or will and that the plan names, by id: as it will be, in the trash or not. */
  all: ReadonlyMap<string, KeyTable>;
}

/** The keys of a stored plan as they are now, and what became of them that forbids it. */
export async function replanKeys(
  { store, now }: Work,
  project: PlacedProject,
  stored: StoredTexts,
): Promise<ReplannedKeys> {
  const present = await allKeysByIds(store, project.id, idsIn(stored));
  const faults: Fault[] = [];
  const collisions: Fault[] = [];
  const take = (list: "changed" | "trashed" | "restored") =>
    stored[list].flatMap((item, index) => {
      const { keyId, revision: expected } = item;
      const pointer = `/${list}/${index}`;
      const key = present.get(keyId);
      const isWhereItWas = key && (key.deletedAt === null) === (list !== "restored");
      if (!isWhereItWas) {
        const kind = list === "restored" ? "a deleted key" : "a key of the project";
        faults.push({ pointer, code: "unknown_key", expected: kind, found: keyId });
        return [];
      }
      const yours = "fields" in item ? item.fields : {};
      const moved = findMovedKey(pointer, { key, expected, yours });
      if (moved) {
        faults.push(moved);
        collisions.push(moved);
      }
      return [key];
    });
  const taken = new Map(take("changed").map((key) => [key.id, key]));
  const changed = stored.changed.flatMap(({ keyId, fields }) => {
    const key = taken.get(keyId);
    return key ? [changeOfKey(key, fields, now)] : [];
  });
  const trashed = take("trashed");
  const restored = take("restored");
  const created = stored.created.map((key): KeyTable => {
    return { ...key, projectId: project.id, revision: 1, createdAt: now, updatedAt: now, deletedAt: null };
  });
  for (const [index, { id, name: found }] of created.entries()) {
    const expected = "a key that was not created yet";
    if (present.has(id)) faults.push({ pointer: `/created/${index}`, code: "exists", expected, found });
  }
  const keys = { created, changed, trashed, restored };
  faults.push(...(await nameFaults(store, project, keys)));
  const coming = [...restored.map((key) => ({ ...key, deletedAt: null })), ...created];
  const all = [...present.values(), ...changed.map(({ after }) => after), ...coming];
  return { ...keys, faults, collisions, all: new Map(all.map((key) => [key.id, key])) };
}

function idsIn({ created, changed, trashed, restored, written, removed }: StoredTexts): string[] {
  const named = [...changed, ...trashed, ...restored, ...written, ...removed];
  return [...new Set([...created.map(({ id }) => id), ...named.map(({ keyId }) => keyId)])];
}

async function nameFaults(
  store: Work["store"],
  project: PlacedProject,
  { created, changed, restored }: Pick<ReplannedKeys, "created" | "changed" | "restored">,
): Promise<Fault[]> {
  const named = [
    ...created.map((key, index) => ({ key, pointer: `/created/${index}/name` })),
    ...changed.map(({ after: key }, index) => ({ key, pointer: `/changed/${index}/fields/name` })),
    ...restored.map((key, index) => ({ key, pointer: `/restored/${index}` })),
  ];
  if (named.length === 0) return [];
  const except = changed.map(({ before }) => before.id);
  const names = named.map(({ key }) => key);
  return findNameFaults(store, project, names, {
    except,
    pointerOf: (index) => named[index]?.pointer ?? "",
  });
}
