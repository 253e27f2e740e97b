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
  const take = (list: "changed" | "trashed" | "restored"): Taken[] =>
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
      const fields = "fields" in item ? item.fields : {};
      const moved = findMovedKey(pointer, { key, expected, yours: fields });
      if (moved) {
        faults.push(moved);
        collisions.push(moved);
      }
      return [{ key, pointer, change: changeOfKey(key, fields, now) }];
    });
  const [changed, trashed, restored] = [take("changed"), take("trashed"), take("restored")];
  const created = stored.created.map((fields, index) => {
    const times = { revision: 1, createdAt: now, updatedAt: now, deletedAt: null };
    const key: KeyTable = { ...fields, ...times, projectId: project.id };
    const pointer = `/created/${index}`;
    const expected = "a key that was not created yet";
    if (present.has(key.id)) faults.push({ pointer, code: "exists", expected, found: key.name });
    return { key, pointer };
  });
  faults.push(...(await nameFaults(store, project, { created, changed, restored })));
  const coming = [...restored.map(({ key }) => ({ ...key, deletedAt: null })), ...created.map(keyOf)];
  const all = [...present.values(), ...changed.map(({ change }) => change.after), ...coming];
  return {
    created: created.map(keyOf),
    changed: changed.map(({ change }) => change),
    trashed: trashed.map(keyOf),
    restored: restored.map(keyOf),
    ...{ faults, collisions, all: new Map(all.map((key) => [key.id, key])) },
  };
}

/** A key that the plan names, and where in the plan. */
interface Named {
  key: KeyTable;
  pointer: string;
}

type Taken = Named & { change: KeyChange };

function keyOf({ key }: Named): KeyTable {
  return key;
}

function idsIn({ created, changed, trashed, restored, written, removed }: StoredTexts): string[] {
  const named = [...changed, ...trashed, ...restored, ...written, ...removed];
  return [...new Set([...created.map(({ id }) => id), ...named.map(({ keyId }) => keyId)])];
}

async function nameFaults(
  store: Work["store"],
  project: PlacedProject,
  { created, changed, restored }: { created: Named[]; changed: Taken[]; restored: Named[] },
): Promise<Fault[]> {
  const moves = changed.filter(({ change }) => change.moved);
  const named = [
    ...created.map(({ key, pointer }) => ({ key, pointer: `${pointer}/name` })),
    ...moves.map(({ change, pointer }) => ({ key: change.after, pointer: `${pointer}/fields/name` })),
    ...restored,
  ];
  if (named.length === 0) return [];
  return findNameFaults(store, project, named.map(keyOf), {
    except: moves.map(({ key }) => key.id),
    pointerOf: (index) => named[index]?.pointer ?? "",
  });
}
